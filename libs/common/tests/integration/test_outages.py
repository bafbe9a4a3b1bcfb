"""Relay and consumer as they run for months: servers go and come back, and nothing stops."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from delivery_suite import by_key, keys
from facts import Reader
from worlds import RealWorld

from lianfang_common import broker, metrics
from lianfang_common.broker import BrokerAccess, KafkaSender
from lianfang_common.clock import SystemClock
from lianfang_common.consumer import UNKNOWN_TRIES, _letter
from lianfang_common.database import Database, driver_of
from lianfang_common.errors import Transient
from lianfang_common.ledger import PostgresLeadership
from lianfang_common.relay import Relay
from lianfang_common.testing.eventually import eventually
from lianfang_common.wakeup import Wakeup

pytestmark = pytest.mark.servers


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(make_database):
    return await make_database("kernel")


@pytest_asyncio.fixture(loop_scope="session")
async def world(servers, database):
    world = RealWorld(servers, database)
    await world.start()
    yield world
    await world.close()


@asynccontextmanager
async def running(*parts):
    """Run parts in the background, and stop them like a process does."""
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for part in parts:
            part.stop()
        await asyncio.gather(*tasks)


async def end_sessions(world, *, role: str = "%") -> int:
    """Cut every connection of a role to the world's database."""
    rows = await world.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = $1 and usename like $2 and pid <> pg_backend_pid()",
        world.urls.name,
        role,
    )
    return len(rows)


@asynccontextmanager
async def database_read_only(world):
    """Let the world's database refuse every change, as one does that just lost its lead."""
    setting = f'alter database "{world.urls.name}" set default_transaction_read_only'
    await world.sql(f"{setting} = on")
    await end_sessions(world)
    try:
        yield
    finally:
        admin = await asyncpg.connect(world.servers.postgres_url)
        await admin.execute(f"{setting} = off")
        await admin.close()
        await end_sessions(world)


@asynccontextmanager
async def database_away(world):
    """Refuse every connection to the world's database for a while."""
    admin = await asyncpg.connect(world.servers.postgres_url)
    try:
        await admin.execute(f'alter database "{world.urls.name}" connection limit 0')
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
            world.urls.name,
        )
        yield
    finally:
        await admin.execute(f'alter database "{world.urls.name}" connection limit -1')
        await admin.close()


async def test_facts_flow_without_being_asked_for(world):
    reader = Reader(world.topic)
    consumer = await world.consumer(reader)
    (key,) = keys(1)
    async with running(world.relay(), consumer):
        for n in (1, 2, 3):
            await world.commit(key, n)
            await eventually(world.effects, until=lambda had, n=n: len(had) == n)
        assert consumer.problem is None


async def test_nothing_is_lost_or_doubled_while_the_database_comes_and_goes(world):
    consumer, relay = await world.consumer(Reader(world.topic)), world.relay()
    wanted = {key: list(range(1, 21)) for key in keys(4)}
    async with running(relay, consumer):
        for n in range(1, 21):
            for key in wanted:
                await _insist(lambda key=key, n=n: world.commit(key, n))
            if n % 5 == 0:
                await end_sessions(world, role="test_kernel_system")
        await eventually(world.effects, until=lambda had: len(had) >= 80, what="80 effects")
    assert by_key(await world.effects()) == wanted


async def test_an_absent_database_is_waited_out_and_said(world):
    consumer, relay = await world.consumer(Reader(world.topic)), world.relay()
    (key,) = keys(1)
    async with running(relay, consumer):
        await world.commit(key, 1)
        await eventually(world.effects, until=lambda had: len(had) == 1)
        async with database_away(world):
            await eventually(lambda: relay.problem == "database-away", what="the relay says so")
        await eventually(lambda: relay.problem is None, what="the relay goes on")
        await _insist(lambda: world.commit(key, 2))
        await eventually(world.effects, until=lambda had: had == [(key, 1), (key, 2)])


async def test_a_database_that_only_reads_for_a_while_has_nothing_parked(world):
    consumer, (key,) = await world.consumer(Reader(world.topic)), keys(1)
    for n in (1, 2):
        await world.commit(key, n)
    await world.carry(world.relay())
    held = metrics.BATCH_RETRIES.labels(group=world.group)._value
    async with AsyncExitStack() as reading_only:
        await reading_only.enter_async_context(database_read_only(world))
        async with running(consumer):
            await eventually(lambda: held.get() > UNKNOWN_TRIES, what="held longer than poison is")
            await reading_only.aclose()
            await eventually(world.effects, until=lambda had: had == [(key, 1), (key, 2)])
    assert await world.letters() == []


async def test_a_disk_without_room_is_waited_out_and_nothing_is_parked(world):
    consumer, (key,) = await world.consumer(Reader(world.topic)), keys(1)
    for n in (1, 2):
        await world.commit(key, n)
    await world.carry(world.relay())
    await world.sql(
        "create function no_room_left() returns trigger language plpgsql as"
        " $$ begin raise exception using errcode = 'disk_full'; end $$"
    )
    for table in ("effect", "outbox"):
        await world.sql(
            f"create trigger no_room_left before insert on {table}"
            " for each statement execute function no_room_left()"
        )
    held = metrics.BATCH_RETRIES.labels(group=world.group)._value
    try:
        with pytest.raises(Transient):
            await world.commit(key, 3)
        async with running(consumer):
            await eventually(lambda: held.get() > UNKNOWN_TRIES, what="held longer than poison is")
            await world.sql("drop function no_room_left cascade")
            await eventually(world.effects, until=lambda had: had == [(key, 1), (key, 2)])
    finally:
        await world.sql("drop function if exists no_room_left cascade")
    assert await world.letters() == []


