"""The relay at work, and what is held beside it: one service's outbox on a database of its own."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import uvloop
from aiokafka import AIOKafkaProducer
from cpu import usage

from lianfang_common.broker import KafkaSender
from lianfang_common.clock import SystemClock
from lianfang_common.database import Database, driver_of
from lianfang_common.envelope import headers_of
from lianfang_common.ids import new_id
from lianfang_common.ledger import PostgresLeadership, keep_delivery
from lianfang_common.outbox import flush
from lianfang_common.relay import Relay
from lianfang_common.testing.servers import Servers, TestDatabase, fresh_database, make_topics
from lianfang_common.unit import OutboxMessage, Unit
from lianfang_common.units import Units
from lianfang_common.wakeup import Wakeup
from lianfang_edge.migrate import upgrade
from notifications.main import MIGRATIONS
from peers.facts import some_facts

T = TypeVar("T")
PARTITIONS = 6
ROWS_A_COMMIT = 500
LONGEST_SECONDS = 60
MARK = "update outbox set published_on = current_date where published_on is null"
WAITING = "select exists (select from outbox where published_on is null)"


@dataclass(frozen=True)
class Carried:
    """Facts that were brought to the broker, and the seconds it took."""

    rows: int
    seconds: float

    @property
    def rate(self) -> float:
        """Facts a second."""
        return self.rows / self.seconds


class Outbox:
    """An outbox of the run's own, and topics of its own."""

    def __init__(self, servers: Servers, database: TestDatabase) -> None:
        self._servers = servers
        self._url = database.system_url
        self._prefix = f"bench.{secrets.token_hex(4)}."
        self.topics = [self._prefix + name for name in ("rentals.tenancy", "incidents.incident")]

    def facts(self, count: int) -> list[OutboxMessage]:
        """Return facts for these topics."""
        return some_facts(count, seed=4, prefix=self._prefix)

    async def carry(self, count: int) -> Carried:
        """Let facts wait in the outbox, and return how long a fresh relay takes for them."""
        return await _in_quick_loop(lambda: self._carry(count))

    async def produce(self, count: int) -> Carried:
        """Send as many facts from memory by a bare idempotent producer, in batches a partition."""
        return await _in_quick_loop(lambda: self._produce(self.facts(count)))

    async def commits(self, count: int, *, publishing: bool) -> list[float]:
        """Commit rows one after the other, with a fact each or without; return milliseconds."""
        return await _in_quick_loop(lambda: self._commits(count, publishing=publishing))

    async def idle(self, seconds: float, postmaster: int) -> float:
        """Return the cores that a relay without work uses, its database backends with it."""
        return await _in_quick_loop(lambda: self._idle(seconds, postmaster))

    def _relay(self, wakeup: Wakeup) -> Relay:
        sender = KafkaSender(self._servers.broker, "bench")
        return Relay(PostgresLeadership(self._url), sender, wakeup, SystemClock())

    async def _carry(self, count: int) -> Carried:
        database = Database(self._url)
        await keep_delivery(database, SystemClock().now())
        facts = self.facts(count)
        for start in range(0, count, ROWS_A_COMMIT):
            async with database.transaction() as connection:
                unit = Unit(connection, datetime.now(UTC))
                unit.messages += facts[start : start + ROWS_A_COMMIT]
                await flush(unit)
        wakeup = Wakeup()
        relay = self._relay(wakeup)
        begun = time.monotonic()
        running = asyncio.create_task(relay.run())
        async with database.transaction() as connection:
            driver = await driver_of(connection)
            # Under read committed, each look sees what the relay has marked until then.
            while await driver.fetchval(WAITING):
                if time.monotonic() - begun > LONGEST_SECONDS or running.done():
                    raise RuntimeError("the relay did not carry everything in time")
                await asyncio.sleep(0.01)
        taken = time.monotonic() - begun
        relay.stop()
        await running
        await database.dispose()
        return Carried(count, taken)

    async def _produce(self, facts: Sequence[OutboxMessage]) -> Carried:
        options = self._servers.broker.options()
        producer = AIOKafkaProducer(**options, enable_idempotence=True, acks="all", linger_ms=0)
        begun = time.monotonic()
        await producer.start()
        for start in range(0, len(facts), ROWS_A_COMMIT):
            batches: dict[tuple[str, int], Any] = {}
            for fact in facts[start : start + ROWS_A_COMMIT]:
                place = fact.topic, fact.key.int % PARTITIONS
                if place not in batches:
                    batches[place] = producer.create_batch()
                batches[place].append(
                    key=str(fact.key).encode(), value=fact.body, timestamp=None,
                    headers=headers_of(fact, "bench"),
                )  # fmt: skip
            sent = [
                await producer.send_batch(batch, topic, partition=partition)
                for (topic, partition), batch in batches.items()
            ]
            await asyncio.gather(*sent)
        taken = time.monotonic() - begun
        await producer.stop()
        return Carried(len(facts), taken)

    async def _commits(self, count: int, *, publishing: bool) -> list[float]:
        database = Database(self._url)
        units: Units[Unit] = Units(database, lambda unit: unit, SystemClock(), lambda _: None)
        taken = []
        for fact in self.facts(count):
            begun = time.perf_counter()
            async with units.open() as (unit, _):
                driver = await driver_of(unit.connection)
                await driver.execute("insert into inbox values ('bench', $1)", new_id())
                if publishing:
                    unit.messages.append(fact)
            taken.append((time.perf_counter() - begun) * 1000)
        async with database.transaction() as connection:
            driver = await driver_of(connection)
            await driver.execute(MARK)
        await database.dispose()
        return taken

    async def _idle(self, seconds: float, postmaster: int) -> float:
        relay = self._relay(Wakeup())
        running = asyncio.create_task(relay.run())
        await asyncio.sleep(1)
        own, servers = time.thread_time(), usage({"postgres": postmaster})
        await asyncio.sleep(seconds)
        used = time.thread_time() - own + usage({"postgres": postmaster}).since(servers).total
        relay.stop()
        await running
        return used / seconds


@asynccontextmanager
async def an_outbox(servers: Servers) -> AsyncIterator[Outbox]:
    """Make a service's database and topics."""
    async with fresh_database(servers, "notifications") as database:
        upgrade(MIGRATIONS, database.owner_url)
        outbox = Outbox(servers, database)
        await make_topics(servers, dict.fromkeys(outbox.topics, PARTITIONS))
        yield outbox


async def _in_quick_loop(work: Callable[[], Awaitable[T]]) -> T:
    """Run work in a loop as the services have it, in a thread beside the bench's own loop."""

    async def run() -> T:
        return await work()

    return await asyncio.to_thread(lambda: uvloop.run(run()))
