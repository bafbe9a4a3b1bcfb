"""From events to notices: once, set-based, and only for whom the rules name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from notifications_builders import (
    COMMITTEE,
    GRID,
    GRID_2,
    JUSTICE,
    OTHER_COMMITTEE,
    OTHER_GRID,
    OTHER_ROOM,
    ROOM,
    a_body,
)
from notifications_network import Notifications, a_member

from lianfang_common.database import driver_of
from lianfang_common.testing.eventually import eventually
from notifications.domain.desk import Desk

OFFICER, TOLD_COMMITTEE = Desk(ROOM, "officer"), Desk(COMMITTEE, "committee")
REGISTERED, OPENED = "rentals.tenancy.registered.v1", "incidents.incident.opened.v1"


async def test_a_tenancy_becomes_a_notice_of_the_room_and_one_of_the_committee(network):
    network.say(REGISTERED)
    await network.deliver()
    [notice] = await network.notices(OFFICER)
    [told] = await network.notices(TOLD_COMMITTEE)
    assert (notice["subject_kind"], notice["grid"]) == ("tenancy", GRID)
    assert (told["subject_kind"], told["grid"]) == ("community", None)
    assert await network.notices(Desk(OTHER_ROOM, "officer")) == []
    raised = await network.facts("raised.v1")
    assert {each["body"]["notice_id"] for each in raised} == {notice["id"], told["id"]}
    assert all(each["aggregate_version"] == 1 for each in raised)


async def test_a_redelivered_event_gives_no_second_notice(network):
    ce_id = network.say(REGISTERED)
    await network.deliver()
    network.say(REGISTERED, ce_id=ce_id)
    await network.deliver()
    assert len(await network.notices(OFFICER)) == 1
    assert len(await network.facts()) == 2


async def test_an_event_whose_claim_was_forgotten_gives_no_second_notice_either(network):
    """The inbox is pruned after some weeks; the notice's own uniqueness holds longer."""
    ce_id = network.say(REGISTERED)
    await network.deliver()
    await network.sql("truncate inbox")
    network.say(REGISTERED, ce_id=ce_id)
    await network.deliver()
    assert len(await network.notices(OFFICER)) == 1
    assert len(await network.facts()) == 2
    assert await network.sql("select * from dead_letter") == []


class Crash(Exception):
    """The process ends here."""


@pytest.mark.parametrize("point", ["consumer.applied", "consumer.committed", "consumer.handled"])
async def test_a_consumer_that_dies_anywhere_loses_no_notice_and_doubles_none(network, point):
    def dies(reached: str) -> None:
        if reached == point:
            raise Crash

    network.say(REGISTERED)
    network.say(OPENED, a_body(OPENED, classification="assault", against_person=True))
    dying, source = network.a_consumer(probe=dies)
    await source.start()
    # A consumer takes a failure for a passing one and tries again; a dead one does neither.
    dying._handle = dying._attempt
    with pytest.raises(Crash):
        await dying.run_once()
    await network.deliver()
    assert len(await network.notices(OFFICER)) == 2
    assert len(await network.notices(TOLD_COMMITTEE)) == 1
    assert [row[0] for row in await network.sql("select count from digest_counts")] == [1]


async def test_a_criminal_incident_tells_the_officer_until_when_and_starts_the_clock(network):
    network.say(OPENED)
    await network.deliver()
    [notice] = await network.notices(OFFICER)
    assert notice["urgency"] == "high"
    assert "请于 2026-03-01 14:25 前到达现场" in notice["body_zh"]
    [timer] = await network.sql("select due_at from timer where kind = 'acknowledge'")
    assert timer["due_at"] == network.clock.now() + timedelta(minutes=5)


async def test_a_place_that_is_not_on_file_is_told_flagged(network):
    network.say(REGISTERED, a_body(REGISTERED, grid="990101001001999"))
    await network.deliver()
    [notice] = await network.notices(OFFICER)
    assert notice["area_unknown"]
    assert notice["title_zh"].endswith("（地点未登记，已转上级单位）")


