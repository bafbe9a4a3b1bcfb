"""A listed person of A moves to B: A reviews, B accepts or refuses, and A answers until then."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from population_builders import (
    COMMITTEE_A,
    GRID_A2,
    GRID_B,
    HEAD_A,
    JUSTICE_B,
    JUSTICE_OF_A,
    JUSTICE_OF_B,
    LANDLORD,
    OF_COMMITTEE_A,
    OF_COMMITTEE_B,
    OFFICER_A,
    OFFICER_B,
    ROOM_A,
    ROOM_B,
)

from lianfang_common import telemetry
from lianfang_common.ids import new_id


async def act(rig, caller, case_id: UUID, what: str, body: object = None):
    path = f"/residence-change-cases/{case_id}"
    etag = (await rig.client(caller).get(path)).headers.get("etag", '"1"')
    return await rig.client(caller).post(f"{path}/{what}", body, if_match=etag)


async def review(rig, case_id: UUID, outcome: str, caller=OFFICER_A):
    return await act(rig, caller, case_id, "reviews", {"outcome": outcome})


async def test_a_match_asks_an_officer_of_a_and_tells_nobody_else(rig):
    case_id, entry_id, _ = await rig.opened()
    (opened,) = await rig.published("residence-change.opened")
    assert set(opened) == {"case_id", "responsible_office", "review_due_at"}
    assert opened["responsible_office"] == str(ROOM_A)
    path = f"/residence-change-cases/{case_id}"
    view = (await rig.client(OFFICER_A).get(path)).body
    assert (view["grid"], view["person"]["name"]) == (GRID_B, "张*")
    for caller in (OFFICER_B, JUSTICE_OF_B, JUSTICE_OF_A):
        assert (await rig.client(caller).get(path)).status == 404
        assert (await rig.client(caller).get("/residence-change-cases")).body["items"] == []
    for caller in (LANDLORD, OF_COMMITTEE_A, OF_COMMITTEE_B):
        assert (await rig.client(caller).get(path)).status == 403
    assert await rig.responsible(entry_id) == [ROOM_A]


async def test_a_residence_that_matches_nothing_leaves_no_row(rig):
    await rig.listed()
    await rig.house(GRID_B)
    assert await rig.as_matcher("select 1 from match_queue")
    await rig.look()
    assert await rig.as_matcher("select 1 from match_queue") == []
    assert await rig.as_system("select 1 from residence_change_cases") == []


async def test_a_move_within_the_own_grids_is_no_case(rig):
    _, number = await rig.listed()
    await rig.house(GRID_A2, number)
    await rig.look()
    assert await rig.as_system("select 1 from residence_change_cases") == []


async def test_every_residence_leaves_the_same_kind_of_queue_row(rig):
    """Whoever reads the queue cannot tell a listed person from another."""
    _, number = await rig.listed()
    await rig.look()
    await rig.house(GRID_B, number)
    await rig.house(GRID_B)
    rows = await rig.as_matcher("select * from match_queue")
    assert len(rows) == 2 and {row["grid"] for row in rows} == {GRID_B}


async def test_the_case_carries_a_trace_and_an_account_of_its_own(rig, monkeypatch):
    """Even if a tenancy's trace were current when the matcher looks, none leads to the case."""
    monkeypatch.setattr(telemetry, "_tracer", TracerProvider().get_tracer("test"))
    _, number = await rig.listed()
    await rig.look()
    with telemetry.start_span("tenancy") as span:
        await rig.house(GRID_B, number)
        await rig.look()
        tenancy = f"{span.get_span_context().trace_id:032x}"
    rows = await rig.as_system("select type, account, traceparent from outbox order by position")
    recorded, case = rows[-2:]
    assert recorded["type"] == "population.residence.recorded.v1"
    assert recorded["traceparent"].split("-")[1] == tenancy
    assert case["type"] == "population.residence-change.opened.v1"
    assert case["account"] is None
    assert case["traceparent"].split("-")[1] != tenancy


