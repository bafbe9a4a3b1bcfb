"""The ledger's days, what is forgotten when, who may touch what, and what an operator may do."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from delivery_suite import by_key, consume, keys
from facts import Reader, fact
from worlds import SERVICE, RealWorld

from lianfang_common.clock import SystemClock
from lianfang_common.errors import NotFound, Transient
from lianfang_common.ids import new_id
from lianfang_common.inbox import PostgresBatchStore
from lianfang_common.ledger import keep_delivery, publish_again
from lianfang_common.testing.eventually import eventually
from lianfang_edge.deadletter import drop, parked_message, parked_messages, replay

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


async def days(world) -> dict[str, int]:
    rows = await world.sql(
        "select tableoid::regclass::text, count(*) from outbox group by 1 order by 1"
    )
    return {row[0]: row[1] for row in rows}


async def test_a_marked_fact_moves_to_its_day_of_the_ledger(world):
    now = SystemClock().now()
    today = now.date()
    await keep_delivery(world.database, now)
    await world.commit(keys(1)[0], 1)
    assert await days(world) == {"outbox_pending": 1}
    await world.carry(world.relay())
    assert await days(world) == {f"outbox_d{today:%Y%m%d}": 1}


async def test_a_day_without_a_partition_is_kept_and_sorted_in_later(world):
    day = date(2031, 5, 1)
    await world.commit(keys(1)[0], 1)
    await world.sql("update outbox set published_on = $1", day)
    assert await days(world) == {"outbox_other": 1}
    await keep_delivery(world.database, datetime(2031, 5, 1, tzinfo=UTC), horizon=timedelta(9999))
    assert await days(world) == {"outbox_d20310501": 1}


async def test_what_is_older_than_the_horizon_is_forgotten(world):
    moment = datetime(2032, 1, 1, tzinfo=UTC)
    await keep_delivery(world.database, moment, horizon=timedelta(9999))
    await world.commit(keys(1)[0], 1)
    await world.sql("update outbox set published_on = $1", moment.date())
    await world.sql("insert into inbox values ('g', $1)", new_id())
    await keep_delivery(world.database, moment + timedelta(days=35))
    assert await days(world) == {"outbox_d20320101": 1}
    await keep_delivery(world.database, moment + timedelta(days=36))
    assert await days(world) == {}
    assert await world.sql("select to_regclass('outbox_d20320101')") == [(None,)]
    assert await world.sql("select 1 from inbox") == []


async def test_restricted_facts_are_forgotten_after_a_week(world):
    moment = datetime(2033, 1, 1, tzinfo=UTC)
    await world.commit(keys(1)[0], 1)
    await world.sql("update outbox set published_on = $1", moment.date())
    await keep_delivery(world.database, moment + timedelta(days=8))
    assert sum((await days(world)).values()) == 1
    await keep_delivery(world.database, moment + timedelta(days=8), [world.topic])
    assert await days(world) == {}


async def test_claims_of_restricted_facts_are_forgotten_after_a_week_and_others_are_not(world):
    now, restricted, open_ = SystemClock().now(), new_id(), new_id()
    for ids, topics in (([restricted], [world.topic]), ([open_], [])):
        async with PostgresBatchStore(world.units, SERVICE, topics).batch() as batch:
            claim = await batch.claim(world.group, world.topic, ids, [])
            assert claim.fresh == set(ids)
    await keep_delivery(world.database, now + timedelta(days=6, hours=23))
    assert len(await world.sql("select 1 from inbox")) == 2
    await keep_delivery(world.database, now + timedelta(days=8))
    assert await world.sql("select ce_id from inbox") == [(open_,)]


async def test_a_lost_broker_is_rebuilt_from_the_ledger(world):
    wanted = [(key, n) for key in keys(2) for n in (1, 2)]
    for key, n in wanted:
        await world.commit(key, n)
    await world.carry(world.relay())
    with pytest.raises(Transient, match="relay-still-runs"):
        await publish_again(world.database, SystemClock().now().date())
    await world.leadership.close()
    assert await publish_again(world.database, SystemClock().now().date()) == 4
    assert await world.carry(world.relay()) == 4
    consumer = await world.consumer(Reader(world.topic))
    await consume(world, consumer, wanted)
    await consumer.run_once()
    assert by_key(await world.effects()) == by_key(wanted)


@pytest.mark.parametrize(
    "statement",
    [
        "select 1 from outbox",
        "update outbox set published_on = null",
        "delete from outbox",
        "select 1 from inbox",
        "select 1 from dead_letter",
        "select delivery_keep(null, null, null, null, null, null, null)",
        "truncate timer",
        "delete from idempotency",
    ],
)
async def test_the_application_role_may_only_add_to_the_outbox(world, statement):
    connection = await asyncpg.connect(world.urls.app_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "delete from outbox",
        "delete from inbox",
        "delete from dead_letter",
        "update dead_letter_act set why = ''",
        "delete from dead_letter_act",
        "drop table outbox_other",
    ],
)
async def test_the_system_role_forgets_nothing_by_itself(world, statement):
    connection = await asyncpg.connect(world.urls.system_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def parked(world, count: int):
    """Park that many messages of one key; the first of them failed."""
    (key,) = keys(1)
    reader = Reader(world.topic)
    consumer = await world.consumer(reader)
    for n in range(1, count + 1):
        await world.commit(key, n, bad=n == 1)
    await world.carry(world.relay())

    async def letters():
        await consumer.run_once()
        return await parked_messages(world.database)

    found = await eventually(letters, until=lambda found: len(found) == count)
    return key, reader, consumer, found


async def test_a_letter_is_shown_without_its_message(world):
    key, _, _, letters = await parked(world, 2)
    shown, acts = await parked_message(world.database, letters[0].id)
    assert (shown.key, shown.state, shown.reason) == (key, "failed", "bad-number")
    assert (shown.others_of_key, acts) == (1, [])
    assert "body" not in repr(shown)
    assert b"ce_id" not in repr(shown).encode()


async def test_each_act_leaves_who_when_and_why(world):
    _, _, _, letters = await parked(world, 1)
    now = SystemClock().now()
    await replay(world.database, letters[0].id, "operator one", "reader mended", now)
    await drop(world.database, letters[0].id, "operator two", "sent by mistake", now)
    shown, acts = await parked_message(world.database, letters[0].id)
    assert shown.state == "dropped"
    assert acts == [
        ("replay", "operator one", "reader mended", now),
        ("drop", "operator two", "sent by mistake", now),
    ]
    assert await world.sql("select 1 from dead_letter where message is not null") == []


async def test_dropping_the_failed_letter_frees_those_behind_it(world):
    key, _, consumer, letters = await parked(world, 3)
    await drop(world.database, letters[0].id, "operator", "sent by mistake", SystemClock().now())
    consumer.replay()
    await consume(world, consumer, [(key, 2), (key, 3)])


async def test_a_letter_behind_a_failed_one_waits_even_when_asked_for(world):
    _, _, consumer, letters = await parked(world, 2)
    await replay(world.database, letters[1].id, "operator", "impatience", SystemClock().now())
    await consumer.tend()
    assert await world.effects() == []


async def test_a_settled_or_unknown_letter_is_refused(world):
    _, _, _, letters = await parked(world, 1)
    now = SystemClock().now()
    await drop(world.database, letters[0].id, "operator", "sent by mistake", now)
    for letter in (letters[0].id, uuid4()):
        with pytest.raises(NotFound):
            await replay(world.database, letter, "operator", "again", now)
    assert len(await world.sql("select 1 from dead_letter_act")) == 1


async def test_a_failed_message_is_announced_once_on_its_dead_letter_topic(world):
    _, _, _, letters = await parked(world, 3)
    rows = await world.sql("select topic, type, body from outbox where topic like '%.dlq'")
    assert [(row[0], row[1]) for row in rows] == [
        (f"kernel.{world.topic}.dlq", "kernel.dead-letter.parked.v1")
    ]
    assert str(letters[0].id).encode() in rows[0][2]
    assert await world.carry(world.relay()) == 1


async def test_facts_of_one_unit_take_positions_in_the_order_of_publishing(world):
    messages = [fact(world.topic, uuid4(), n) for n in range(1, 200)]
    async with world.units.open() as (unit, _):
        unit.messages += messages
    rows = await world.sql("select message_id from outbox order by position")
    assert [row[0] for row in rows] == [message.message_id for message in messages]