async def test_an_event_that_is_too_old_is_listed_stale_and_pages_nobody(network):
    network.say(OPENED, at=network.clock.now() - timedelta(days=3))
    await network.deliver()
    [notice] = await network.notices(OFFICER)
    assert (notice["state"], notice["acknowledge_by"]) == ("stale", None)
    assert [row[0] for row in await network.sql("select kind from timer")] == []
    stale = await network.facts("went-stale.v1")
    raised = await network.facts("raised.v1")
    assert notice["id"] in {each["body"]["notice_id"] for each in stale}
    assert notice["id"] not in {each["body"]["notice_id"] for each in raised}


async def test_facts_wait_until_some_office_is_known(fresh):
    """Nobody is told of nothing: a fact that came before the directory is held, not dropped."""
    fresh.say(REGISTERED)
    handling = asyncio.create_task(fresh.deliver())
    await eventually(lambda: fresh.consumer.problem == "held", what="the batch is held")
    assert await fresh.sql("select * from inbox") == []
    fresh.say_district()
    await fresh.places.run_once()
    await handling
    assert len(await fresh.notices(OFFICER)) == 1


@asynccontextmanager
async def statements_of(network: Notifications) -> AsyncIterator[list[str]]:
    """Collect what the system role's connections run."""
    seen: list[str] = []

    def note(query: Any) -> None:
        seen.append(" ".join(query.query.split())[:60])

    async with AsyncExitStack() as stack:
        # All at once, so that each connection of the pool is another one.
        opened = [
            await stack.enter_async_context(network.system_pool.transaction())
            for _ in range(network.pool_size)
        ]
        drivers = [await driver_of(connection) for connection in opened]
        for driver in drivers:
            driver.add_query_logger(note)
    yield seen
    for driver in drivers:
        driver.remove_query_logger(note)


async def test_a_batch_of_500_events_takes_three_statements_beside_the_kernels(network):
    for n in range(500):
        grid = (GRID, GRID_2, OTHER_GRID)[n % 3]
        network.say(REGISTERED, a_body(REGISTERED, grid=grid, tenancy_id=str(uuid4())))
    async with statements_of(network) as seen:
        await network.deliver()
    counts = await network.sql("select office_id, count(*) from notices group by office_id")
    assert {row[0]: row[1] for row in counts} == {
        ROOM: 334,
        OTHER_ROOM: 166,
        COMMITTEE: 334,
        OTHER_COMMITTEE: 166,
    }
    own = [each for each in seen if "inbox" not in each and "dead_letter" not in each]
    work = [each for each in own if each.startswith(("insert", "select", "update", "with"))]
    assert [each.split(" (")[0] for each in work] == [
        "select",
        "insert into notices",
        "with part_0 as",  # the timers and the facts
    ]


async def test_a_mixed_batch_is_told_in_the_order_of_the_log(network):
    network.say(REGISTERED)
    network.say("rentals.tenancy.ended.v1")
    network.say(REGISTERED)
    await network.deliver()
    newest_first = [each["rule"] for each in await network.notices(OFFICER)]
    told, ended = "tenancy-registered.room", "tenancy-ended.room"
    assert newest_first == [told, ended, told]


@pytest.mark.parametrize(
    ("happened", "told"),
    [("listed", "help-item.new"), ("moved", "help-item.changed"), ("delisted", "help-item.ended")],
)
async def test_a_committee_hears_of_its_help_item_under_a_neutral_type(network, happened, told):
    kind = f"population.supervision.{happened}.v1"
    body = a_body(kind, assisting_committee=str(COMMITTEE), justice_office=str(JUSTICE))
    network.say(kind, body)
    await network.deliver()
    desk = Desk(COMMITTEE, "committee")
    [notice] = await network.notices(desk)
    assert notice["event_type"] == told
    detail = await network.ask(a_member(desk), "GET", f"/notices/{notice['id']}")
    manifest = await network.ask(a_member(desk), "GET", f"/notices/{notice['id']}/manifest")
    rule = await network.ask(a_member(desk), "GET", f"/rules/{notice['rule']}")
    published = [fact for fact in await network.facts() if str(COMMITTEE) in str(fact)]
    assert (manifest.status, rule.status, len(published)) == (200, 200, 1)
    for seen in (notice, detail.body, manifest.body, rule.body, published):
        assert "supervision" not in str(seen)
        assert "moved" not in str(seen)
    [other] = await network.notices(Desk(JUSTICE, "justice"))
    assert other["event_type"] == kind
