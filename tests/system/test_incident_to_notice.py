"""Journey 2: an incident is reported once, however often it is told, and the clock runs."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from journeys import Watch, an_external_id, file_premises, notices, report, the_notice, until
from network import created

pytestmark = pytest.mark.system

OFFICER, HEAD, COMMITTEE = "nanpu-officer1", "nanpu-head1", "dongdu-committee"


@pytest.fixture
async def premises(users, network):
    """Premises of their own for each test, so that no report is linked to another test's."""
    return await file_premises(await users(OFFICER), network.grids_of(COMMITTEE)[0])


async def test_one_110_id_posted_five_times_makes_one_incident(users, premises):
    feed = await users("feed110")
    fields = {
        "source": "feed_110",
        "external_id": an_external_id(),
        "premises_id": premises,
        "occurred_at": "2026-11-01T08:00:00+00:00",
    }
    replies = await asyncio.gather(*(report(feed, "noise", **fields) for _ in range(5)))
    incidents = {reply.body["incident_id"] for reply in replies}
    assert len(incidents) == 1, [reply.body for reply in replies]
    await the_notice(await users(OFFICER), incidents.pop())


async def test_a_second_caller_is_linked_and_an_officer_can_undo_it(users, premises):
    officer = await users(OFFICER)
    first = created(await report(officer, "fire_hazard", premises_id=premises))
    second = created(await report(officer, "fire_hazard", premises_id=premises))
    assert second["incident_id"] == first["incident_id"]
    assert second["linked"] and not first["linked"]
    read = await officer.get(f"/api/v1/incidents/reports/{second['id']}")
    undone = await officer.post(
        f"/api/v1/incidents/reports/{second['id']}/unlinkings",
        if_match=read.etag if read.status == 200 else f'"{second["version"]}"',
    )
    assert undone.status in {200, 201}, undone.body
    assert undone.body["incident_id"] != first["incident_id"]


async def test_a_criminal_incident_says_until_when_and_escalates_when_nobody_arrives(
    users, premises
):
    officer, head = await users(OFFICER), await users(HEAD)
    opened = created(await report(officer, "burglary", premises_id=premises))
    notice = await the_notice(officer, opened["incident_id"])
    assert notice["urgency"] == "high"
    missed = await until(
        "the room head's notice of the missed arrival",
        lambda: notices(head, opened["incident_id"]),
        seconds=20,
    )
    assert len(missed) == 1


async def test_an_arrival_in_time_stops_the_clock(users, premises):
    officer, head = await users(OFFICER), await users(HEAD)
    opened = created(await report(officer, "theft", premises_id=premises))
    path = f"/api/v1/incidents/incidents/{opened['incident_id']}"
    read = await officer.get(path)
    arrived = await officer.post(f"{path}/arrivals", if_match=read.etag)
    assert arrived.status in {200, 201}, arrived.body

    async def settled():
        told = await notices(officer, opened["incident_id"])
        return [row["settled_by"] for row in told] == ["incidents.incident.arrived.v1"]

    await until("the officers' notice, settled by the arrival", settled)
    later = created(await report(officer, "robbery", premises_id=premises))
    await until("a later miss", lambda: notices(head, later["incident_id"]), seconds=20)
    assert not await notices(head, opened["incident_id"])


async def test_the_committee_hears_of_hazards_and_never_of_persons(users, premises):
    officer, committee = await users(OFFICER), await users(COMMITTEE)
    desk = await Watch.of(committee)
    person = created(await report(officer, "domestic_violence", premises_id=premises))
    hazard = created(await report(officer, "blocked_exit", premises_id=premises))
    await the_notice(officer, hazard["incident_id"])

    async def warned() -> list[dict[str, Any]]:
        # The premises were tried out with a lost-property report, whose notice may come late.
        told = await desk.fresh()
        return [row for row in told if "lost property" not in row["title_en"]]

    (told,) = await until("the committee's notice of the hazard", warned)
    assert "blocked exit" in told["title_en"]
    assert premises not in str(told)
    for incident in (person, hazard):
        for path in (f"incidents/{incident['incident_id']}", f"reports/{incident['id']}"):
            assert (await committee.get(f"/api/v1/incidents/{path}")).status == 403
    assert (await committee.get("/api/v1/incidents/incidents")).status == 403


async def test_who_read_what_was_told_is_chained_within_seconds(users, network, premises):
    officer = await users(OFFICER)
    told = created(await report(officer, "noise", premises_id=premises))
    purpose = {"kind": "incident", "id": told["incident_id"]}
    path = f"/api/v1/incidents/reports/{told['id']}/disclosures"
    assert (await officer.post(path, {"purpose": purpose})).status == 200
    chained = (
        "select 1 from audit_seals s join disclosures d using (position)"
        " where d.sealed and d.report_id = $1"
    )
    await until("the seal", lambda: network.query("incidents", chained, UUID(told["id"])))
