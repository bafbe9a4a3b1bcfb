"""One digest for each committee and week, whatever dies when."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from notifications_builders import COMMITTEE, OTHER_COMMITTEE, OTHER_GRID, a_body, an_office
from notifications_network import Notifications

from lianfang_common.outbox import flush
from lianfang_common.testing.eventually import eventually
from lianfang_common.unit import TimerRow
from notifications.domain.desk import Desk
from notifications.timers import TIMERS

OPENED = "incidents.incident.opened.v1"
HERE, THERE = Desk(COMMITTEE, "committee"), Desk(OTHER_COMMITTEE, "committee")
WEEK = timedelta(days=7)


async def schedule(network: Notifications) -> None:
    """Set the digests of both committees for the coming Monday, as their offices' events do."""
    await network.sql(
        "insert into timer (kind, subject, due_at, version, fire_at)"
        " select 'digest', s, $2, 0, $2 from unnest($1::uuid[]) s",
        [COMMITTEE, OTHER_COMMITTEE],
        network.clock.now() + timedelta(days=6, hours=16),
    )


async def against_persons(network: Notifications, count: int, **changed: str) -> None:
    for _ in range(count):
        body = a_body(
            OPENED,
            incident_id=str(uuid4()),
            classification="domestic_violence",
            criminal=False,
            against_person=True,
            **changed,
        )
        network.say(OPENED, body)
    await network.deliver()


async def digests(network: Notifications, desk: Desk) -> list[str]:
    """Return the digests' texts, the newest first."""
    return [
        each["body_en"]
        for each in await network.notices(desk)
        if each["rule"] == "incident-against-person.committee"
    ]


async def test_a_committee_reads_a_count_from_three_upwards_and_nothing_before_monday(network):
    await schedule(network)
    await against_persons(network, 3)
    await against_persons(network, 2, grid=OTHER_GRID)
    assert await network.notices(HERE) == []
    await network.fire(WEEK)
    assert await digests(network, HERE) == [
        "2026-03-02 to 2026-03-08, incidents against persons in your area: 3"
    ]
    assert await digests(network, THERE) == [
        "2026-03-02 to 2026-03-08, incidents against persons in your area: fewer than 3"
    ]


async def test_a_week_in_which_nothing_happened_has_a_digest_like_one_with_two(network):
    await schedule(network)
    await network.fire(WEEK)
    await against_persons(network, 2)
    await network.fire(WEEK)
    quiet, two = (text.partition(",")[2] for text in await digests(network, HERE))
    assert quiet == two


async def test_each_week_counts_for_itself(network):
    await schedule(network)
    await against_persons(network, 4)
    await network.fire(WEEK)
    await against_persons(network, 3)
    await network.fire(WEEK)
    assert [text[-1] for text in await digests(network, HERE)] == ["3", "4"]


async def test_weeks_that_were_missed_are_caught_up_one_by_one(network):
    await schedule(network)
    await network.fire(4 * WEEK)
    weeks = [text[:10] for text in await digests(network, HERE)]
    assert weeks == ["2026-03-23", "2026-03-16", "2026-03-09", "2026-03-02"]
    states = [each["state"] for each in await network.notices(HERE)]
    assert states == ["raised", "raised", "stale", "stale"]


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", ["stored", "flushed"])
async def test_a_sender_that_dies_midway_leaves_exactly_one_digest(network, after):
    await schedule(network)
    await against_persons(network, 3)
    network.clock.advance(WEEK)
    due = await network.sql("select subject, due_at from timer where kind = 'digest'")
    for subject, due_at in due:
        with pytest.raises(Crash):
            async with network.units.open() as (unit, uow):
                await TIMERS["digest"](TimerRow("digest", subject, due_at), uow)
                if after == "flushed":
                    await flush(unit)
                raise Crash
    assert await digests(network, HERE) == []
    await network.fire()
    assert [len(await digests(network, desk)) for desk in (HERE, THERE)] == [1, 1]


async def test_two_runners_at_once_send_one_digest(network):
    await schedule(network)
    network.clock.advance(WEEK)
    await asyncio.gather(*(network.a_runner().run_once(network.clock.now()) for _ in range(3)))
    assert [len(await digests(network, desk)) for desk in (HERE, THERE)] == [1, 1]


async def test_a_digest_asked_for_twice_is_stored_once(network):
    """A timer row that came back (a restored backup) finds the digest there."""
    await schedule(network)
    await network.fire(WEEK)
    await network.sql("truncate timer")
    network.clock.advance(-WEEK)
    await schedule(network)
    await network.fire(WEEK)
    assert len(await digests(network, HERE)) == 1
    assert len(await network.facts("raised.v1")) == 2


async def test_a_new_committee_gets_its_first_moment_once(fresh):
    fresh.say_district()
    await fresh.deliver()
    due = "select subject, due_at from timer where kind = 'digest' order by subject"
    first = await fresh.sql(due)
    assert [row[0] for row in first] == [COMMITTEE, OTHER_COMMITTEE]
    # Three weeks on, and not one digest was sent: a new version must not drop what is due.
    fresh.clock.advance(3 * WEEK)
    fresh.say_office(an_office(COMMITTEE, "committee", OTHER_GRID, version=2))
    await fresh.deliver()
    assert await fresh.sql(due) == first
    await eventually(fresh.fire, until=lambda fired: fired == 0)
    assert len(await digests(fresh, HERE)) == 3
