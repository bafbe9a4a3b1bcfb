"""Each rule about delivery sees its breach, and keeps its span until nothing is found in it."""

from datetime import timedelta

import asyncpg
import pytest
from prometheus_client import REGISTRY

from lianfang_common.database import Database
from lianfang_common.errors import Transient
from lianfang_common.outbox import delivery_ddl
from lianfang_common.testing.clock import START, MockClock
from lianfang_common.testing.servers import MakeDatabase
from lianfang_common.units import Units
from lianfang_watch.testing import shown
from lianfang_watch.watching import DELIVERY, Invariant, Watcher

pytestmark = pytest.mark.servers

LONG_AGO = START - timedelta(hours=1)
_LETTER = """insert into dead_letter (id, consumer_group, topic, partition, log_offset, key, ce_id,
    state, reason, parked_at, closed_at) values (gen_random_uuid(), 'a.main', 'b.c', 0, 0,
    gen_random_uuid(), gen_random_uuid(), 'failed', 'invalid', $1, """
PLANTED = {
    "fact-not-sent": """insert into outbox (message_id, topic, key, type, aggregate_version,
        occurred_at, body) values (gen_random_uuid(), 'a.b', gen_random_uuid(), 'a.b.c.v1', 1,
        $1, '')""",
    "deadline-not-fired": """insert into timer (kind, subject, due_at, version, fire_at)
        values ('late', gen_random_uuid(), $1::timestamptz, 1,
        $1::timestamptz + interval '1 day')""",
    "dead-letter-open": _LETTER + "null)",
    "dead-letter-unclaimed": _LETTER + "$1)",
}
MENDED = {
    "fact-not-sent": "update outbox set published_on = current_date",
    "deadline-not-fired": "delete from timer",
    "dead-letter-open": "update dead_letter set closed_at = parked_at",
    "dead-letter-unclaimed": "insert into inbox select consumer_group, ce_id from dead_letter",
}


@pytest.fixture
async def place(make_database: MakeDatabase):
    """The administrator's connection and units of the system role, on empty delivery tables."""
    made = await make_database("watched")
    owner = await asyncpg.connect(made.owner_url)
    for statement in delivery_ddl("watched"):
        await owner.execute(statement)
    await owner.close()
    admin, pool, clock = (
        await asyncpg.connect(made.admin_url),
        Database(made.system_url),
        MockClock(),
    )
    yield admin, Units(pool, lambda unit: unit, clock, lambda _: None), clock
    await admin.close()
    await pool.dispose()


def checked() -> float:
    return REGISTRY.get_sample_value("common_invariants_checked_seconds") or 0.0


def test_every_rule_of_delivery_is_planted_here():
    assert {rule.name for rule in DELIVERY} == PLANTED.keys() == MENDED.keys()


async def test_a_broken_rule_shows_1_however_often_and_0_when_it_is_mended(place):
    admin, units, _ = place
    watcher, before = Watcher(units, ()), checked()
    await watcher.look()
    assert {shown(DELIVERY)[name] for name in PLANTED} == {0}
    assert checked() > before
    for name, statement in PLANTED.items():
        for _ in range(2):
            await admin.execute(statement, LONG_AGO)
        await watcher.look()
        assert shown(DELIVERY)[name] == 1
    # A letter that was closed without a claim is claimed by the last one.
    for statement in MENDED.values():
        await admin.execute(statement)
    await watcher.look()
    assert {shown(DELIVERY)[name] for name in PLANTED} == {0}


async def test_what_is_on_its_way_breaks_no_rule(place):
    admin, units, clock = place
    for name in ("fact-not-sent", "deadline-not-fired"):
        await admin.execute(PLANTED[name], clock.now() - timedelta(minutes=9))
    await Watcher(units, ()).look()
    assert (shown(DELIVERY)["fact-not-sent"], shown(DELIVERY)["deadline-not-fired"]) == (0, 0)


async def test_a_breach_is_shown_beyond_its_window_until_it_is_mended(place):
    admin, units, clock = place
    await admin.execute(PLANTED["dead-letter-unclaimed"], LONG_AGO)
    watcher, late = Watcher(units, ()), "dead-letter-unclaimed"
    await watcher.look()
    clock.advance(timedelta(days=3))
    await watcher.look()
    assert shown(DELIVERY)[late] == 1
    await Watcher(units, ()).look()
    assert shown(DELIVERY)[late] == 0, "a new span begins a day ago"
    await watcher.look()
    assert shown(DELIVERY)[late] == 1
    await admin.execute(MENDED[late])
    await watcher.look()
    assert shown(DELIVERY)[late] == 0


async def test_a_rule_that_cannot_be_asked_holds_the_time_and_no_other_rule(place):
    admin, units, _ = place

    async def away(*_: object) -> int:
        raise Transient("database-away")

    await admin.execute(PLANTED["dead-letter-open"], LONG_AGO)
    before = checked()
    await Watcher(
        units, (Invariant("away", away), Invariant("wrong", "select 1 from nowhere"))
    ).look()
    assert checked() == before
    assert shown(DELIVERY)["dead-letter-open"] == 1


async def test_a_rule_cannot_change_anything(place):
    admin, units, _ = place

    async def writing(_uow, driver, _since) -> int:
        await driver.execute("insert into inbox values ('a.main', gen_random_uuid())")
        return 0

    before = checked()
    await Watcher(units, (Invariant("writing", writing),)).look()
    assert await admin.fetch("select from inbox") == []
    assert checked() == before
