"""One program, one round: facts that wait in Kafka until all of them are stored."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from cpu import Usage

from lianfang_common.broker import KafkaSender
from lianfang_common.relay import OutboxRow
from lianfang_common.testing.servers import Servers, make_topics
from lianfang_common.unit import OutboxMessage
from peers.facts import district, some_facts, write_facts
from peers.programs import SEAL_KEY, Program, Stage, staged
from peers.rows import READERS, Rules
from peers.spent import look, roots_of, seconds

LOOK_SECONDS = 0.05
LONGEST_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Round:
    """What one program did and spent."""

    events: int
    events_per_second: float
    spent: Usage

    def us_per_event(self, side: str = "total") -> float:
        """Return CPU microseconds an event, of all but the broker or of one side."""
        return seconds(self.spent, side) / self.events * 1e6

    @property
    def foreign(self) -> float:
        """Share of the machine's used CPU that was nobody's here."""
        return self.spent.foreign


def expected_rows(facts: Iterable[OutboxMessage]) -> tuple[int, int, int]:
    """Return how many notices, timers and digest counts facts lead to."""
    rules, now = Rules(district(), SEAL_KEY), datetime.now(UTC)
    notices = timers = counts = 0
    for fact in facts:
        fields = dict(READERS[fact.type].model_validate_json(fact.body))
        found = rules.outcome(fact.message_id, fact.type, fact.occurred_at, fields, now)
        notices += len(found.notices)
        timers += len(found.timers)
        counts += len(found.counts)
    return notices, timers, counts


@asynccontextmanager
async def topics_with(
    servers: Servers, facts: Sequence[OutboxMessage], prefix: str, partitions: int
) -> AsyncIterator[list[str]]:
    """Put facts into topics of their own; the topics are deleted afterwards."""
    topics = [f"{prefix}{name}" for name in ("rentals.tenancy", "incidents.incident")]
    await make_topics(servers, dict.fromkeys(topics, partitions))
    sender = KafkaSender(servers.broker, "bench")
    rows = [OutboxRow(nth, fact) for nth, fact in enumerate(facts)]
    for start in range(0, len(rows), 2_000):
        part = rows[start : start + 2_000]
        if len(await sender.send(part)) != len(part):
            raise RuntimeError("the broker did not take every fact")
    await sender.close()
    try:
        yield topics
    finally:
        admin = AIOKafkaAdminClient(**servers.broker.options())
        await admin.start()
        await admin.delete_topics(topics)
        await admin.close()


async def one_round(
    servers: Servers,
    program: Program,
    count: int,
    *,
    partitions: int = 2,
    processes: int = 1,
    seed: int = 1,
) -> Round:
    """Let a program handle facts that wait, and return what it spent.

    Raises:
        RuntimeError: rows are missing, or there are too many.
    """
    prefix = f"bench.{secrets.token_hex(4)}."
    facts = some_facts(count, seed=seed, prefix=prefix)
    with TemporaryDirectory() as name:
        async with (
            topics_with(servers, [] if program.queue else facts, prefix, partitions) as topics,
            staged(servers, program, topics, Path(name)) as stage,
        ):
            if program.queue:
                await enqueue(stage, facts)
            return await play(stage, facts, processes)


async def enqueue(stage: Stage, facts: Sequence[OutboxMessage]) -> None:
    """Put facts into the program's task queue."""
    file = stage.folder / "facts"
    write_facts(file, facts)
    await stage.run_to_end(("-m", "peers.django_peer.feed", str(file)))


async def play(stage: Stage, facts: Sequence[OutboxMessage], processes: int = 1) -> Round:
    """Start a stage's program on facts that wait for it, and wait until all are stored."""
    program, count = stage.program, len({fact.message_id for fact in facts})
    command = [part.format(count=count) for part in program.command]
    roots = await roots_of(stage.servers)
    looking = await asyncpg.connect(stage.database.admin_url)
    try:
        backend = await looking.fetchval("select pg_backend_pid()")
        started = [await stage.start(command, 1 + nth) for nth in range(processes)]
        own = [process.pid for process in started]
        before = look(own, roots, backend)
        for process in started:
            stage.go(process)
        first: tuple[float, int] | None = None
        until = time.monotonic() + LONGEST_SECONDS
        done = 0
        while done < count:
            await asyncio.sleep(LOOK_SECONDS)
            done = await looking.fetchval(f"select count(*) from {program.count_of}")
            if done and first is None:
                first = time.monotonic(), done
            if time.monotonic() > until:
                raise RuntimeError(f"{program.name}: {done} of {count} after {LONGEST_SECONDS} s")
        ended = time.monotonic()
        spent = look(own, roots, backend).since(before)
        assert first
        await _check(looking, program, facts)
        taken, counted = ended - first[0], count - first[1]
        return Round(count, counted / taken if counted else float("nan"), spent)
    finally:
        await looking.close()


async def _check(
    connection: asyncpg.Connection, program: Program, facts: Sequence[OutboxMessage]
) -> None:
    if program.database == "bytes":
        return
    found = await connection.fetchrow(
        "select (select count(*) from notices), "
        "(select count(*) from timer where kind <> 'digest'),"
        " (select coalesce(sum(count), 0) from digest_counts), (select count(*) from outbox)"
    )
    notices, timers, counts = expected_rows({fact.message_id: fact for fact in facts}.values())
    wanted = (notices, timers, counts, notices)
    if program.command[2:3] == ("rows",):
        return
    if tuple(found) != wanted:
        raise RuntimeError(f"{program.name}: stored {tuple(found)} rows instead of {wanted}")
