"""Every program that is compared stores the same for the same facts, each fact once.

It runs where `make peers` has made the peers' environment, and says so where it has not.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from lianfang_common.testing.servers import Servers, servers
from lianfang_common.unit import OutboxMessage
from peers.facts import some_facts
from peers.programs import CELERY, FASTSTREAM, FASTSTREAM_BATCH, OURS, Program, peers_python, staged
from peers.throughput import enqueue, play, topics_with

__all__ = ["servers"]

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.skipif(
        not peers_python().exists(),
        reason="the peers were not compared: their environment is not there (make peers)",
    ),
]

_NOTICES = """
select ce_id, rule_id, rule_version, event_type, office_id, role, urgency, subject_kind,
    subject_id, grid, flagged, title_zh, title_en, body_zh, body_en, occurred_at, state,
    acknowledge_by - raised_at, stale_at, encode(seal, 'hex')
from notices order by ce_id, rule_id"""
_TIMERS = """
select n.ce_id, n.rule_id, t.kind, t.due_at = n.acknowledge_by
from timer t join notices n on n.id = t.subject order by 1, 2"""
_COUNTS = "select office_id, monday, rule_id, count from digest_counts order by 1, 2, 3"
_OUTBOX = """
select n.ce_id, n.rule_id, o.topic, o.type, o.key = n.id
from outbox o join notices n on n.id = o.key order by 1, 2"""

Stored = list[list[tuple[Any, ...]]]
FACTS, AGAIN = 60, 10


async def stored(
    servers: Servers, program: Program, facts: Any, topics: Any, folder: Any
) -> Stored:
    async with staged(servers, program, topics, folder) as stage:
        if program.queue:
            await enqueue(stage, facts)
        await play(stage, facts)
        connection = await asyncpg.connect(stage.database.admin_url)
        try:
            asked = (_NOTICES, _TIMERS, _COUNTS, _OUTBOX)
            return [[tuple(row) for row in await connection.fetch(each)] for each in asked]
        finally:
            await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def waiting(servers: Servers) -> AsyncIterator[tuple[Sequence[OutboxMessage], list[str]]]:
    """Facts in topics of their own, some of them twice."""
    facts = some_facts(FACTS, seed=3, prefix="same.")
    facts += facts[:AGAIN]
    async with topics_with(servers, facts, "same.", 2) as topics:
        yield facts, topics


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ours(servers: Servers, waiting: Any, tmp_path_factory: Any) -> Stored:
    return await stored(servers, OURS, *waiting, tmp_path_factory.mktemp("ours"))


async def test_the_service_raises_notices_counts_and_deadlines_for_the_facts(ours: Stored) -> None:
    notices, timers, counts, outbox = ours
    assert len({row[0] for row in notices}) == FACTS
    assert len(notices) == len(outbox) > FACTS
    assert len(timers) == FACTS, "each fact waits for one officer"
    assert counts, "the mix has incidents that are only counted"


@pytest.mark.parametrize(
    "program", [FASTSTREAM, FASTSTREAM_BATCH, CELERY], ids=lambda program: program.name
)
async def test_a_peer_stores_what_the_service_stores(
    servers: Servers, waiting: Any, ours: Stored, program: Program, tmp_path: Path
) -> None:
    assert await stored(servers, program, *waiting, tmp_path) == ours
