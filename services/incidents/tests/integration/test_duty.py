"""The on-scene duty: a clock that an arrival stops, and a miss that is told once."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

from incidents_builders import GRID
from incidents_client import slug, version_of

from incidents.timers import TIMERS
from lianfang_common.timers import TimerRunner
from lianfang_common.unit import TimerRow
from lianfang_common.wakeup import Wakeup


async def an_open_burglary(rig, officer):
    reply = await officer.post(
        "/reports",
        {
            "source": "walk_in",
            "classification": "burglary",
            "grid": GRID,
            "occurred_at": rig.clock.now(),
        },
    )
    return await officer.get(f"/incidents/{reply.body['incident_id']}")


async def fire(rig, incident):
    async with rig.system_unit() as uow:
        await TIMERS["arrival"](TimerRow("arrival", incident["id"], rig.clock.now()), uow)


async def test_a_criminal_incident_says_until_when_somebody_must_be_there(rig):
    shown = (await an_open_burglary(rig, rig.client())).body
    due = rig.clock.now() + timedelta(minutes=10)
    assert datetime.fromisoformat(shown["arrive_by"]) == due
    [timer] = await rig.as_system("select kind, subject, due_at from timer")
    assert (timer["kind"], str(timer["subject"]), timer["due_at"]) == ("arrival", shown["id"], due)
    [opened] = await rig.published("opened")
    assert datetime.fromisoformat(opened["arrive_by"]) == due


async def test_other_incidents_start_no_clock(rig):
    officer = rig.client()
    await officer.post(
        "/reports",
        {"source": "walk_in", "classification": "noise", "grid": GRID,
         "occurred_at": rig.clock.now()},
    )  # fmt: skip
    assert not await rig.as_system("select 1 from timer")
    assert (await rig.published("opened"))[0]["arrive_by"] is None


async def test_an_arrival_stops_the_clock_in_its_own_transaction(rig):
    officer = rig.client()
    incident = await an_open_burglary(rig, officer)
    path = f"/incidents/{incident.body['id']}/arrivals"
    assert (await officer.post(path, **version_of(incident))).status == 200
    assert not await rig.as_system("select 1 from timer")
    rig.clock.advance(timedelta(minutes=11))
    await fire(rig, incident.body)
    assert not await rig.published("arrival-missed")
    assert len(await rig.published("arrived")) == 1


async def test_a_refused_arrival_leaves_the_clock_running(rig):
    officer = rig.client()
    incident = await an_open_burglary(rig, officer)
    path = f"/incidents/{incident.body['id']}/arrivals"
    stale = await officer.post(path, if_match='"7"')
    missing = await officer.post(path)
    assert (stale.status, missing.status) == (412, 428)
    assert len(await rig.as_system("select 1 from timer")) == 1


async def test_a_missed_arrival_is_published_exactly_once(rig):
    officer = rig.client()
    incident = await an_open_burglary(rig, officer)
    rig.clock.advance(timedelta(minutes=10))
    await asyncio.gather(*(fire(rig, incident.body) for _ in range(3)))
    [missed] = await rig.published("arrival-missed")
    assert missed == {
        "incident_id": incident.body["id"],
        "grid": GRID,
        "classification": "burglary",
        "arrive_by": incident.body["arrive_by"],
    }
    assert (await officer.get(f"/incidents/{incident.body['id']}")).body["arrival_missed"] is True


async def test_two_timer_runners_fire_one_deadline_once(rig):
    incident = await an_open_burglary(rig, rig.client())
    rig.clock.advance(timedelta(minutes=10))
    runners = [TimerRunner(rig.units, TIMERS, Wakeup()) for _ in range(2)]
    fired = await asyncio.gather(*(each.run_once(rig.clock.now()) for each in runners))
    assert sum(fired) == 1
    assert [each["incident_id"] for each in await rig.published("arrival-missed")] == [
        incident.body["id"]
    ]
    assert not await rig.as_system("select 1 from timer")


async def test_a_clock_that_fires_early_says_nothing(rig):
    incident = await an_open_burglary(rig, rig.client())
    rig.clock.advance(timedelta(minutes=9, seconds=59))
    await fire(rig, incident.body)
    assert not await rig.published("arrival-missed")


async def test_arrival_and_miss_at_one_moment_leave_one_truth(rig):
    officer = rig.client()
    incident = await an_open_burglary(rig, officer)
    rig.clock.advance(timedelta(minutes=10))
    path = f"/incidents/{incident.body['id']}/arrivals"
    arrival, _ = await asyncio.gather(
        officer.post(path, **version_of(incident)), fire(rig, incident.body)
    )
    missed, arrived = await rig.published("arrival-missed"), await rig.published("arrived")
    # Either the arrival came first, or the miss did and the officer's version was stale.
    assert (len(missed), len(arrived), arrival.status) in {(0, 1, 200), (1, 0, 412)}


async def test_closing_stops_the_clock(rig):
    officer = rig.client()
    incident = await an_open_burglary(rig, officer)
    path = f"/incidents/{incident.body['id']}/closings"
    refused = await officer.post(path, {"outcome": "resolved"}, **version_of(incident))
    assert (refused.status, slug(refused)) == (409, "arrival-not-recorded")
    closed = await officer.post(path, {"outcome": "unfounded"}, **version_of(incident))
    assert closed.status == 200
    assert not await rig.as_system("select 1 from timer")
    assert [each["outcome"] for each in await rig.published("closed")] == ["unfounded"]
    listed = (await officer.get("/incidents?state=closed")).body["items"]
    assert [each["outcome"] for each in listed] == ["unfounded"]
    assert (await officer.get("/incidents?state=open")).body["items"] == []


async def test_an_incident_says_which_desk_acted_and_names_nobody(rig):
    officer, head = rig.client("officer"), rig.client("room_head")
    incident = await an_open_burglary(rig, officer)
    path = f"/incidents/{incident.body['id']}"
    await head.post(f"{path}/arrivals", **version_of(incident))
    there = await officer.get(path)
    await officer.post(f"{path}/closings", {"outcome": "resolved"}, **version_of(there))
    shown = (await officer.get(path)).body
    assert [each["received_by"] for each in shown["told_by"]] == [officer.desk]
    assert (shown["arrived_by"], shown["closed_by"]) == (head.desk, officer.desk)
    assert shown["arrived_by"] != shown["closed_by"]


async def test_an_incident_names_no_desk_for_what_has_not_happened(rig):
    shown = (await an_open_burglary(rig, rig.client())).body
    assert (shown["arrived_by"], shown["closed_by"]) == (None, None)


async def test_reading_what_was_told_is_written_down_with_it(rig):
    officer = rig.client()
    made = await officer.post(
        "/reports",
        {"source": "walk_in", "classification": "noise", "grid": GRID, "narrative": "楼上施工",
         "caller_phone": "19900000001", "occurred_at": rig.clock.now()},
    )  # fmt: skip
    path = f"/reports/{made.body['id']}/disclosures"
    other = await officer.post(path, {"purpose": {"kind": "incident", "id": uuid4()}})
    assert (other.status, other.body["errors"][0]["field"]) == (422, "purpose.id")
    purpose = {"kind": "incident", "id": made.body["incident_id"]}
    told = await officer.post(path, {"purpose": purpose})
    assert (told.status, told.body["narrative"]) == (200, "楼上施工")
    assert told.body["caller_phone"] == "19900000001"
    incident = await officer.get(f"/incidents/{purpose['id']}")
    closing = f"/incidents/{purpose['id']}/closings"
    await officer.post(closing, {"outcome": "resolved"}, **version_of(incident))
    refused = await officer.post(path, {"purpose": purpose})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "purpose.reason")
    assert (await officer.post(path, {"purpose": {**purpose, "reason": "复查"}})).status == 200
    rows = await rig.as_system("select break_glass, role, report_id::text from disclosures")
    assert sorted(row["break_glass"] for row in rows) == [False, True]
    assert {row["report_id"] for row in rows} == {made.body["id"]}
    assert (await rig.client("station_head").post(path, {"purpose": purpose})).status == 403
