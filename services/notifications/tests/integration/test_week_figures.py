"""A head reads how a week of the desks below went; each figure opens exactly what it counts."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from notifications_builders import (
    BUREAU,
    COMMITTEE,
    GRID,
    JUSTICE,
    NOW,
    OTHER_COMMUNITY,
    OTHER_GRID,
    OTHER_ROOM,
    ROOM,
    STATION,
    a_body,
)
from notifications_network import Notifications, a_member

from lianfang_common.principal import AreaRange, Principal
from notifications.domain.desk import Desk
from notifications.storage import week as week_queries

REGISTERED, OPENED = "rentals.tenancy.registered.v1", "incidents.incident.opened.v1"
MISSED = "incidents.incident.arrival-missed.v1"
OVERDUE_REVIEW = "population.supervision.review-overdue.v1"
OFFICER, OTHER_OFFICER = Desk(ROOM, "officer"), Desk(OTHER_ROOM, "officer")
HEAD, BUREAU_DESK = Desk(STATION, "station_head"), Desk(BUREAU, "bureau")
BELOW = {"station_head": {"officer", "room_head"}}
BELOW["bureau"] = BELOW["station_head"] | {"station_head"}
FIVE_MINUTES = timedelta(minutes=5)
EVERYTHING = "num_nulls($4::uuid, $5::text, $6::text[], $7::text[], $8::text[]) >= 0"
FIGURES = (
    *("raised", "acknowledged_in_time", "acknowledged_late", "settled", "waiting"),
    *("escalated", "overdue", "arrivals_missed"),
)
Counted = dict[UUID, dict[str, set[UUID]]]


async def acknowledge(network: Notifications, desk: Desk, subject: str) -> None:
    notice = next(n for n in await network.notices(desk) if n["subject_id"] == subject)
    path = f"/notices/{notice['id']}/acknowledgements"
    assert (await network.ask(a_member(desk), "POST", path, {})).status == 200


async def a_week(network: Notifications) -> None:
    """Let notices go every way there is, in two rooms of one station."""
    prompt, late, silent, there, let = (str(uuid4()) for _ in range(5))
    for incident, grid in ((prompt, GRID), (late, GRID), (silent, GRID), (there, OTHER_GRID)):
        network.say(OPENED, a_body(OPENED, incident_id=incident, grid=grid))
    network.say(MISSED, a_body(MISSED, incident_id=silent, grid=GRID))
    for tenancy, grid in ((let, GRID), (str(uuid4()), GRID), (str(uuid4()), OTHER_GRID)):
        network.say(REGISTERED, a_body(REGISTERED, tenancy_id=tenancy, grid=grid))
    await network.deliver()
    await acknowledge(network, OFFICER, prompt)
    await acknowledge(network, OFFICER, let)
    await network.fire(FIVE_MINUTES)
    network.clock.advance(timedelta(seconds=1))
    await acknowledge(network, OFFICER, late)
    for _ in range(4):
        await network.fire(FIVE_MINUTES)


def figure_of(row: Any, now: datetime) -> str:
    """Return the one figure that counts a notice beside `raised`, worked out anew."""
    by = row["acknowledge_by"]
    match row["state"]:
        case "acknowledged":
            in_time = by is None or row["acknowledged_at"] <= by
            return "acknowledged_in_time" if in_time else "acknowledged_late"
        case "raised":
            return "overdue" if by is not None and by <= now else "waiting"
        case "stale":
            return "overdue"
        case other:
            return str(other)


async def counted_for(network: Notifications, caller: Principal) -> Counted:
    """Return which notices each figure of each office has to count for a caller."""
    found: Counted = defaultdict(lambda: {figure: set() for figure in FIGURES})
    for row in await network.sql("select * from notices"):
        own = (row["office_id"], row["role"]) == (caller.office, caller.role)
        placed = row["grid"] is not None and caller.covers(row["grid"])
        if row["event_type"].startswith("population.") or not (
            own or (placed and row["role"] in BELOW[caller.role])
        ):
            continue
        figures = found[row["office_id"]]
        figures["raised"].add(row["id"])
        figures[figure_of(row, network.clock.now())].add(row["id"])
        if row["event_type"] == MISSED and row["escalated_from"] is None:
            figures["arrivals_missed"].add(row["id"])
    return dict(found)


async def week_of(network: Notifications, caller: Principal, day: str = "") -> dict[str, Any]:
    answered = await network.ask(caller, "GET", "/week" + (day and f"?from={day}"))
    assert answered.status == 200, answered.content
    return dict(answered.body)


async def listed(network: Notifications, caller: Principal, query: str) -> list[UUID]:
    """Return the ids of all pages."""
    found: list[UUID] = []
    cursor = ""
    while True:
        answered = await network.ask(caller, "GET", f"/week/notices?limit=3&{query}{cursor}")
        assert answered.status == 200, answered.content
        found += [UUID(each["id"]) for each in answered.body["items"]]
        if answered.body["next"] is None:
            return found
        cursor = f"&cursor={answered.body['next']}"


@pytest.mark.parametrize("desk", [HEAD, BUREAU_DESK])
async def test_each_figure_counts_what_its_list_shows_and_six_of_them_make_the_whole(network, desk):
    await a_week(network)
    caller = a_member(desk)
    expected = await counted_for(network, caller)
    week = await week_of(network, caller)
    assert (week["monday"], week["sunday"]) == ("2026-03-02", "2026-03-08")
    told = {UUID(row.pop("office_id")): row for row in week["offices"]}
    assert told == {
        office: {figure: len(ids) for figure, ids in figures.items()}
        for office, figures in expected.items()
    }
    for row in told.values():
        assert row["raised"] == sum(row[figure] for figure in FIGURES[1:-1])
    assert all(sum(row[figure] for row in told.values()) for figure in FIGURES), told
    for figure in FIGURES:
        everywhere = await listed(network, caller, f"figure={figure}")
        assert everywhere == sorted(everywhere, reverse=True)
        assert set(everywhere) == set().union(*(each[figure] for each in expected.values()))
        assert len(everywhere) == len(set(everywhere))
    here = await listed(network, caller, f"figure=waiting&office={ROOM}")
    assert set(here) == expected[ROOM]["waiting"]


async def test_a_head_sees_the_own_areas_and_the_own_desk_alone(network):
    """The station head of half the station's places; the same half for the bureau."""
    await a_week(network)
    for desk in (HEAD, BUREAU_DESK):
        caller = a_member(desk, areas=(AreaRange.of_prefix(OTHER_COMMUNITY),))
        expected = await counted_for(network, caller)
        seen = {UUID(row["office_id"]) for row in (await week_of(network, caller))["offices"]}
        assert seen == set(expected) and ROOM not in seen and OTHER_ROOM in seen
        nowhere = a_member(Desk(uuid4(), desk.role), areas=())
        assert (await week_of(network, nowhere))["offices"] == []
        assert await listed(network, nowhere, "figure=raised") == []


