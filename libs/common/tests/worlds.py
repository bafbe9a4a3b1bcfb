"""The delivery path in memory, and on real PostgreSQL and Kafka, behind one set of words."""

from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaProducer
from facts import Reader, told

from lianfang_common.brake import Brake
from lianfang_common.broker import KafkaSender, KafkaSource
from lianfang_common.clock import Clock, SystemClock
from lianfang_common.consumer import Consumer
from lianfang_common.database import Database, driver_of
from lianfang_common.inbox import PostgresBatchStore
from lianfang_common.ledger import PostgresLeadership, keep_delivery
from lianfang_common.outbox import delivery_ddl
from lianfang_common.relay import Relay
from lianfang_common.testing.memory import (
    MemoryLog,
    MemorySender,
    MemorySource,
    MemoryStore,
    MemoryUnit,
)
from lianfang_common.testing.servers import Servers, TestDatabase, make_topics
from lianfang_common.unit import Unit
from lianfang_common.units import Units
from lianfang_common.wakeup import Wakeup
from lianfang_edge.deadletter import parked_messages, replay

SERVICE = "kernel"
EFFECT_DDL = (
    "create table effect (nth bigserial, key uuid not null, n int not null)",
    f"grant select, insert on effect to {SERVICE}_system, {SERVICE}_app",
    f"grant usage on sequence effect_nth_seq to {SERVICE}_system, {SERVICE}_app",
)


class CountingUnit:
    """The unit of work of the tests' service: an effect is a row."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    async def apply(self, key: UUID, n: int) -> None:
        """Have an effect."""
        driver = await driver_of(self.unit.connection)
        await driver.execute("insert into effect (key, n) values ($1, $2)", key, n)


async def migrate(database: TestDatabase) -> None:
    """Create the delivery tables and the effects, as the owner."""
    connection = await asyncpg.connect(database.owner_url)
    for statement in (*delivery_ddl(SERVICE), *EFFECT_DDL):
        await connection.execute(statement)
    await connection.close()


class RealWorld:
    """One service that publishes to itself through Kafka."""

    def __init__(self, servers: Servers, database: TestDatabase, partitions: int = 3) -> None:
        self.servers = servers
        self.urls = database
        self.topic = f"k{uuid4().hex[:12]}.thing"
        self.group = f"{SERVICE}.{self.topic}"
        self.partitions = partitions
        self.database = Database(database.system_url, pool_size=6)
        self.wakeup = Wakeup()
        self.units = Units(
            self.database,
            CountingUnit,
            SystemClock(),
            lambda _: self.wakeup.set(),
        )
        self.sender = KafkaSender(servers.broker, SERVICE)
        self.leadership = PostgresLeadership(database.system_url)
        self._open = AsyncExitStack()

    async def start(self) -> None:
        """Make the topic and empty the tables."""
        await migrate_once(self.urls)
        await make_topics(
            self.servers, {self.topic: self.partitions, f"{SERVICE}.{self.topic}.dlq": 1}
        )

    async def close(self) -> None:
        """Let every connection go."""
        await self._open.aclose()
        await self.sender.close()
        await self.leadership.close()
        await self.database.dispose()

    async def commit(self, key: UUID, n: int, **kind) -> None:
        """Commit a fact."""
        async with self.units.open() as (unit, _):
            unit.messages += told(self.topic, key, n, **{"at": unit.now, **kind})

    async def send_raw(self, key: bytes, value: bytes, headers) -> None:
        """Put a message into the log that no publisher of ours would write."""
        producer = AIOKafkaProducer(**self.servers.broker.options())
        await producer.start()
        await producer.send_and_wait(self.topic, value, key=key, headers=headers)
        await producer.stop()

    def relay(self, clock: Clock | None = None, **options) -> Relay:
        """Return a relay that has not run yet."""
        clock = clock or SystemClock()
        return Relay(self.leadership, self.sender, self.wakeup, clock, **options)

    async def carry(self, relay: Relay) -> int:
        """Run one round of a relay."""
        async with self.leadership.lead() as store:
            return await relay.run_once(store)

    async def consumer(self, reader: Reader, brake: Brake | None = None, **options) -> Consumer:
        """Return a consumer that has joined its group."""
        source = KafkaSource(self.servers.broker, [self.topic], self.group)
        await source.start()
        self._open.push_async_callback(source.stop)
        store = PostgresBatchStore(self.units, SERVICE)
        return Consumer(
            source, store, reader.subscriptions, group=self.group, brake=brake, **options
        )

    async def leave(self, consumer: Consumer) -> None:
        """Take a dead consumer's place in its group."""
        await consumer._source.stop()

    async def effects(self) -> list[tuple[UUID, int]]:
        """Return the effects in the order in which they were made."""
        return [
            (row[0], row[1]) for row in await self.sql("select key, n from effect order by nth")
        ]

    async def letters(self) -> list[tuple[str, str]]:
        """Return state and reason of every letter, in the order of the log."""
        rows = await self.sql(
            "select state, reason from dead_letter order by partition, log_offset"
        )
        return [(row[0], row[1]) for row in rows]

    async def kept_messages(self) -> int:
        """Count the letters whose message is still kept."""
        rows = await self.sql("select 1 from dead_letter where message is not null")
        return len(rows)

    async def ask_for_replay(self) -> None:
        """Do what an operator does."""
        for letter in await parked_messages(self.database):
            if letter.state == "failed":
                now = self.units.clock.now()
                await replay(self.database, letter.id, "a tester", "the reader is mended", now)

    async def sql(self, statement: str, *values):
        """Run a statement as the administrator."""
        connection = await asyncpg.connect(self.urls.admin_url)
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()


