"""Alertmanager, given the district's desks as a routing tree and its notices as alerts.

Its receiver goes nowhere, and no group is flushed before half a minute: what is counted is taking
an alert, keeping it in memory and finding its route.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import aiohttp
from listening import Server, free_port, listening

from lianfang_common.unit import OutboxMessage
from peers.facts import district
from peers.programs import SEAL_KEY
from peers.rows import READERS, Rules

BATCH = 500
ROUTED_SECONDS = 30.0
# Where Debian's program looks for its templates, wherever it stands itself.
_SHARED = Path("/usr/share/prometheus")
_SHOWN = 'mount -t tmpfs tmpfs /usr/share && ln -s "$0" /usr/share/prometheus && exec "$@"'
_COUNTED = "alertmanager_dispatcher_alert_processing_duration_seconds_count"
_ROUTED = re.compile(rf"^{_COUNTED} (\S+)", re.MULTILINE)
Alert = dict[str, Any]


def routing_tree(offices: Iterable[UUID]) -> dict[str, Any]:
    """Return a configuration with a route for each office."""
    routes = [{"receiver": "nowhere", "matchers": [f'office="{each}"']} for each in offices]
    return {
        "route": {
            "receiver": "nowhere", "group_by": ["office"], "group_wait": "30s", "routes": routes,
        },
        "receivers": [{"name": "nowhere"}],
    }  # fmt: skip


def alerts_of(facts: Sequence[OutboxMessage]) -> list[Alert]:
    """Return an alert for each notice that facts lead to, addressed to the notice's desk."""
    rules, now, found = Rules(district(), SEAL_KEY), datetime.now(UTC), list[Alert]()
    for fact in facts:
        fields = dict(READERS[fact.type].model_validate_json(fact.body))
        for row in rules.outcome(fact.message_id, fact.type, now, fields, now).notices:
            labels = {
                "alertname": row["rule_id"], "office": row["office_id"], "role": row["role"],
                "urgency": row["urgency"], "notice": row["id"],
            }  # fmt: skip
            found.append(
                {
                    "labels": {name: str(value) for name, value in labels.items()},
                    "annotations": {"title": row["title_zh"], "body": row["body_zh"]},
                    "startsAt": row["raised_at"].isoformat(),
                }
            )
    return found


def bodies_of(alerts: Sequence[Alert]) -> list[bytes]:
    """Return the requests that carry alerts, as many in one as the service takes at once."""
    starts = range(0, len(alerts), BATCH)
    return [json.dumps(alerts[start : start + BATCH]).encode() for start in starts]


@asynccontextmanager
async def alertmanager(program: str) -> AsyncIterator[Server]:
    """Run Alertmanager alone, on an empty store."""
    port = free_port()
    tree = routing_tree(office.office_id for office in district()[1])
    with TemporaryDirectory() as name:
        file = Path(name) / "alertmanager.yaml"
        file.write_text(json.dumps(tree))
        async with listening(
            *_starting(program), f"--config.file={file}", f"--storage.path={name}/data",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
            "--log.level=error", port=port,
        ) as server:  # fmt: skip
            yield server


def _starting(program: str) -> list[str]:
    """Return a program's command; one that is not installed is shown its package's files."""
    unpacked = Path(program).parents[1] / "share/prometheus"
    if not unpacked.is_dir() or unpacked == _SHARED:
        return [program]
    alone = ["unshare", "--mount", "--map-root-user", "sh", "-c", _SHOWN]
    return [*alone, str(unpacked), program]


async def route_all(
    http: aiohttp.ClientSession, url: str, bodies: Sequence[bytes], count: int
) -> None:
    """Post so many alerts, and return when each has found its route.

    Raises:
        RuntimeError: they are not all routed in time, or some were refused.
    """
    headers = {"Content-Type": "application/json"}
    for body in bodies:
        async with http.post(f"{url}/api/v2/alerts", data=body, headers=headers) as answer:
            if answer.status != 200:
                raise RuntimeError(f"alerts were refused: {answer.status} {await answer.text()}")
    until = time.monotonic() + ROUTED_SECONDS
    while (routed := await _routed(http, url)) < count:
        if time.monotonic() > until:
            raise RuntimeError(f"{routed} of {count} alerts were routed in {ROUTED_SECONDS:.0f} s")
        await asyncio.sleep(0.05)


async def _routed(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(f"{url}/metrics") as answer:
        found = _ROUTED.search(await answer.text())
    return int(float(found[1])) if found else 0