async def test_no_row_of_a_case_names_person_or_residence(rig):
    case_id, _, _ = await rig.opened()
    known = await rig.as_system("select person_id, residence_id, tenancy_id from residences")
    ids = {str(value) for row in known for value in row.values()}
    for table in ("residence_change_cases", "grants", "timer", "outbox", "audit"):
        for row in await rig.as_system(f"select t::text as row from {table} t"):
            if str(case_id) in row["row"]:
                assert not any(each in row["row"] for each in ids)
    outbox = await rig.as_system("select body from outbox where topic like '%residence-change'")
    assert not any(each in row["body"].decode() for row in outbox for each in ids)


async def test_a_confirmed_match_tells_b_and_its_justice_office(rig):
    case_id, entry_id, _ = await rig.opened()
    reply = await review(rig, case_id, "confirmed")
    assert reply.status == 200
    (confirmed,) = await rig.published("residence-change.confirmed")
    assert confirmed["receiving_office"] == str(ROOM_B)
    assert confirmed["justice_office"] == str(JUSTICE_B)
    for caller in (OFFICER_B, JUSTICE_OF_B):
        view = await rig.client(caller).get(f"/residence-change-cases/{case_id}")
        assert view.status == 200 and view.body["person"]["name"] == "张*"
        entry = await rig.client(caller).get(f"/supervision-entries/{entry_id}")
        assert entry.status == 200
    assert await rig.responsible(entry_id) == [ROOM_A]


async def test_b_answers_from_the_moment_it_accepts(rig):
    case_id, entry_id, _ = await rig.opened()
    await review(rig, case_id, "confirmed")
    assert (await act(rig, OFFICER_B, case_id, "acceptances")).status == 200
    assert await rig.responsible(entry_id) == [ROOM_B]
    (accepted,) = await rig.published("residence-change.accepted")
    (moved,) = await rig.published("supervision.moved")
    assert accepted["responsible_office"] == moved["responsible_office"] == str(ROOM_B)
    assert accepted["previous_office"] == moved["previous_office"] == str(ROOM_A)
    path = f"/supervision-entries/{entry_id}"
    assert (await rig.client(OFFICER_B).get(path)).status == 200
    assert (await rig.client(OFFICER_A).get(path)).status == 404
    assert await rig.as_system("select 1 from timer where subject = $1", case_id) == []


async def test_the_assisting_committee_hears_after_b_has_accepted(rig):
    _, number = await rig.listed(assisting_committee=COMMITTEE_A)
    await rig.house(GRID_B, number)
    await rig.look()
    case_id = UUID((await rig.published("residence-change.opened"))[0]["case_id"])
    await review(rig, case_id, "confirmed")
    told = await rig.as_system("select body from outbox where topic like '%residence-change'")
    assert not any(str(COMMITTEE_A) in row["body"].decode() for row in told)
    await act(rig, OFFICER_B, case_id, "acceptances")
    (moved,) = await rig.published("supervision.moved")
    assert moved["assisting_committee"] == str(COMMITTEE_A)


async def test_a_refusal_leads_back_to_a_review_with_a_clock_of_its_own(rig):
    case_id, entry_id, _ = await rig.opened()
    await review(rig, case_id, "confirmed")
    rig.clock.forward(hours=30)
    reply = await act(rig, OFFICER_B, case_id, "refusals", {"reason": "wrong_area"})
    assert reply.status == 200
    (refused,) = await rig.published("residence-change.refused")
    assert refused["receiving_office"] == str(ROOM_B)
    assert await rig.responsible(entry_id) == [ROOM_A]
    assert await rig.fire(hours=23) == 0
    assert await rig.fire(hours=2) == 1
    assert len(await rig.published("residence-change.review-overdue")) == 1
    assert (await review(rig, case_id, "confirmed", HEAD_A)).status == 200
    assert (await act(rig, OFFICER_B, case_id, "acceptances")).status == 200
    assert await rig.responsible(entry_id) == [ROOM_B]