class MemoryWorld:
    """The same in memory."""

    def __init__(self) -> None:
        self.topic = "memory.thing"
        self.group = "memory.main"
        self.log = MemoryLog()
        self.store = MemoryStore()
        self.sender = MemorySender(self.log, SERVICE)
        self.wakeup = Wakeup()

    async def start(self) -> None:
        """Nothing to prepare."""

    async def close(self) -> None:
        """Nothing to let go."""

    async def commit(self, key: UUID, n: int, **kind) -> None:
        """Commit a fact."""
        unit = MemoryUnit(self.store)
        for message in told(self.topic, key, n, **kind):
            unit.publish(message)
        unit.commit()

    async def send_raw(self, key: bytes, value: bytes, headers) -> None:
        """Put a message into the log that no publisher of ours would write."""
        self.log.append(self.topic, key, value, headers)

    def relay(self, clock: Clock | None = None, **options) -> Relay:
        """Return a relay that has not run yet."""
        return Relay(self.store, self.sender, self.wakeup, clock or SystemClock(), **options)

    async def carry(self, relay: Relay) -> int:
        """Run one round of a relay."""
        return await relay.run_once(self.store)

    async def consumer(self, reader: Reader, brake: Brake | None = None, **options) -> Consumer:
        """Return a consumer of the whole log."""
        source = MemorySource(self.log, [self.topic], self.group)
        return Consumer(
            source, self.store, reader.subscriptions, group=self.group, brake=brake, **options
        )

    async def leave(self, consumer: Consumer) -> None:
        """Take a dead consumer's place in its group."""
        await consumer._source.stop()

    async def effects(self) -> list[tuple[UUID, int]]:
        """Return the effects in the order in which they were made."""
        return list(self.store.effects)

    async def letters(self) -> list[tuple[str, str]]:
        """Return state and reason of every letter, in the order of the log."""
        kept = sorted(
            self.store.letters.values(),
            key=lambda each: (each[2].record.partition, each[2].record.offset),
        )
        return [(state, letter.reason) for _, state, letter in kept]

    async def kept_messages(self) -> int:
        """Count the letters whose message is still kept."""
        return sum(state in MemoryStore.OPEN for _, state, _ in self.store.letters.values())

    async def ask_for_replay(self) -> None:
        """Do what an operator does."""
        self.store.ask_for_replay()


_migrated: set[str] = set()


async def migrate_once(database: TestDatabase) -> None:
    """Migrate a database at its first use, and empty it at each later one."""
    if database.name in _migrated:
        connection = await asyncpg.connect(database.admin_url)
        await connection.execute(
            "truncate outbox, inbox, dead_letter, dead_letter_act, timer, idempotency, effect"
        )
        await connection.close()
        return
    await migrate(database)
    _migrated.add(database.name)
    pool = Database(database.system_url, pool_size=1)
    await keep_delivery(pool, SystemClock().now())
    await pool.dispose()
