"""The directory: snapshot and events in any order give the fresh snapshot; rules can be added."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notifications_builders import (
    GRID,
    GRID_2,
    NOW,
    OTHER_GRID,
    OTHER_ROOM,
    ROOM,
    STATION,
    a_body,
    an_area,
    an_office,
    district,
)

from lianfang_common.clock import civil_date
from notifications.domain.desk import Desk
from notifications.domain.directory import Area, Office
from notifications.storage.rulebook import packaged_rules
from notifications.use_cases.define_rules import define_rules

REGISTERED = "rentals.tenancy.registered.v1"
TODAY = civil_date(NOW)


def history(seed: int) -> list[Area | Office]:
    """Return what population says in the course of some years: names and grids change."""
    chance = random.Random(seed)
    areas, offices = district()
    said: list[Area | Office] = [*areas, *offices]
    for n in range(12):
        area = chance.choice(areas)
        latest = max((x for x in said if isinstance(x, Area) and x.code == area.code), key=_version)
        said.append(replace(latest, name_zh=f"名称{n}", version=latest.version + 1))
        office = chance.choice([each for each in offices if each.kind == "room"])
        mine = [x for x in said if isinstance(x, Office) and x.office_id == office.office_id]
        last = max(mine, key=_version)
        grids = tuple(sorted(chance.sample([GRID, GRID_2, OTHER_GRID], chance.randint(1, 3))))
        later = last.valid_from + timedelta(days=chance.randint(0, 3))
        said.append(replace(last, grids=grids, valid_from=later, version=last.version + 1))
    return said


def _version(stated: Area | Office) -> int:
    return stated.version


def newest(said: list[Area | Office]) -> list[Area | Office]:
    found: dict[object, Area | Office] = {}
    for each in said:
        key = each.code if isinstance(each, Area) else each.office_id
        if key not in found or found[key].version < each.version:
            found[key] = each
    return list(found.values())


async def tell(network, said, event="defined"):
    for each in said:
        network.say_area(each, event) if isinstance(each, Area) else network.say_office(each, event)
    await network.deliver()


async def current(network):
    """Return the replica as of now: the newest version of everything."""
    areas = await network.sql("select * from areas order by code")
    offices = await network.sql(
        "select distinct on (office_id) * from offices order by office_id, version desc"
    )
    return [dict(row) for row in areas], [dict(row) for row in offices]


async def empty(network):
    await network.sql("truncate areas, offices, inbox, timer")
    network.log.records.clear()
    network.log.offsets.clear()


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
async def test_snapshot_and_events_in_any_order_give_the_fresh_snapshot(network, seed, order):
    said = history(seed)
    snapshot = newest(said[: order.randint(1, len(said))])
    events = [*said, *order.choices(said, k=10)]
    order.shuffle(events)
    await empty(network)
    cut = order.randint(0, len(events))
    await tell(network, events[:cut])
    await tell(network, snapshot, "stated")
    await tell(network, events[cut:])
    kept_live = await current(network)
    await empty(network)
    await tell(network, newest(said), "stated")
    assert await current(network) == kept_live


@pytest.fixture(autouse=True)
async def _district_again(running):
    yield
    await empty(running)
    running.say_district()
    await running.deliver()


async def test_a_grid_that_moves_to_another_room_moves_its_new_notices_only(network):
    tomorrow = TODAY + timedelta(days=1)
    moved = [
        an_office(ROOM, "room", GRID, lead_parent=STATION, valid_from=tomorrow, version=2),
        an_office(
            OTHER_ROOM,
            "room",
            GRID_2,
            OTHER_GRID,
            lead_parent=STATION,
            valid_from=tomorrow,
            version=2,
        ),
    ]
    network.say(REGISTERED, a_body(REGISTERED, grid=GRID_2))
    await network.deliver()
    await tell(network, moved)
    network.say(REGISTERED, a_body(REGISTERED, grid=GRID_2))
    network.clock.advance(timedelta(days=1))
    network.say(REGISTERED, a_body(REGISTERED, grid=GRID_2))
    await network.deliver()
    assert len(await network.notices(Desk(ROOM, "officer"))) == 2
    assert len(await network.notices(Desk(OTHER_ROOM, "officer"))) == 1


async def test_a_community_that_is_renamed_is_told_by_its_new_name_at_once(network):
    """The index in memory notices the change by its version."""
    network.say(REGISTERED)
    await network.deliver()
    areas = await network.sql("select area_id from areas where code = '990101001001'")
    renamed = an_area(
        "990101001001", area_id=areas[0][0], name_zh="新名社区", name_en="Xinming", version=2
    )
    await tell(network, [renamed])
    network.say(REGISTERED)
    await network.deliver()
    rows = await network.sql("select body_en from notices where role = 'committee' order by id")
    assert [row[0].splitlines()[0] for row in rows] == [
        "Community: Heping community",
        "Community: Xinming",
    ]


async def test_a_new_version_of_a_rule_holds_from_the_next_event_on(network):
    book = packaged_rules()
    [old] = [rule for rule in book.current() if rule.id == "tenancy-registered.room"]
    changed = replace(old, version=2, urgency="low")
    async with network.units.open() as (_, uow):
        assert await define_rules(replace(book, rules=(old, changed)), uow) == 1
    try:
        network.say(REGISTERED)
        await network.deliver()
        [notice] = await network.notices(Desk(ROOM, "officer"))
        assert (notice["rule_version"], notice["urgency"]) == (2, "low")
    finally:
        await network.sql("delete from rules where version = 2")
        await network.sql("update knowledge set version = version + 1")


async def test_defining_the_same_rules_again_changes_nothing(network):
    before = await network.sql("select version from knowledge where name = 'rules'")
    async with network.units.open() as (_, uow):
        assert await define_rules(packaged_rules(), uow) == 0
    assert await network.sql("select version from knowledge where name = 'rules'") == before


def test_the_builders_day_is_before_the_first_change():
    assert date(2026, 1, 1) < TODAY