async def test_a_refused_case_is_a_alone_until_it_is_confirmed_anew(rig):
    case_id, _, _ = await rig.opened()
    path = f"/residence-change-cases/{case_id}"
    await review(rig, case_id, "confirmed")
    await act(rig, OFFICER_B, case_id, "refusals", {"reason": "wrong_area"})
    grants = "select office from grants where subject = $1"
    for caller in (OFFICER_B, JUSTICE_OF_B):
        assert (await rig.client(caller).get(path)).status == 404
        assert (await rig.client(caller).get("/residence-change-cases")).body["items"] == []
        assert await rig.as_app(caller, "select 1 from residence_change_cases") == []
    assert [row["office"] for row in await rig.as_system(grants, case_id)] == [ROOM_A]
    assert (await rig.client(OFFICER_A).get(path)).body["refusal"] == "wrong_area"
    await review(rig, case_id, "confirmed")
    for caller in (OFFICER_B, JUSTICE_OF_B):
        assert (await rig.client(caller).get(path)).status == 200
    await act(rig, OFFICER_B, case_id, "refusals", {"reason": "wrong_area"})
    await review(rig, case_id, "visit_only")
    (closed,) = await rig.published("residence-change.closed")
    assert closed["receiving_office"] is None and closed["justice_office"] is None


async def test_nobody_ends_the_grants_of_a_case_that_is_not_theirs_or_not_refused(rig):
    case_id, _, _ = await rig.opened()
    await rig.as_app(OFFICER_B, "select end_case_grants($1)", case_id)
    await review(rig, case_id, "confirmed")
    await rig.as_app(OFFICER_A, "select end_case_grants($1)", case_id)
    assert len(await rig.as_system("select 1 from grants where subject = $1", case_id)) == 3


async def test_mistaken_identity_closes_the_case_and_doubts_the_identity(rig):
    case_id, entry_id, _ = await rig.opened()
    assert (await review(rig, case_id, "mistaken_identity")).status == 200
    (closed,) = await rig.published("residence-change.closed")
    assert closed["receiving_office"] is None
    assert (await rig.client(OFFICER_A).get(f"/residence-change-cases/{case_id}")).body[
        "person"
    ] is None
    before = await rig.as_system("select * from identity_claims order by claim_id")
    await rig.look()
    claims = await rig.as_system("select * from identity_claims order by claim_id")
    # The second claim is the one under which the person came to live in B.
    assert claims[1]["state"] == "to_review"
    assert [{**row, "state": ""} for row in claims] == [{**row, "state": ""} for row in before]
    (row,) = await rig.as_system("select link_sealed from residence_change_cases")
    assert row["link_sealed"] is None
    assert await rig.responsible(entry_id) == [ROOM_A]


async def test_a_claim_before_a_reviewer_tells_of_no_case(rig, monkeypatch):
    """Claims that agree go to review too, some of them, so that a doubted one is one of many."""
    sampled = UUID(f"{new_id()}"[:-2] + "00")
    monkeypatch.setattr("population.storage.identities.new_id", lambda: sampled)
    await rig.receipt_of()
    monkeypatch.undo()
    case_id, _, _ = await rig.opened()
    await review(rig, case_id, "mistaken_identity")
    await rig.look()
    rows = await rig.as_system(
        "select c.*, p.name as known from identity_claims c join persons p using (person_id)"
        " where state = 'to_review'"
    )
    assert len(rows) >= 2 and sampled in {row["claim_id"] for row in rows}
    for row in rows:
        assert row["name"] == row["known"]
        assert row["account"] == OFFICER_A.account and row["office"] == ROOM_A
    assert not [row for row in rows if str(case_id) in str(dict(row))]


@pytest.mark.parametrize("who", ["a-at-review", "a-later", "b"])
async def test_a_visit_closes_the_case_and_moves_nobody(rig, who):
    case_id, entry_id, _ = await rig.opened()
    if who == "a-at-review":
        reply = await review(rig, case_id, "visit_only")
    else:
        await review(rig, case_id, "confirmed")
        caller = OFFICER_B if who == "b" else OFFICER_A
        reply = await act(rig, caller, case_id, "visits-only")
    assert reply.status == 200
    (closed,) = await rig.published("residence-change.closed")
    told = None if who == "a-at-review" else str(ROOM_B)
    assert closed["receiving_office"] == told
    assert await rig.responsible(entry_id) == [ROOM_A]