async def test_a_notice_of_the_list_tells_what_happened_and_keeps_its_text(network):
    await a_week(network)
    answered = await network.ask(a_member(HEAD), "GET", "/week/notices?figure=arrivals_missed")
    [notice] = answered.body["items"]
    assert (notice["office_id"], notice["role"], notice["grid"]) == (str(ROOM), "room_head", GRID)
    assert notice["title_zh"].startswith("到场超时")
    assert not {"body_zh", "body_en", "comment", "ce_id", "rule"} & set(notice)


async def test_a_restricted_notice_is_in_no_figure_even_of_its_own_desk(network):
    offices = {"responsible_office": str(ROOM)}
    network.say(OVERDUE_REVIEW, a_body(OVERDUE_REVIEW, **offices))
    await network.deliver()
    await network.fire(timedelta(days=1))
    [own] = await network.notices(HEAD)
    assert own["event_type"] == OVERDUE_REVIEW
    assert (await week_of(network, a_member(HEAD)))["offices"] == []
    assert await listed(network, a_member(HEAD), "figure=raised") == []


async def test_a_week_begins_and_ends_at_midnight_in_shanghai(network):
    monday = datetime.fromisoformat("2026-03-09T00:00:00+08:00")
    for moment in (NOW, monday - timedelta(seconds=1), monday):
        network.clock.advance(moment - network.clock.now())
        network.say(REGISTERED)
        await network.deliver()
    head, raised = a_member(HEAD), {}
    for day in ("2026-03-01", "2026-03-02", "2026-03-08", "2026-03-09", ""):
        week = await week_of(network, head, day)
        raised[day] = [row["raised"] for row in week["offices"]]
        assert date.fromisoformat(week["monday"]).weekday() == 0
    assert raised == {
        "2026-03-01": [],
        "2026-03-02": [2],
        "2026-03-08": [2],
        "2026-03-09": [1],
        "": [1],
    }


async def test_who_leads_no_desks_reads_no_week(network):
    desks = [OFFICER, Desk(ROOM, "room_head")]
    desks += [Desk(COMMITTEE, "committee"), Desk(JUSTICE, "justice")]
    others = [Principal(uuid4(), role) for role in ("ops", "auditor", "landlord", "feed")]
    for caller in [*map(a_member, desks), *others]:
        for path in ("/week", "/week/notices"):
            assert (await network.ask(caller, "GET", path)).status == 403, caller.role


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("from=2026-13-01", {"from": "wrong-type"}),
        ("from=20260302", {"from": "wrong-type"}),
        ("from=0001-01-01", {"from": "out-of-range"}),
        ("from=9999-12-31", {"from": "out-of-range"}),
        ("figure=rank", {"figure": "not-allowed"}),
        ("office=here", {"office": "wrong-type"}),
        ("cursor=abc", {"cursor": "invalid"}),
    ],
)
async def test_a_week_that_cannot_be_asked_for_is_answered_with_its_field(network, query, fields):
    answered = await network.ask(a_member(HEAD), "GET", f"/week/notices?{query}")
    assert (answered.status, answered.fields) == (422, fields)


@pytest.mark.parametrize("guard", ["query", "policy"])
async def test_each_guard_alone_shows_a_head_no_more(network, guard, monkeypatch):
    await a_week(network)
    caller = a_member(HEAD, areas=(AreaRange.of_prefix(OTHER_COMMUNITY),))
    expected = await counted_for(network, caller)
    if guard == "policy":
        monkeypatch.setattr(week_queries, "_SEEN", EVERYTHING)
    else:
        await network.sql("alter table notices disable row level security")
    try:
        seen = await listed(network, caller, "figure=raised")
    finally:
        await network.sql("alter table notices enable row level security")
    assert set(seen) == set().union(*(each["raised"] for each in expected.values()))
