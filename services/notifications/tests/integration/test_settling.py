"""A notice that nobody need act on any more is settled: no desk is told further, each sees why."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from notifications_builders import BOOK, COMMITTEE, ROOM, STATION, a_body
from notifications_network import Notifications, a_member

from lianfang_common.testing.eventually import eventually
from notifications.domain.desk import Desk

OFFICER, HEAD = Desk(ROOM, "officer"), Desk(ROOM, "room_head")
STATION_HEAD, PEOPLE = Desk(STATION, "station_head"), Desk(COMMITTEE, "committee")
OPENED = "incidents.incident.opened.v1"
ARRIVED, CLOSED = "incidents.incident.arrived.v1", "incidents.incident.closed.v1"
FIVE_MINUTES = timedelta(minutes=5)


def open_incident(network: Notifications) -> UUID:
    """Say that a criminal incident was opened, and return its id."""
    incident = uuid4()
    body = a_body(OPENED, incident_id=str(incident), arrive_by=None)
    network.say(OPENED, body, key=incident)
    return incident


def say(network: Notifications, event_type: str, incident: UUID, version: int = 2) -> None:
    """Say that something became of an incident."""
    network.say(
        event_type, {"incident_id": str(incident), "grid": None}, key=incident, version=version
    )


async def states(network: Notifications, *desks: Desk) -> list[list[str]]:
    """Return the states of the notices of desks."""
    return [[each["state"] for each in await network.notices(desk)] for desk in desks]


@pytest.mark.parametrize("event_type", [ARRIVED, CLOSED])
async def test_an_arrival_or_the_end_settles_the_notice_and_nobody_else_is_told(
    network, event_type
):
    incident = open_incident(network)
    await network.deliver()
    say(network, event_type, incident)
    await network.deliver()
    [notice] = await network.notices(OFFICER)
    assert (notice["state"], notice["settled_by"], notice["version"]) == ("settled", event_type, 2)
    assert await network.sql("select 1 from timer where kind = 'acknowledge'") == []
    await network.fire(timedelta(hours=1))
    assert await network.notices(HEAD) == []
    [fact] = await network.facts("settled.v1")
    assert fact["body"]["settled_by"] == event_type
    assert (fact["aggregate_version"], fact["body"]["role"]) == (2, "officer")


async def test_what_settles_in_the_same_batch_comes_after_what_it_settles(network):
    incident = open_incident(network)
    say(network, ARRIVED, incident)
    await network.deliver()
    assert await states(network, OFFICER, PEOPLE) == [["settled"], ["raised"]]
    assert await network.sql("select 1 from timer where kind = 'acknowledge'") == []
    told = [fact["type"] for fact in await network.facts()]
    assert told[-1] == "notifications.notice.settled.v1"


async def test_every_desk_of_the_chain_hears_that_it_is_settled(network):
    incident = open_incident(network)
    await network.deliver()
    await network.fire(FIVE_MINUTES)
    assert await states(network, OFFICER, HEAD) == [["escalated"], ["raised"]]
    say(network, ARRIVED, incident)
    await network.deliver()
    assert await states(network, OFFICER, HEAD) == [["settled"], ["settled"]]
    await network.fire(timedelta(hours=1))
    assert await network.notices(STATION_HEAD) == []


async def test_an_acknowledged_notice_and_another_incidents_stay_as_they_are(network):
    mine, other = open_incident(network), open_incident(network)
    await network.deliver()
    taken = next(n for n in await network.notices(OFFICER) if n["subject_id"] == str(mine))
    path = f"/notices/{taken['id']}/acknowledgements"
    assert (await network.ask(a_member(OFFICER), "POST", path, {})).status == 200
    say(network, ARRIVED, mine)
    await network.deliver()
    found = {n["subject_id"]: n["state"] for n in await network.notices(OFFICER)}
    assert found == {str(mine): "acknowledged", str(other): "raised"}
    assert await network.facts("settled.v1") == []


async def test_a_second_telling_changes_nothing(network):
    incident = open_incident(network)
    say(network, ARRIVED, incident)
    say(network, CLOSED, incident, version=3)
    await network.deliver()
    [notice] = await network.notices(OFFICER)
    assert (notice["settled_by"], notice["version"]) == (ARRIVED, 2)
    assert len(await network.facts("settled.v1")) == 1


async def test_an_acknowledgement_above_or_below_settles_the_rest_of_the_chain(network):
    for taken_by, other in ((HEAD, OFFICER), (OFFICER, HEAD)):
        await network.forget()
        open_incident(network)
        await network.deliver()
        await network.fire(FIVE_MINUTES)
        [notice] = await network.notices(taken_by)
        path = f"/notices/{notice['id']}/acknowledgements"
        assert (await network.ask(a_member(taken_by), "POST", path, {})).status == 200
        await eventually(network.fire, until=lambda fired: fired == 0)
        assert await states(network, taken_by, other) == [["acknowledged"], ["settled"]]
        [settled] = await network.notices(other)
        assert settled["settled_by"] == "acknowledged"
        await network.fire(timedelta(hours=1))
        assert await network.notices(STATION_HEAD) == []


async def test_a_settled_notice_is_not_open_and_acknowledging_it_changes_nothing(network):
    say(network, ARRIVED, open_incident(network))
    await network.deliver()
    member = a_member(OFFICER)
    listed = await network.ask(member, "GET", "/notices?state=open")
    assert listed.body["items"] == []
    assert len((await network.ask(member, "GET", "/notices?state=settled")).body["items"]) == 1
    [notice] = await network.notices(OFFICER)
    path = f"/notices/{notice['id']}/acknowledgements"
    answer = await network.ask(member, "POST", path, {"comment": "来晚了"})
    assert (answer.status, answer.body["state"], answer.body["version"]) == (200, "settled", 2)


def test_settlements_never_tell_a_desk_of_an_event_that_it_may_not_hear_of():
    for settlement in BOOK.settlements:
        event = BOOK.events[settlement.event]
        for rule in (r for r in BOOK.current() if r.id in settlement.rules):
            assert BOOK.events[rule.event].restricted == event.restricted
            assert rule.role not in {"committee", "justice"}, rule.id