async def test_an_entry_that_ends_closes_its_cases(rig):
    case_id, entry_id, _ = await rig.opened()
    await review(rig, case_id, "confirmed")
    reply = await rig.client(OFFICER_A).post(
        f"/supervision-entries/{entry_id}/delistings", if_match='"1"'
    )
    assert reply.status == 200
    (closed,) = await rig.published("residence-change.closed")
    assert closed["receiving_office"] == str(ROOM_B)
    reply = await act(rig, OFFICER_B, case_id, "acceptances")
    assert (reply.status, reply.slug) == (409, "case-closed")


async def test_nobody_reviewing_for_a_day_is_said_once(rig):
    await rig.opened()
    assert await rig.fire(hours=23) == 0
    await rig.fire(hours=1)
    await rig.fire(days=2)
    assert len(await rig.published("residence-change.review-overdue")) == 1


async def test_b_silent_for_three_days_is_said_once(rig):
    case_id, entry_id, _ = await rig.opened()
    await review(rig, case_id, "confirmed")
    await rig.fire(days=2, hours=23)
    assert await rig.published("residence-change.acceptance-overdue") == []
    await rig.fire(hours=1)
    await rig.fire(days=9)
    (overdue,) = await rig.published("residence-change.acceptance-overdue")
    assert overdue["receiving_office"] == str(ROOM_B)
    assert await rig.responsible(entry_id) == [ROOM_A]
    assert (await act(rig, OFFICER_B, case_id, "acceptances")).status == 200


@pytest.mark.parametrize(
    ("caller", "what", "body"),
    [
        (OFFICER_B, "reviews", {"outcome": "confirmed"}),
        (OFFICER_B, "acceptances", None),
        (OFFICER_A, "acceptances", None),
        (OFFICER_A, "refusals", {"reason": "wrong_area"}),
        (OFFICER_B, "visits-only", None),
    ],
)
async def test_who_has_no_part_in_a_case_finds_none(rig, caller, what, body):
    case_id, entry_id, _ = await rig.opened()
    reply = await act(rig, caller, case_id, what, body)
    assert reply.status == 404
    assert await rig.responsible(entry_id) == [ROOM_A]


async def test_the_same_residence_opens_one_case_however_often_it_is_queued(rig):
    await rig.opened()
    (row,) = await rig.as_system(
        "select residence_id, person_id, grid from residences where grid = $1", GRID_B
    )
    await rig.as_system(
        "insert into match_queue (residence_id, person_id, grid) values ($1, $2, $3)", *row
    )
    await rig.look()
    assert len(await rig.published("residence-change.opened")) == 1


async def test_a_second_new_home_becomes_the_question_of_the_office_that_accepted(rig):
    """Two cases of one entry: when B accepts, the one towards a third place is asked of B."""
    await rig.define(room_a={"990101001001001"}, room_b={GRID_B})
    case_id, entry_id, number = await rig.opened()
    await review(rig, case_id, "confirmed")
    await rig.house("990101001001001", number)
    await rig.house(GRID_B, number, first_day=rig.today + timedelta(days=1))
    await rig.look()
    assert len(await rig.published("residence-change.opened")) == 2
    await act(rig, OFFICER_B, case_id, "acceptances")
    await rig.look()
    (closed,) = await rig.published("residence-change.closed")
    assert closed["responsible_office"] == str(ROOM_B)
    assert await rig.responsible(entry_id) == [ROOM_B]
    open_cases = await rig.as_system(
        "select managing_office from residence_change_cases where state = 'to_review'"
    )
    assert [row["managing_office"] for row in open_cases] == []


async def test_the_application_role_cannot_touch_the_queue(rig):
    for statement in ("select 1 from match_queue", "delete from match_queue"):
        with pytest.raises(Exception, match="permission denied"):
            await rig.as_app(OFFICER_A, statement)


async def test_an_unknown_case_and_a_foreign_one_answer_alike(rig):
    case_id, _, _ = await rig.opened()
    replies = [
        await rig.client(OFFICER_B).get(f"/residence-change-cases/{each}")
        for each in (case_id, uuid4())
    ]
    bodies = [{**reply.body, "trace_id": None} for reply in replies]
    assert replies[0].status == replies[1].status == 404 and bodies[0] == bodies[1]
