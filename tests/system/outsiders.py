"""What a landlord, an unnamed committee, rentals and ops can see of a tenancy that was registered.

Ids, names and moments are left out; what remains must be the same whoever the tenant is.
"""

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from evidence import SERVICES
from journeys import rows_of, until
from network import Network, Recorded
from telling_apart import View
from topics import Message, read_topics
from traces import all_spans

from lianfang_demo.client import Reply

REGISTERED = "rentals.tenancy.registered.v1"
_LAST_SPANS = {f"handle {REGISTERED}": 2, "handle notifications.notice.raised.v1": 1}
"""How many services handle what: population and notifications, and then the gateway."""
_MS = 1000.0
# An instant is as long as its microseconds need; that is chance.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
_TENANCIES = "/api/v1/rentals/tenancies"
_NOTICES_OF_DESK = "/api/v1/notifications/notices"
_OF_COMMITTEE = "select id from notices where ce_id = $1 and role = 'committee'"
_FACT = "select message_id from outbox where key = $1 and type = $2"
_NOTICES = """
select ce_id::text, rule_id, role, length(title_zh || body_zh) as zh, length(body_en) as en,
    urgency, state, extract(epoch from raised_at - occurred_at)::float as waited
from notices where ce_id = any($1::uuid[])"""


@dataclass(frozen=True)
class Registered:
    """One tenancy that was registered, with what its answers showed.

    Attributes:
        person_id: population's id of the tenant; outsiders do not have it.
        tenancy_id: what everybody calls it.
        view: what was seen so far.
    """

    person_id: str
    tenancy_id: str
    view: View


def outline(reply: Reply) -> Hashable:
    """Return an answer without its values: status, length, and which headers of which length."""
    return (
        reply.status,
        _length(reply.body),
        tuple(sorted((k, len(v)) for k, v in reply.headers.items())),
    )


def _length(body: Any) -> int:
    return len(_INSTANT.sub("", json.dumps(body)))


def readable_topics(network: Network) -> list[str]:
    """Return the topics that somebody besides notifications may read."""
    declared = [
        json.loads((network.contracts(service) / "topics.json").read_text())["topics"]
        for service in SERVICES
    ]
    return [topic["name"] for topics in declared for topic in topics if not topic.get("restricted")]


async def told(network: Network, one: Registered) -> None:
    """Wait until both desks of the section have the notice of a registration on their screens."""

    async def on_screens() -> bool:
        told = await network.query("notifications", "select id from notices where ce_id = $1", fact)
        ids = [row["id"] for row in told]
        lines = await network.query("gateway", "select 1 from feed where notice_id = any($1)", ids)
        return len(lines) == 2

    ((fact,),) = await network.query("rentals", _FACT, UUID(one.tenancy_id), REGISTERED)

    await until("the notices of a registration", on_screens)


async def look_at_tenancies(done: Sequence[Registered], name: str, reader: Recorded) -> None:
    """Read every tenancy back, one by one and in the reader's list."""
    listed = {row["id"]: row for row in await rows_of(reader, _TENANCIES)}
    for one in done:
        reply = await reader.get(f"{_TENANCIES}/{one.tenancy_id}")
        one.view.shapes[f"tenancy read by {name}"] = outline(reply)
        one.view.shapes[f"tenancy in the list of {name}"] = _listed(listed, one.tenancy_id)


async def look_at_notices(
    network: Network, done: Sequence[Registered], name: str, committee: Recorded
) -> None:
    """Read what a committee has of every tenancy: its notice, and a door that is shut."""
    listed = {row["id"]: row for row in await rows_of(committee, _NOTICES_OF_DESK)}
    for one in done:
        ((fact,),) = await network.query("rentals", _FACT, UUID(one.tenancy_id), REGISTERED)
        ((notice,),) = await network.query("notifications", _OF_COMMITTEE, fact)
        reply = await committee.get(f"{_NOTICES_OF_DESK}/{notice}")
        assert reply.status == 200, reply.body
        one.view.shapes[f"notice read by {name}"] = outline(reply)
        one.view.shapes[f"notice in the list of {name}"] = _listed(listed, str(notice))
        shut = await committee.get(f"{_TENANCIES}/{one.tenancy_id}")
        assert shut.status == 403, shut.body
        one.view.shapes[f"tenancy refused to {name}"] = outline(shut)


