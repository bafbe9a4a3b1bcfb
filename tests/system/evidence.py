"""What the network says of itself about a span of time: databases, topics, notices, feeds.

Gathered in one go and then only looked at, so that rules over it are plain functions.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from network import Network
from topics import Message, read_topics

SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")

_FACTS = """
select message_id, topic, key, type, aggregate_version, account, occurred_at, published_on,
    convert_from(body, 'UTF8') as body
from outbox where occurred_at >= $1 and occurred_at < $2 order by position"""
_WAITING = "select count(*) as number from outbox where published_on is null and occurred_at < $1"
_DEAD = "select ce_id, topic, type, state, reason from dead_letter where parked_at >= $1"
_NOTICES = """
select id, ce_id, rule_id, event_type, office_id, role, state, escalated_from from notices
where occurred_at >= $1 and occurred_at < $2"""
_FEED = "select ce_id, office, role, number, kind, notice_id from feed where stored_at >= $1"
_RESIDENCES = """
select residence_id, person_id, tenancy_id, receipt_id, last_day, ended from residences
where receipt_id = any($1::uuid[])"""
_COUNTED = (
    "select office_id::text as office, sum(count)::int as number from digest_counts group by 1"
)
_ANSWERED_FOR = """
select e.entry_id, e.state, r.office_id, r.since, r.until
from supervision_entries e left join responsibilities r using (entry_id)
order by e.entry_id, r.since, r.until nulls last"""


@dataclass(frozen=True)
class Fact:
    """One row of a service's outbox."""

    service: str
    id: str
    topic: str
    key: str
    type: str
    version: int
    sent: bool
    body: Mapping[str, Any]


@dataclass
class Evidence:
    """One span of time as the servers hold it.

    Attributes:
        facts: what the services committed in the span.
        messages: what the topics took since its begin, duplicates included, by topic.
        waiting: facts of the span that have not left, by service.
        dead_letters: messages parked since the begin, by service.
        notices: notices about facts of the span.
        feed: lines that desks were told since the begin.
        residences: residences that the span's tenancies lead to.
        answered_for: every entry of the register with each office that ever answered for it.
        planted: messages that a test put on a topic though nobody committed them and nobody can
            read them: how many services read the topic, by the message's id.
        counted: how many facts the committees' digests count, less those from before the begin.
    """

    begin: datetime
    end: datetime
    facts: list[Fact] = field(default_factory=list)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    dead_letters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    feed: list[dict[str, Any]] = field(default_factory=list)
    residences: list[dict[str, Any]] = field(default_factory=list)
    answered_for: list[dict[str, Any]] = field(default_factory=list)
    planted: dict[str, int] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)

    def of_type(self, *kinds: str) -> list[Fact]:
        """Return the facts of some event types, in the order of their commits."""
        return [fact for fact in self.facts if fact.type in kinds]

    @classmethod
    async def gather(
        cls, network: Network, begin: datetime, end: datetime, counted_before: Counter[str]
    ) -> "Evidence":
        """Look at everything once.

        Args:
            network: where.
            begin: facts from then on.
            end: facts up to then.
            counted_before: what `digest_counts` gave at the begin.
        """
        found = cls(begin, end)
        for service in SERVICES:
            rows = await network.query(service, _FACTS, begin, end)
            found.facts += [_fact(service, row) for row in rows]
            (waiting,) = await network.query(service, _WAITING, end)
            found.waiting[service] = waiting["number"]
            dead = await network.query(service, _DEAD, begin)
            found.dead_letters[service] = _plain(dead)
        found.notices = _plain(await network.query("notifications", _NOTICES, begin, end))
        found.feed = _plain(await network.query("gateway", _FEED, begin))
        receipts = [
            tenant["receipt_id"]
            for fact in found.of_type("rentals.tenancy.registered.v1")
            for tenant in fact.body["tenants"]
        ]
        found.residences = _plain(await network.query("population", _RESIDENCES, receipts))
        found.answered_for = _plain(await network.query("population", _ANSWERED_FOR))
        found.counted = await digest_counts(network)
        found.counted.subtract(counted_before)
        by_topic: dict[str, list[Message]] = defaultdict(list)
        for message in await read_topics(network.servers, contract_topics(network), since=begin):
            by_topic[message.topic].append(message)
        found.messages = dict(by_topic)
        return found


async def digest_counts(network: Network) -> Counter[str]:
    """Return how many facts each committee's digests count so far."""
    rows = await network.query("notifications", _COUNTED)
    return Counter({row["office"]: row["number"] for row in rows})


def contract_topics(network: Network) -> list[str]:
    """Return every topic that the services' contracts declare."""
    declared = (_contract(network, service, "topics") for service in SERVICES)
    return sorted(str(topic["name"]) for each in declared for topic in each["topics"])


def contract_groups(network: Network) -> list[str]:
    """Return every consumer group that the services' contracts declare."""
    declared = (_contract(network, service, "rights") for service in SERVICES)
    return sorted(str(group) for each in declared for group in each["groups"])


def _contract(network: Network, service: str, name: str) -> dict[str, Any]:
    text = (network.contracts(service) / f"{name}.json").read_text()
    return dict(json.loads(text))


def _fact(service: str, row: Mapping[str, Any]) -> Fact:
    return Fact(
        service=service,
        id=str(row["message_id"]),
        topic=row["topic"],
        key=str(row["key"]),
        type=row["type"],
        version=row["aggregate_version"],
        sent=row["published_on"] is not None,
        body=json.loads(row["body"]),
    )


def _plain(rows: list[Any]) -> list[dict[str, Any]]:
    """Return rows with their ids as text, as events carry them."""
    return [
        {name: str(value) if _is_id(value) else value for name, value in row.items()}
        for row in rows
    ]


def _is_id(value: object) -> bool:
    return type(value).__name__ == "UUID"