@pytest.mark.parametrize(
    "state",
    ["25006", "25P03", "53100", "53200", "53300", "55P03", "57014", "57P01", "08006", "58030"],
)
async def test_what_the_server_cannot_do_just_now_is_no_fault_of_the_message(database, state):
    opened = Database(database.system_url)
    with pytest.raises(Transient):
        async with opened.transaction() as connection:
            raising = f"do $$ begin raise exception using errcode = '{state}'; end $$"
            await (await driver_of(connection)).execute(raising)
    await opened.dispose()


async def test_a_standby_relay_takes_over_when_the_leader_loses_its_connection(world):
    other_leadership = PostgresLeadership(world.urls.system_url)
    other = Relay(
        other_leadership, KafkaSender(world.servers.broker, "kernel"), Wakeup(), SystemClock()
    )
    consumer = await world.consumer(Reader(world.topic))
    (key,) = keys(1)
    async with running(consumer):
        leader = world.relay()
        task = asyncio.create_task(leader.run())
        await world.commit(key, 1)
        await eventually(world.effects, until=lambda had: len(had) == 1)
        async with running(other):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await world.leadership.close()
            await world.commit(key, 2)
            await eventually(world.effects, until=lambda had: len(had) == 2)
        await other_leadership.close()


async def test_only_one_of_two_relays_is_let_in(world):
    rival = PostgresLeadership(world.urls.system_url)
    async with world.leadership.lead() as mine, rival.lead() as his:
        assert mine is not None
        assert his is None
    await world.leadership.close()
    async with rival.lead() as his:
        assert his is not None
    await rival.close()


async def test_an_absent_broker_is_waited_out_and_said(world):
    nowhere = BrokerAccess("127.0.0.1:9", "kernel", "none")
    relay = Relay(world.leadership, KafkaSender(nowhere, "kernel"), world.wakeup, SystemClock())
    (key,) = keys(1)
    await world.commit(key, 1)
    async with running(relay):
        await eventually(lambda: relay.problem == "broker-away", what="the relay says so")
    await world.carry(world.relay())
    assert not await world.sql("select 1 from outbox where published_on is null")


async def test_a_fact_for_an_unknown_topic_holds_up_no_other(world):
    (lost, sound) = keys(2)
    known = world.topic
    world.topic = f"k{uuid4().hex[:12]}.thing"
    await world.commit(lost, 1)
    world.topic = known
    await world.commit(sound, 1)
    relay = world.relay()
    assert await world.carry(relay) == 1
    assert await world.carry(relay) == 0
    waiting = await world.sql("select key from outbox where published_on is null")
    assert [row[0] for row in waiting] == [lost]


async def test_a_successor_sees_what_a_slow_predecessor_parks_at_the_last_moment(world):
    """Two members hold the same message; the second one's batch also has the next of its key."""
    slow = await world.consumer(Reader(world.topic))
    (key,) = keys(1)
    for n in (1, 2):
        await world.commit(key, n, bad=n == 1)
    await world.carry(world.relay())
    batches = await eventually(slow._source.fetch)
    # Only now: it has the member's name, and the broker lets the older one fetch no more.
    successor = await world.consumer(Reader(world.topic))
    items = [slow._read(record) for batch in batches for record in batch]
    async with slow._store.batch() as batch:
        await batch.claim(world.group, world.topic, [items[0].id], [key])
        await batch.bury(world.group, [_letter(items[0], "bad-number")])
        task = asyncio.create_task(successor._handle(items))
        await eventually(
            lambda: world.sql(
                "select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
                world.urls.name,
            ),
            what="the successor waits for the claim",
        )
    await task
    assert await world.letters() == [("failed", "bad-number"), ("parked", "parked")]
    assert await world.effects() == []


async def test_a_client_that_brings_nothing_although_messages_wait_is_found_out(world, monkeypatch):
    monkeypatch.setattr(broker, "QUIET_SECONDS", 0.0)
    source = broker.KafkaSource(world.servers.broker, [world.topic], world.group)
    await source.start()
    assert not await source.stuck()
    source._consumer.pause(*source._consumer.assignment())
    await world.commit(keys(1)[0], 1)
    await world.carry(world.relay())
    assert not await source.stuck(), "one look is not enough"
    assert await source.stuck()
    source._consumer.resume(*source._consumer.assignment())
    await eventually(source.fetch)
    assert not await source.stuck()
    await source.stop()


async def test_a_member_that_comes_back_reads_on_without_a_rebalance(world):
    """Static members: the broker knows the name, so a restart costs no session timeout."""
    (key,) = keys(1)
    await world.commit(key, 1)
    await world.carry(world.relay())
    first = broker.KafkaSource(world.servers.broker, [world.topic], world.group)
    await first.start()
    assert await eventually(first.fetch)
    # The first member dies without a word; its successor has its name.
    second = broker.KafkaSource(world.servers.broker, [world.topic], world.group)
    # Less than the session timeout of 10 s, at which a rebalance would let it in.
    async with asyncio.timeout(9):
        await second.start()
        batches = await eventually(second.fetch)
    assert [record.key for batch in batches for record in batch] == [str(key).encode()]
    await second.stop()
    await first.stop()


async def _insist(act):
    """Do what a caller does whose commit was cut: ask again; commits here are told apart by n."""
    await eventually(lambda: _done(act), within_seconds=20)


async def _done(act):
    await act()
    return True