def _listed(listed: Mapping[str, dict[str, Any]], key: str) -> Hashable:
    row = listed.get(key)
    return (_length(row), row.get("version"), *row) if row else None


async def look_behind(network: Network, done: Sequence[Registered], begin: datetime) -> None:
    """Look at the topics, notices, logs and traces that each registration left since the begin."""
    messages = await read_topics(network.servers, readable_topics(network), since=begin)
    about: dict[str, list[Message]] = {}
    for message in messages:
        for subject in _subjects(message):
            about.setdefault(subject, []).append(message)
    notices = await _notices(network, about, done)
    traces = {m.trace_id for one in done for m in about[one.tenancy_id] if m.type == REGISTERED}
    spans = await until("the last span of each trace", lambda: _whole_traces(network, traces))
    lines = _log_lines(network)
    for one in done:
        told = [*about.get(one.tenancy_id, []), *about.get(one.person_id, [])]
        own = {message.id: message for message in told}.values()
        one.view.shapes["events"] = _outlines(own)
        registered = next(message for message in own if message.type == REGISTERED)
        trace = registered.trace_id
        one.view.shapes["log lines"] = _frozen(lines.get(trace, Counter()))
        one.view.shapes["spans"] = tuple(sorted(spans.get(trace, set())))
        rows = notices.get(registered.id, [])
        one.view.shapes["notices"] = _frozen(Counter((*row,) for row, _ in rows))
        one.view.times["until its notices"] = max(waited for _, waited in rows) * _MS


def _subjects(message: Message) -> set[str]:
    try:
        body = json.loads(message.value)
    except ValueError:
        return {message.key}
    named = {str(body.get(name)) for name in ("tenancy_id", "person_id", "subject_id")}
    return {message.key, *named}


def _outlines(messages: Iterable[Message]) -> Hashable:
    return _frozen(
        Counter(
            (
                message.type,
                message.headers.get("ce_aggregateversion"),
                len(message.value),
                tuple(sorted((name, len(value)) for name, value in message.headers.items())),
            )
            for message in messages
        )
    )


def _log_lines(network: Network) -> dict[str, Counter[Hashable]]:
    found: dict[str, Counter[Hashable]] = {}
    for path in sorted((network.state / "logs").glob("*.log")):
        for row in _rows(path):
            if trace := row.get("trace_id"):
                shape = row.get("service"), row.get("event"), row.get("route"), row.get("status")
                found.setdefault(trace, Counter())[shape] += 1
    return found


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("{"):
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _span_names(network: Network) -> dict[str, set[tuple[str, str, tuple[str, ...]]]]:
    """Return which spans a trace has; how many depends on what shared a batch by chance."""
    found: dict[str, set[tuple[str, str, tuple[str, ...]]]] = {}
    for span in all_spans(network):
        shape = span.service, span.name, tuple(sorted(span.attributes))
        found.setdefault(span.trace_id, set()).add(shape)
    return found


async def _whole_traces(
    network: Network, traces: set[str]
) -> dict[str, set[tuple[str, str, tuple[str, ...]]]] | None:
    """Return the spans when every trace has its last ones; services write them in turn."""
    spans = _span_names(network)
    for trace in traces:
        names = Counter(name for _, name, _ in spans.get(trace, ()))
        if any(names[name] < number for name, number in _LAST_SPANS.items()):
            return None
    return spans


async def _notices(
    network: Network, about: Mapping[str, list[Message]], done: Sequence[Registered]
) -> dict[str, list[tuple[tuple[Any, ...], float]]]:
    ids = [message.id for one in done for message in about.get(one.tenancy_id, [])]
    rows = await network.query("notifications", _NOTICES, ids)
    found: dict[str, list[tuple[tuple[Any, ...], float]]] = {}
    for row in rows:
        ce_id, *shape, waited = row
        found.setdefault(ce_id, []).append((tuple(shape), waited))
    return found


def _frozen(counted: Counter[Hashable]) -> Hashable:
    return tuple(sorted(counted.items(), key=repr))
