"""A person is read masked, within the own areas, on the record; unmasked only for a purpose."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from population_builders import (
    COMMUNITY_A,
    COMMUNITY_B,
    GRID_A,
    GRID_B,
    HEAD_A,
    JUSTICE_OF_A,
    JUSTICE_OF_B,
    LANDLORD,
    OF_COMMITTEE_A,
    OFFICER_A,
    OFFICER_B,
    ROOM_A,
    ROOM_B,
    STATION,
    a_caller,
    a_ground,
    a_number,
)
from prometheus_client import REGISTRY

from population.consumed import LandlordRecorded
from population.handlers import on_landlord_recorded

REASON = "走失老人，家属在场求助"


async def search(rig, caller, **wanted: object):
    return await rig.client(caller).post("/persons/searches", wanted)


async def disclose(rig, caller, person_id: UUID, kind: str, item: object = None, **more: object):
    purpose = {"kind": kind, "id": str(item) if item else None, **more}
    return await rig.client(caller).post(f"/persons/{person_id}/disclosures", {"purpose": purpose})


async def residence_of(rig, person_id: UUID) -> UUID:
    rows = await rig.as_system(
        "select residence_id from residences where person_id = $1", person_id
    )
    return rows[0]["residence_id"]


@pytest.mark.parametrize("by", ["name", "beginning", "pinyin", "document_number"])
async def test_a_search_finds_persons_of_the_own_area_and_masks_them(rig, by):
    number = a_number()
    person_id, _ = await rig.house(GRID_A, number, name="欧阳明珠")
    await rig.house(GRID_B, name="欧阳明珠")
    wanted = {
        "name": {"name": "欧阳明珠"},
        "beginning": {"name": "欧阳"},
        "pinyin": {"pinyin": "Ouyang M"},
        "document_number": {"document_number": number},
    }[by]
    (found,) = (await search(rig, OFFICER_A, **wanted)).body["items"]
    assert found == {
        "person_id": str(person_id),
        "name": "欧***",
        "document_kind": "resident_id",
        "document_number": "*" * 14 + number[14:],
        "phone": None,
    }


async def test_a_foreign_person_and_an_unknown_one_are_found_by_nobody_alike(rig):
    number = a_number()
    await rig.house(GRID_B, number)
    replies = [
        await search(rig, OFFICER_A, document_number=wanted) for wanted in (number, a_number())
    ]
    assert replies[0].raw == replies[1].raw == b'{"items":[],"next":null}'


async def test_pages_of_a_search_follow_each_other_and_carry_no_name(rig):
    for _ in range(5):
        await rig.house(GRID_A, name="王小明")
    seen, cursor = [], None
    for _ in range(4):
        page = (await search(rig, OFFICER_A, name="王小", limit=2, cursor=cursor)).body
        seen += [item["person_id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "search-for-one"),
        ({"name": "王小明", "pinyin": "wang"}, "search-for-one"),
        ({"name": "王"}, "search-too-wide"),
        ({"pinyin": "wa"}, "search-too-wide"),
    ],
)
async def test_a_search_for_half_the_district_is_refused(rig, wanted, code):
    reply = await search(rig, OFFICER_A, **wanted)
    assert (reply.status, reply.body["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize("caller", [LANDLORD, OF_COMMITTEE_A, JUSTICE_OF_A, a_caller("bureau")])
async def test_other_roles_read_no_persons(rig, caller):
    person_id, _ = await rig.house(GRID_A)
    client = rig.client(caller)
    assert (await search(rig, caller, name="张三")).status == 403
    for tail in ("", "/residences"):
        assert (await client.get(f"/persons/{person_id}{tail}?purpose=break_glass")).status == 403


async def test_a_foreign_person_and_an_absent_one_get_the_same_404(rig):
    foreign, _ = await rig.house(GRID_B)
    item = f"purpose_id={await residence_of(rig, foreign)}"
    for tail in ("", "/residences"):
        replies = [
            await rig.client(OFFICER_A).get(f"/persons/{each}{tail}?purpose=break_glass&{item}")
            for each in (foreign, uuid4())
        ]
        bodies = [{**reply.body, "trace_id": None} for reply in replies]
        assert replies[0].status == 404 and bodies[0] == bodies[1]


async def test_residences_elsewhere_are_not_shown(rig):
    number = a_number()
    person_id, _ = await rig.house(GRID_A, number)
    await rig.house(GRID_B, number)
    for caller, grid in ((OFFICER_A, GRID_A), (OFFICER_B, GRID_B)):
        path = f"/persons/{person_id}/residences{await rig.reading(caller, person_id)}"
        items = (await rig.client(caller).get(path)).body["items"]
        assert [item["grid"] for item in items] == [grid]


async def test_a_listed_person_looks_like_any_other(rig):
    """No person answer, list or search shows that the register knows the person."""
    number, other = a_number(), a_number()
    listed, _ = await rig.house(GRID_A, number)
    plain, _ = await rig.house(GRID_A, other)

    async def seen(person_id: UUID, document: str) -> list[object]:
        client, path = rig.client(HEAD_A), f"/persons/{person_id}"
        found = await search(rig, HEAD_A, document_number=document)
        purpose = await rig.reading(HEAD_A, person_id)
        reads = [await client.get(f"{path}{tail}{purpose}") for tail in ("", "/residences")]
        assert [read.status for read in reads] == [200, 200]
        answers = [*reads, found]
        return [(a.status, len(a.raw), sorted(a.headers)) for a in answers]

    before = await seen(listed, number)
    body = a_ground(rig.today, person_id=listed)
    assert (await rig.client(OFFICER_A).post("/supervision-entries", body)).status == 201
    assert await seen(listed, number) == before == await seen(plain, other)


@pytest.mark.parametrize("kind", ["residence", "tenancy"])
async def test_an_open_item_in_the_own_area_opens_the_person(rig, kind):
    number = a_number()
    person_id, tenancy_id = await rig.house(GRID_A, number)
    item = tenancy_id if kind == "tenancy" else await residence_of(rig, person_id)
    reply = await disclose(rig, OFFICER_A, person_id, kind, item)
    assert reply.body["document_number"] == number and reply.body["name"] == "张三"
    assert reply.headers["cache-control"] == "no-store"
    (act,) = await rig.as_system("select * from audit where act = 'disclose'")
    assert (act["account"], act["subject"]) == (OFFICER_A.account, person_id)
    assert (act["purpose_kind"], act["purpose_id"]) == (kind, item)


async def test_an_item_that_is_over_or_of_another_person_opens_nobody(rig):
    person_id, _ = await rig.house(GRID_A, last_day=rig.today)
    other, _ = await rig.house(GRID_A)
    own, foreign = await residence_of(rig, person_id), await residence_of(rig, other)
    rig.clock.forward(days=1)
    for item in (own, foreign, uuid4()):
        reply = await disclose(rig, OFFICER_A, person_id, "residence", item)
        assert (reply.status, reply.slug) == (409, "purpose-not-open")
    assert await rig.as_system("select 1 from audit where act = 'disclose'") == []


@pytest.mark.parametrize(
    ("purpose", "field"),
    [({"kind": "residence"}, "purpose.id"), ({"kind": "break_glass"}, "purpose.reason")],
)
async def test_a_reading_without_a_purpose_is_refused(rig, purpose, field):
    person_id, _ = await rig.house(GRID_A)
    client, path = rig.client(OFFICER_A), f"/persons/{person_id}/disclosures"
    assert (await client.post(path, {})).status == 422
    reply = await client.post(path, {"purpose": purpose})
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, field)


async def test_a_case_opens_its_person_to_those_who_know_of_it(rig):
    case_id, entry_id, number = await rig.opened()
    (row,) = await rig.as_system("select distinct person_id from residences")
    person_id = row["person_id"]
    reply = await disclose(rig, OFFICER_A, person_id, "residence_change_case", case_id)
    assert reply.body["document_number"] == number
    for caller in (OFFICER_B, JUSTICE_OF_B):
        reply = await disclose(rig, caller, person_id, "residence_change_case", case_id)
        assert reply.status == 404
    reply = await disclose(rig, JUSTICE_OF_A, person_id, "supervision_entry", entry_id)
    assert reply.body["document_number"] == number
    reply = await disclose(rig, OFFICER_B, person_id, "supervision_entry", entry_id)
    assert reply.status == 404
    assert (await disclose(rig, OFFICER_A, uuid4(), "supervision_entry", entry_id)).status == 404


async def test_the_audit_of_a_register_reading_does_not_name_the_person(rig):
    case_id, _, _ = await rig.opened()
    (row,) = await rig.as_system("select distinct person_id from residences")
    await disclose(rig, OFFICER_A, row["person_id"], "residence_change_case", case_id)
    acts = await rig.as_system("select subject_kind, subject, purpose_id from audit")
    assert ("case", case_id, None) in {tuple(act) for act in acts}
    assert not any(row["person_id"] in tuple(act) for act in acts)


async def test_breaking_the_glass_stays_open_for_three_hours(rig):
    person_id, _ = await rig.house(GRID_A, last_day=rig.today)
    rig.clock.forward(days=2)
    reply = await disclose(rig, OFFICER_A, person_id, "break_glass", reason=REASON)
    assert reply.status == 200
    (glass,) = await rig.as_system("select * from break_glass")
    assert REASON.encode() not in glass["reason_sealed"]
    rig.clock.forward(hours=2, minutes=59)
    reply = await disclose(rig, OFFICER_A, person_id, "break_glass", glass["glass_id"])
    assert reply.status == 200 and len(await rig.as_system("select 1 from break_glass")) == 1
    rig.clock.forward(minutes=2)
    reply = await disclose(rig, OFFICER_A, person_id, "break_glass", glass["glass_id"])
    assert (reply.status, reply.slug) == (409, "purpose-not-open")


async def test_breaking_the_glass_opens_no_other_area(rig):
    person_id, _ = await rig.house(GRID_B)
    reply = await disclose(rig, OFFICER_A, person_id, "break_glass", reason=REASON)
    assert reply.status == 404
    assert await rig.as_system("select 1 from break_glass") == []


async def test_an_unreviewed_glass_blocks_the_next_one_after_the_next_day(rig):
    first, _ = await rig.house(GRID_A)
    second, _ = await rig.house(GRID_A)
    await disclose(rig, OFFICER_A, first, "break_glass", reason=REASON)
    rig.clock.forward(days=2)
    reply = await disclose(rig, OFFICER_A, second, "break_glass", reason=REASON)
    assert (reply.status, reply.slug) == (409, "glass-unreviewed")
    (waiting,) = (await rig.client(HEAD_A).get("/break-glass")).body["items"]
    assert waiting["reason"] == REASON
    path = f"/break-glass/{waiting['glass_id']}/reviews"
    assert (await rig.client(HEAD_A).post(path, if_match='"1"')).status == 200
    reply = await disclose(rig, OFFICER_A, second, "break_glass", reason=REASON)
    assert reply.status == 200


async def test_nobody_reviews_the_own_glass_and_a_station_head_reviews_a_rooms(rig):
    person_id, _ = await rig.house(GRID_A)
    await disclose(rig, HEAD_A, person_id, "break_glass", reason=REASON)
    chief = a_caller("station_head", COMMUNITY_A, COMMUNITY_B, office=STATION)
    stranger = a_caller("room_head", COMMUNITY_B, office=ROOM_B)
    (waiting,) = (await rig.client(chief).get("/break-glass")).body["items"]
    path = f"/break-glass/{waiting['glass_id']}/reviews"
    assert (await rig.client(HEAD_A).post(path, if_match='"1"')).status == 403
    assert (await rig.client(stranger).post(path, if_match='"1"')).status == 404
    assert (await rig.client(stranger).get("/break-glass")).body["items"] == []
    assert (await rig.client(chief).post(path)).status == 428
    assert (await rig.client(chief).post(path, if_match='"7"')).status == 412
    assert (await rig.client(chief).post(path, if_match='"1"')).status == 200


async def test_every_reading_is_on_the_record(rig):
    person_id, _ = await rig.house(GRID_A)
    await search(rig, OFFICER_A, name="张三")
    await search(rig, OFFICER_A, name="李四光")
    item = await residence_of(rig, person_id)
    for tail in ("", "/residences"):
        path = f"/persons/{person_id}{tail}?purpose=residence&purpose_id={item}"
        assert (await rig.client(OFFICER_A).get(path)).status == 200
    acts = await rig.as_system(
        "select act, subject, office, purpose_id from audit order by position"
    )
    assert [tuple(act) for act in acts] == [
        ("search", person_id, ROOM_A, None),
        ("search", None, ROOM_A, None),
        ("read", person_id, ROOM_A, item),
        ("read", person_id, ROOM_A, item),
    ]


@pytest.mark.parametrize("tail", ["", "/residences"])
async def test_a_masked_read_without_a_purpose_is_refused_and_shows_nothing(rig, tail):
    person_id, _ = await rig.house(GRID_A)
    client, path = rig.client(OFFICER_A), f"/persons/{person_id}{tail}"
    reply = await client.get(path)
    assert (reply.status, reply.slug) == (400, "purpose-required")
    other, _ = await rig.house(GRID_A)
    item = await residence_of(rig, other)
    reply = await client.get(f"{path}?purpose=residence&purpose_id={item}")
    assert (reply.status, reply.slug) == (409, "purpose-not-open")
    reply = await client.get(f"{path}?purpose=break_glass&purpose_id={uuid4()}")
    assert (reply.status, reply.slug) == (409, "purpose-not-open")
    assert await rig.as_system("select 1 from audit where act = 'read'") == []


async def test_a_residence_that_only_runs_opens_nobody(rig):
    """Everybody lives somewhere: what awaits no check of the desk is no open item."""
    person_id, tenancy_id = await rig.house(GRID_A)
    item = await residence_of(rig, person_id)
    rig.clock.forward(days=8)
    for kind, one in (("residence", item), ("tenancy", tenancy_id)):
        reply = await disclose(rig, OFFICER_A, person_id, kind, one)
        assert (reply.status, reply.slug) == (409, "purpose-not-open")
        path = f"/persons/{person_id}?purpose={kind}&purpose_id={one}"
        assert (await rig.client(OFFICER_A).get(path)).status == 409


async def test_glass_is_broken_without_unmasking_and_an_unreviewed_one_blocks_the_next(rig):
    first, _ = await rig.house(GRID_A)
    second, _ = await rig.house(GRID_A)
    client = rig.client(OFFICER_A)
    reply = await client.post("/break-glass", {"person_id": first, "reason": "短"})
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, "purpose.reason")
    purpose = await rig.reading(OFFICER_A, first)
    assert (await client.get(f"/persons/{first}{purpose}")).body["name"] == "张*"
    (glass,) = await rig.as_system("select glass_id from break_glass")
    acts = await rig.as_system("select act, purpose_id from audit order by position")
    assert [tuple(act) for act in acts] == [
        ("break", glass["glass_id"]),
        ("read", glass["glass_id"]),
    ]
    rig.clock.forward(days=2)
    reply = await client.post("/break-glass", {"person_id": second, "reason": REASON})
    assert (reply.status, reply.slug) == (409, "glass-unreviewed")


async def test_a_person_whom_nothing_names_is_forgotten_after_a_week(rig):
    _, claims = await rig.receipt_of(phone="19900000001")
    housed, _ = await rig.house(GRID_A)
    await rig.fire(days=6, hours=23)
    await rig.look()
    assert len(await rig.as_system("select 1 from persons")) == 2
    await rig.fire(hours=2)
    await rig.look()
    rows = await rig.as_system("select person_id from persons")
    assert [row["person_id"] for row in rows] == [housed]
    for table in ("identity_claims", "resolutions"):
        rows = await rig.as_system(f"select person_id from {table}")
        assert UUID(claims["sub"]) not in {row["person_id"] for row in rows}


async def test_a_person_on_the_register_is_not_forgotten(rig):
    """The timer cannot know it; the matcher does."""
    await rig.listed()
    (row,) = await rig.as_system("select person_id from persons")
    async with rig.system_unit() as uow:
        await uow.identities.put_forward(row["person_id"])
    await rig.as_admin("delete from residences")
    await rig.look()
    assert len(await rig.as_system("select 1 from persons")) == 1


async def test_a_person_recorded_as_landlord_is_not_forgotten(rig):
    """Not by the timer of that resolution, and not by one of a later resolution either."""
    number = a_number()
    _, claims = await rig.receipt_of(number=number)
    await landlord_recorded(rig, claims)
    await rig.fire(days=8)
    await rig.receipt_of(number=number)
    await rig.fire(days=8)
    await rig.look()
    assert len(await rig.as_system("select 1 from persons")) == 1


@pytest.mark.parametrize("lie", ["person_id", "premises_id"])
async def test_a_landlord_whom_population_did_not_name_is_counted_and_not_kept(rig, lie):
    _, claims = await rig.receipt_of()
    before = REGISTRY.get_sample_value("population_unknown_receipts_total") or 0.0
    await landlord_recorded(rig, claims, **{lie: uuid4()})
    assert REGISTRY.get_sample_value("population_unknown_receipts_total") == before + 1
    await rig.fire(days=8)
    await rig.look()
    assert await rig.as_system("select 1 from persons") == []


async def landlord_recorded(rig, claims, **changed):
    """Let rentals tell that a receipt named a landlord."""
    facts = {
        "premises_id": claims["obj"],
        "person_id": claims["sub"],
        "receipt_id": claims["jti"],
        "recorded_on": rig.today,
    }
    event = LandlordRecorded.model_validate(facts | changed)
    async with rig.system_unit() as uow:
        await on_landlord_recorded([rig.received(event)], uow)


async def test_resolving_again_keeps_a_person_for_another_week(rig):
    body, _ = await rig.receipt_of()
    await rig.fire(days=6)
    await rig.receipt_of(number=body["document_number"])
    await rig.fire(days=2)
    await rig.look()
    assert len(await rig.as_system("select 1 from persons")) == 1
    rig.clock.forward(seconds=timedelta(days=6).total_seconds())
    await rig.fire()
    await rig.look()
    assert await rig.as_system("select 1 from persons") == []
