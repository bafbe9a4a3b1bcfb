"""The register of supervision and help: only on a statutory ground, only for the offices that it
concerns, and with an end."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from population_builders import (
    COMMITTEE_A,
    GRID_A,
    GRID_B,
    HEAD_A,
    JUSTICE_A,
    JUSTICE_OF_A,
    JUSTICE_OF_B,
    LANDLORD,
    OF_COMMITTEE_A,
    OF_COMMITTEE_B,
    OFFICER_A,
    OFFICER_B,
    ROOM_A,
    a_caller,
    a_ground,
)

REQUIRED = (
    *("category", "statute", "deciding_organ", "document_sealed"),
    *("starts_on", "ends_on", "review_due_on", "justice_office", "person_sealed"),
)


async def test_listing_tells_who_is_responsible_and_nothing_of_the_person(rig):
    entry_id, number = await rig.listed(assisting_committee=COMMITTEE_A)
    (listed,) = await rig.published("supervision.listed")
    assert listed == {
        "entry_id": str(entry_id),
        "responsible_office": str(ROOM_A),
        "justice_office": str(JUSTICE_A),
        "assisting_committee": str(COMMITTEE_A),
        "review_due_on": str(rig.today + timedelta(days=90)),
    }
    assert await rig.responsible(entry_id) == [ROOM_A]
    assert number not in str(listed)


async def test_the_link_to_the_person_is_sealed_in_every_row(rig):
    entry_id, _ = await rig.listed()
    (person,) = await rig.as_system("select person_id from persons")
    for table in ("supervision_entries", "responsibilities", "audit", "timer"):
        rows = await rig.as_system(f"select row_to_json(t)::text as row from {table} t")
        held = [row["row"] for row in rows if str(entry_id) in row["row"]]
        assert held and not any(str(person["person_id"]) in row for row in held)


@pytest.mark.parametrize("column", REQUIRED)
async def test_an_entry_without_its_basis_fails_in_the_database(rig, column):
    entry_id, _ = await rig.listed()
    statement = (
        "insert into supervision_entries (entry_id, category, statute, deciding_organ,"
        " document_sealed, starts_on, ends_on, review_due_on, review_missed, justice_office,"
        " person_key, person_sealed, state, version) select $2, {}, review_missed, {} from"
        " supervision_entries where entry_id = $1"
    )
    first, second = REQUIRED[:7], ("justice_office", "person_key", "person_sealed", "state")
    columns = [
        ", ".join("null" if name == column else name for name in names)
        for names in (first, (*second, "version"))
    ]
    with pytest.raises(asyncpg.NotNullViolationError):
        await rig.as_system(statement.format(*columns), entry_id, uuid4())


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("category = 'key_population'", "entries_statutory_ground"),
        ("statute = 'internal-rule'", "entries_statutory_ground"),
        ("statute = 'prison-law-37'", "entries_statutory_ground"),
        ("deciding_organ = '  '", "entries_organ"),
        ("document_sealed = ''", "entries_document"),
        ("ends_on = starts_on - 1, review_due_on = starts_on - 1", "entries_term"),
        ("review_due_on = ends_on + 1", "entries_review_in_term"),
        ("state = 'delisted'", "entries_sealed_when_delisted"),
        ("person_key = null", "entries_sealed_when_delisted"),
    ],
)
async def test_the_database_itself_refuses_what_the_law_does_not_carry(rig, change, constraint):
    await rig.listed()
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await rig.as_system(f"update supervision_entries set {change}")
    assert refused.value.constraint_name == constraint


async def test_an_active_entry_cannot_lose_its_responsible_office(rig):
    await rig.listed()
    with pytest.raises(Exception, match="entries_have_one_responsible_office"):
        await rig.as_system("update responsibilities set until = since")


async def test_an_active_entry_cannot_have_two_responsible_offices(rig):
    await rig.listed()
    with pytest.raises(asyncpg.UniqueViolationError):
        await rig.as_system(
            "insert into responsibilities (responsibility_id, entry_id, office_id, since)"
            " select gen_random_uuid(), entry_id, office_id, since from responsibilities"
        )


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"category": "petitioner"}, "category", "not-allowed"),
        ({"statute": "prison-law-37"}, "statute", "statute-does-not-carry-category"),
        ({"deciding_organ": " "}, "deciding_organ", "organ-missing"),
        ({"document_number": ""}, "document_number", "document-missing"),
        ({"ends_on": "2020-01-01"}, "ends_on", "end-before-start"),
        ({"review_due_on": "2020-01-01"}, "review_due_on", "review-day-past"),
        ({"justice_office": ROOM_A}, "justice_office", "office-unknown"),
        ({"assisting_committee": JUSTICE_A}, "assisting_committee", "office-unknown"),
    ],
)
async def test_what_is_wrong_with_a_listing_is_named(rig, changed, field, code):
    person_id, _ = await rig.house(GRID_A)
    body = a_ground(rig.today, person_id=person_id, **changed)
    reply = await rig.client(OFFICER_A).post("/supervision-entries", body)
    assert reply.status == 422
    assert [(e["field"], e["code"]) for e in reply.body["errors"]] == [(field, code)]


async def test_a_person_of_another_area_and_an_unknown_one_are_not_there_alike(rig):
    foreign, _ = await rig.house(GRID_B)
    replies = [
        await rig.client(OFFICER_A).post(
            "/supervision-entries", a_ground(rig.today, person_id=person_id)
        )
        for person_id in (foreign, uuid4())
    ]
    bodies = [{**reply.body, "trace_id": None} for reply in replies]
    assert replies[0].status == 404 and bodies[0] == bodies[1]


async def test_only_the_offices_that_an_entry_concerns_see_it(rig):
    entry_id, _ = await rig.listed(assisting_committee=COMMITTEE_A)
    path = f"/supervision-entries/{entry_id}"
    for caller in (OFFICER_A, HEAD_A, JUSTICE_OF_A, OF_COMMITTEE_A):
        client = rig.client(caller)
        assert (await client.get(path)).status == 200
        assert len((await client.get("/supervision-entries")).body["items"]) == 1
    absent = await rig.client(OFFICER_B).get(f"/supervision-entries/{uuid4()}")
    for caller in (OFFICER_B, JUSTICE_OF_B, OF_COMMITTEE_B, a_caller("officer", "99")):
        client, reply = rig.client(caller), await rig.client(caller).get(path)
        assert (reply.status, reply.body["type"]) == (404, absent.body["type"])
        assert (await client.get("/supervision-entries")).body["items"] == []
    assert (await rig.client(LANDLORD).get(path)).status == 403


async def test_a_committee_without_a_named_part_sees_nothing(rig):
    entry_id, _ = await rig.listed()
    reply = await rig.client(OF_COMMITTEE_A).get(f"/supervision-entries/{entry_id}")
    assert reply.status == 404


async def test_the_assisting_committee_opens_an_entry_for_a_purpose_and_hears_no_more_without(rig):
    entry_id, _ = await rig.listed(assisting_committee=COMMITTEE_A)
    client, path = rig.client(OF_COMMITTEE_A), f"/supervision-entries/{entry_id}"
    hint = {"entry_id": str(entry_id), "state": "active"}
    assert (await client.get(path)).body == hint
    assert (await client.get("/supervision-entries")).body["items"] == [hint]
    assert (await client.post(f"{path}/disclosures", {})).status == 422
    opened = await client.post(f"{path}/disclosures", {"purpose": "visit"})
    assert opened.status == 200 and opened.headers["cache-control"] == "no-store"
    assert opened.body["category"] == "community_correction"
    assert opened.body["person"]["name"] == "张*" and opened.body["document_number"] is None
    acts = await rig.as_system(
        "select act, purpose_kind, purpose_id, account from audit where role = 'committee'"
        " order by position"
    )
    assert [act["act"] for act in acts] == ["read", "read", "disclose"]
    assert tuple(acts[-1])[1:] == ("visit", entry_id, OF_COMMITTEE_A.account)
    foreign = rig.client(OF_COMMITTEE_B)
    assert (await foreign.post(f"{path}/disclosures", {"purpose": "visit"})).status == 404


async def test_the_responsible_office_sees_the_masked_person_and_the_document(rig):
    entry_id, _ = await rig.listed(assisting_committee=COMMITTEE_A)
    view = (await rig.client(OFFICER_A).get(f"/supervision-entries/{entry_id}")).body
    assert view["person"]["name"] == "张*" and view["document_number"].startswith("（2026）")


async def test_a_review_names_the_next_day_and_the_newest_version(rig):
    entry_id, _ = await rig.listed()
    client, path = rig.client(OFFICER_A), f"/supervision-entries/{entry_id}/reviews"
    body = {"review_due_on": str(rig.today + timedelta(days=120))}
    assert (await client.post(path, body)).status == 428
    assert (await client.post(path, body, if_match='"7"')).status == 412
    reply = await client.post(path, body, if_match='"1"')
    assert (reply.status, reply.headers["etag"]) == (200, '"2"')
    assert (await rig.published("supervision.reviewed"))[0]["review_due_on"] == str(
        rig.today + timedelta(days=120)
    )


async def test_a_missed_review_is_said_once(rig):
    await rig.listed()
    await rig.fire(days=91)
    await rig.fire(days=1)
    assert len(await rig.published("supervision.review-overdue")) == 1


async def test_the_justice_office_reads_and_does_not_change(rig):
    entry_id, _ = await rig.listed()
    reply = await rig.client(JUSTICE_OF_A).post(
        f"/supervision-entries/{entry_id}/delistings", if_match='"1"'
    )
    assert (reply.status, reply.slug) == (403, "forbidden")


async def test_on_the_day_after_its_end_an_entry_is_gone_before_any_timer_runs(rig):
    entry_id, _ = await rig.listed()
    client = rig.client(OFFICER_A)
    rig.clock.forward(days=365)
    assert (await client.get(f"/supervision-entries/{entry_id}")).status == 200
    rig.clock.forward(days=1)
    assert (await client.get(f"/supervision-entries/{entry_id}")).status == 404
    assert (await client.get("/supervision-entries")).body["items"] == []


async def test_the_timer_delists_the_day_after_the_end_and_seals_the_link(rig):
    entry_id, _ = await rig.listed(assisting_committee=COMMITTEE_A)
    await rig.fire(days=365)
    assert await rig.published("supervision.delisted") == []
    await rig.fire(days=1)
    (delisted,) = await rig.published("supervision.delisted")
    assert delisted["assisting_committee"] == str(COMMITTEE_A)
    (row,) = await rig.as_system("select state, person_key from supervision_entries")
    assert tuple(row) == ("delisted", None)
    assert await rig.responsible(entry_id) == []
    for caller in (OFFICER_A, JUSTICE_OF_A, OF_COMMITTEE_A):
        reply = await rig.client(caller).get(f"/supervision-entries/{entry_id}")
        assert reply.status == 404
    acts = await rig.as_system("select role, act from audit where subject = $1", entry_id)
    assert [tuple(act) for act in acts] == [("officer", "list"), ("system", "delist")]


async def test_delisting_by_decision_seals_at_once(rig):
    entry_id, _ = await rig.listed()
    client, path = rig.client(OFFICER_A), f"/supervision-entries/{entry_id}"
    assert (await client.post(f"{path}/delistings", if_match='"1"')).status == 200
    assert (await client.get(path)).status == 404
    assert len(await rig.published("supervision.delisted")) == 1
    assert await rig.as_system("select 1 from timer where subject = $1", entry_id) == []
    assert await rig.as_app(OFFICER_A, "select 1 from supervision_entries") == []


async def test_listing_changes_nothing_of_the_person_or_the_residence(rig):
    tables = ("persons", "residences", "identity_claims", "resolutions", "match_queue")
    person_id, _ = await rig.house(GRID_A)
    await rig.look()

    async def seen() -> list[list[str]]:
        return [
            sorted(r["row"] for r in await rig.as_system(f"select t::text as row from {t} t"))
            for t in tables[:4]
        ]

    before, facts = await seen(), await rig.published("residence.recorded")
    body = a_ground(rig.today, person_id=person_id)
    assert (await rig.client(OFFICER_A).post("/supervision-entries", body)).status == 201
    assert await seen() == before
    assert await rig.published("residence.recorded") == facts
