"""Registering, extending and ending a tenancy on real PostgreSQL, as the application role."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from rentals_builders import NEIGHBOR_GRID, NOW, a_landlord, an_officer
from rentals_network import SEAL

from lianfang_common.database import driver_of
from lianfang_common.testing.eventually import eventually
from rentals.domain.landlords import check_character

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def morning(rentals):
    rentals.clock.moment = NOW


async def test_a_registration_is_kept_announced_and_waked_for(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    woken = rentals.woken
    body = rentals.tenancy(officer, premises_id, tenants=2)
    reply = await rentals.ask(officer, "POST", "/tenancies", body)
    assert reply.status == 201
    tenancy_id = reply.body["id"]
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == f"/api/v1/rentals/tenancies/{tenancy_id}"
    assert rentals.woken == woken + 1
    (fact,) = [
        fact
        for fact in await rentals.facts("rentals.tenancy.registered.v1")
        if fact["key"] == UUID(tenancy_id)
    ]
    assert fact["account"] == officer.account and fact["aggregate_version"] == 1
    assert fact["body"]["premises_id"] == str(premises_id)
    assert len(fact["body"]["tenants"]) == 2
    assert set(fact["body"]["tenants"][0]) == {"person_id", "receipt_id"}
    kept = (await rentals.ask(officer, "GET", f"/tenancies/{tenancy_id}")).body
    assert sorted(kept["person_ids"]) == sorted(
        tenant["person_id"] for tenant in fact["body"]["tenants"]
    )


async def test_two_registrations_that_meet_let_the_room_once(rentals):
    """Both look, both see a free room; the constraint decides, and the loser hears the rule."""
    officer = an_officer()
    for _ in range(12):
        premises_id = await rentals.file(officer)
        replies = await asyncio.gather(
            *(
                rentals.ask(officer, "POST", "/tenancies", rentals.tenancy(officer, premises_id))
                for _ in range(3)
            )
        )
        assert sorted(reply.status for reply in replies) == [201, 409, 409]
        lost = [reply.body for reply in replies if reply.status == 409]
        assert {body["type"] for body in lost} == {"/problems/tenancies-overlap"}
        assert {body["errors"][0]["field"] for body in lost} == {"first_day"}
        rows = await rentals.sql("select count(*) from tenancy where premises_id = $1", premises_id)
        assert rows[0][0] == 1


async def test_the_constraint_alone_says_the_same_as_the_rule(rentals, monkeypatch):
    from rentals.domain.tenancy import Taken

    officer = an_officer()
    premises_id = await rentals.file(officer)
    await rentals.register(officer, premises_id)
    body = rentals.tenancy(officer, premises_id)
    by_rule = await rentals.ask(officer, "POST", "/tenancies", body)
    monkeypatch.setattr(Taken, "is_in_the_way_of", lambda *_: False)
    body = rentals.tenancy(officer, premises_id, room=None)
    by_constraint = await rentals.ask(officer, "POST", "/tenancies", body)
    for reply in (by_rule, by_constraint):
        reply.body.pop("trace_id", None)
    assert by_rule.status == by_constraint.status == 409
    assert by_rule.body["errors"] == by_constraint.body["errors"]


async def test_rooms_and_whole_premises_exclude_each_other(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    await rentals.register(officer, premises_id, room=1)
    await rentals.register(officer, premises_id, room=2)
    whole = rentals.tenancy(officer, premises_id, room=None)
    assert (await rentals.ask(officer, "POST", "/tenancies", whole)).status == 409
    later = {"first_day": "2027-11-22", "last_day": None}
    await rentals.register(officer, premises_id, room=None, **later)
    room = rentals.tenancy(officer, premises_id, room=3, **later)
    assert (await rentals.ask(officer, "POST", "/tenancies", room)).status == 409


async def test_a_replay_gets_the_first_answer_even_after_the_receipt_expired(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    body, key = rentals.tenancy(officer, premises_id), str(uuid4())
    first = await rentals.ask(officer, "POST", "/tenancies", body, key=key)
    rentals.clock.moment = NOW + timedelta(hours=1)
    again = await rentals.ask(officer, "POST", "/tenancies", body, key=key)
    assert first.status == again.status == 201
    assert first.content == again.content
    rows = await rentals.sql("select count(*) from tenancy where premises_id = $1", premises_id)
    assert rows[0][0] == 1
    other = {**body, "room": 2}
    reused = await rentals.ask(officer, "POST", "/tenancies", other, key=key)
    assert (reused.status, reused.body["type"]) == (422, "/problems/idempotency-key-reused")


async def test_extending_and_ending_move_the_last_day_and_the_version(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    tenancy_id = await rentals.register(officer, premises_id, last_day="2026-12-31")
    path = f"/tenancies/{tenancy_id}"
    extended = await rentals.ask(
        officer, "POST", f"{path}/extensions", {"last_day": "2027-06-30"}, version=1
    )
    assert (extended.status, extended.headers["etag"]) == (200, '"2"')
    ended = await rentals.ask(
        officer, "POST", f"{path}/endings", {"last_day": "2027-03-31"}, version=2
    )
    assert (ended.status, ended.headers["etag"]) == (200, '"3"')
    kept = await rentals.ask(officer, "GET", path)
    assert (kept.body["last_day"], kept.body["ended"]) == ("2027-03-31", True)
    assert kept.headers["etag"] == '"3"'
    facts = [f for f in await rentals.facts("rentals.tenancy.%") if f["key"] == tenancy_id]
    assert [(f["type"], f["aggregate_version"]) for f in facts] == [
        ("rentals.tenancy.registered.v1", 1),
        ("rentals.tenancy.extended.v1", 2),
        ("rentals.tenancy.ended.v1", 3),
    ]
    assert [f["body"]["last_day"] for f in facts] == ["2026-12-31", "2027-06-30", "2027-03-31"]
    again = await rentals.ask(
        officer, "POST", f"{path}/endings", {"last_day": "2027-03-31"}, version=3
    )
    assert (again.status, again.body["type"]) == (409, "/problems/tenancy-ended")


async def test_an_ended_room_can_be_let_again_the_day_after(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    tenancy_id = await rentals.register(officer, premises_id)
    await rentals.ask(
        officer, "POST", f"/tenancies/{tenancy_id}/endings", {"last_day": "2026-11-30"}, version=1
    )
    same_day = rentals.tenancy(officer, premises_id, first_day="2026-11-30")
    assert (await rentals.ask(officer, "POST", "/tenancies", same_day)).status == 409
    await rentals.register(officer, premises_id, first_day="2026-12-01")


async def test_an_extension_and_a_registration_that_meet_let_the_room_once(rentals):
    officer = an_officer()
    for _ in range(6):
        premises_id = await rentals.file(officer)
        tenancy_id = await rentals.register(officer, premises_id, last_day="2026-12-31")
        extension, registration = await asyncio.gather(
            rentals.ask(
                officer,
                "POST",
                f"/tenancies/{tenancy_id}/extensions",
                {"last_day": "2027-06-30"},
                version=1,
            ),
            rentals.ask(
                officer,
                "POST",
                "/tenancies",
                rentals.tenancy(officer, premises_id, first_day="2027-01-01"),
            ),
        )
        statuses = sorted([extension.status, registration.status])
        assert statuses in ([200, 409], [201, 409])


async def test_a_change_needs_the_version_that_it_changes(rentals):
    officer = an_officer()
    tenancy_id = await rentals.register(officer, await rentals.file(officer))
    for act in ("extensions", "endings"):
        path, body = f"/tenancies/{tenancy_id}/{act}", {"last_day": "2027-11-22"}
        missing = await rentals.ask(officer, "POST", path, body)
        assert (missing.status, missing.body["errors"][0]["field"]) == (428, "If-Match")
        stale = await rentals.ask(officer, "POST", path, body, version=7)
        assert (stale.status, stale.body["errors"][0]["field"]) == (412, "If-Match")


async def test_of_two_changes_of_one_version_one_is_stale(rentals):
    officer = an_officer()
    tenancy_id = await rentals.register(officer, await rentals.file(officer))
    replies = await asyncio.gather(
        *(
            rentals.ask(
                officer,
                "POST",
                f"/tenancies/{tenancy_id}/endings",
                {"last_day": f"2026-12-0{day}"},
                version=1,
            )
            for day in (1, 2, 3)
        )
    )
    assert sorted(reply.status for reply in replies) == [200, 412, 412]


async def test_a_landlord_registers_for_the_own_premises_alone(rentals):
    officer, landlord = an_officer(), a_landlord()
    own = await rentals.file(officer, landlord_account=str(landlord.account))
    foreign = await rentals.file(officer)
    tenancy_id = await rentals.register(landlord, own)
    (fact,) = [f for f in await rentals.facts("rentals.tenancy.%") if f["key"] == tenancy_id]
    assert fact["body"]["registered_by"] == "landlord"
    body = rentals.tenancy(landlord, foreign)
    absent = rentals.tenancy(landlord, uuid4())
    refused = [await rentals.ask(landlord, "POST", "/tenancies", b) for b in (body, absent)]
    assert [reply.status for reply in refused] == [404, 404]
    assert refused[0].body["errors"] == refused[1].body["errors"]
    listed = (await rentals.ask(landlord, "GET", "/premises")).body["items"]
    assert [item["id"] for item in listed] == [str(own)]
    seen = (await rentals.ask(landlord, "GET", f"/tenancies/{tenancy_id}")).body
    assert (seen["tenants"], seen["person_ids"]) == (1, None)


async def change_landlord(rentals, officer, premises_id, *, version, expected=200, **more):
    """Record another person as the landlord."""
    body = {"let_by": {"receipt": rentals.receipt(officer, premises_id)}, **more}
    path = f"/premises/{premises_id}/landlords"
    reply = await rentals.ask(officer, "POST", path, body, version=version)
    assert reply.status == expected, reply.body


async def test_a_change_of_landlord_ends_what_the_former_one_sees(rentals):
    officer, former, other = an_officer(), a_landlord(), a_landlord()
    sold = await rentals.file(officer, landlord_account=str(former.account))
    kept = await rentals.file(officer, landlord_account=str(former.account))
    await rentals.file(officer, landlord_account=str(other.account))
    tenancy_id = await rentals.register(former, sold)
    await change_landlord(rentals, officer, sold, version=1)
    assert (await rentals.ask(former, "GET", f"/premises/{sold}")).status == 200, "the first named"
    await change_landlord(rentals, officer, sold, version=2)
    for path in (f"/premises/{sold}", f"/tenancies/{tenancy_id}"):
        assert (await rentals.ask(former, "GET", path)).status == 404, path
    refused = await rentals.ask(former, "POST", "/tenancies", rentals.tenancy(former, sold))
    assert refused.status == 404
    listed = (await rentals.ask(former, "GET", "/premises")).body["items"]
    assert [item["id"] for item in listed] == [str(kept)]
    assert (await rentals.ask(former, "GET", "/tenancies")).body["items"] == []
    assert len((await rentals.ask(other, "GET", "/premises")).body["items"]) == 1
    assert (await rentals.ask(officer, "GET", f"/tenancies/{tenancy_id}")).status == 200


async def test_a_new_landlords_account_is_the_only_one_that_sees_the_premises(rentals):
    officer, former, new = an_officer(), a_landlord(), a_landlord()
    premises_id = await rentals.file(officer, landlord_account=str(former.account))
    for version, account in ((1, new), (2, former), (3, former)):
        named = {"landlord_account": str(account.account)}
        await change_landlord(rentals, officer, premises_id, version=version, **named)
        for landlord in (former, new):
            seen = await rentals.ask(landlord, "GET", f"/premises/{premises_id}")
            assert seen.status == (200 if landlord is account else 404), version


async def test_a_stale_change_of_landlord_takes_nothing_from_anybody(rentals):
    officer, landlord = an_officer(), a_landlord()
    premises_id = await rentals.file(officer, landlord_account=str(landlord.account))
    await change_landlord(rentals, officer, premises_id, version=1)
    await change_landlord(rentals, officer, premises_id, version=1, expected=412)
    assert (await rentals.ask(landlord, "GET", f"/premises/{premises_id}")).status == 200


async def test_who_lets_is_a_person_by_receipt_or_an_organisation(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    receipt = rentals.receipt(officer, premises_id)
    path = f"/premises/{premises_id}"
    changed = await rentals.ask(
        officer, "POST", f"{path}/landlords", {"let_by": {"receipt": receipt}}, version=1
    )
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    shown = (await rentals.ask(officer, "GET", path)).body
    assert shown["let_by"]["kind"] == "person" and shown["let_by"]["person_id"]
    used = await rentals.ask(
        officer,
        "POST",
        "/tenancies",
        rentals.tenancy(officer, premises_id, tenants=0, let_by={"receipt": receipt})
        | {"tenants": [{"receipt": rentals.receipt(officer, premises_id)}]},
    )
    assert (used.status, used.body["errors"][0]["field"]) == (422, "let_by.receipt")
    code = "91990101MA0000001"
    organisation = {"name": "安居房屋租赁有限公司", "credit_code": code + check_character(code)}
    tenancies = [
        await rentals.register(
            officer, premises_id, room=room, let_by={"organisation": organisation}
        )
        for room in (1, 2)
    ]
    for tenancy_id in tenancies:
        kept = (await rentals.ask(officer, "GET", f"/tenancies/{tenancy_id}")).body
        assert kept["let_by"]["credit_code"] == organisation["credit_code"]
        assert kept["let_by"]["name"] == organisation["name"]
    rows = await rentals.sql(
        "select count(*) from organisation where credit_code = $1", organisation["credit_code"]
    )
    assert rows[0][0] == 1


async def test_an_organisation_that_appears_twice_at_once_is_kept_once(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    code = "91990101MA0000009"
    organisation = {"name": "同时出现的公司", "credit_code": code + check_character(code)}
    async with rentals.system_pool.transaction() as connection:
        driver = await driver_of(connection)
        await driver.execute(
            "insert into organisation values ($1, $2, $3)",
            uuid4(),
            organisation["credit_code"],
            organisation["name"],
        )
        let_by = {"organisation": organisation}
        second = asyncio.create_task(rentals.register(officer, premises_id, let_by=let_by))
        await eventually(
            lambda: rentals.sql(
                "select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
                rentals.database.name,
            ),
            what="the registration waits for the organisation",
        )
    assert await second
    rows = await rentals.sql(
        "select 1 from organisation where credit_code = $1", organisation["credit_code"]
    )
    assert len(rows) == 1


async def test_each_landlord_named_by_receipt_is_told_once_by_rising_version(rentals):
    """Population keeps the person; who lets by the file, or is an organisation, is not told."""
    officer, landlord = an_officer(), a_landlord()
    premises_id = await rentals.file(officer, landlord_account=str(landlord.account))
    named = [{"receipt": rentals.receipt(who, premises_id)} for who in (officer, officer, landlord)]
    changed = await rentals.ask(
        officer, "POST", f"/premises/{premises_id}/landlords", {"let_by": named[0]}, version=1
    )
    assert changed.status == 200
    await rentals.register(officer, premises_id, room=1, let_by=named[1])
    await rentals.register(landlord, premises_id, room=2, let_by=named[2])
    await rentals.register(officer, premises_id, room=3)
    told = [f for f in await rentals.facts("rentals.landlord.recorded%") if f["key"] == premises_id]
    assert [fact["aggregate_version"] for fact in told] == [2, 3, 4], "1 told of the account"
    expected = [SEAL.open(one["receipt"]) for one in named]
    assert [fact["body"] for fact in told] == [
        {
            "premises_id": str(premises_id),
            "person_id": receipt["sub"],
            "receipt_id": receipt["jti"],
            "recorded_on": "2026-11-22",
        }
        for receipt in expected
    ]
    kept = (await rentals.ask(officer, "GET", f"/premises/{premises_id}")).headers["etag"]
    assert kept == '"2"', "a tenancy changes no version of the file"


async def test_each_change_of_who_may_let_tells_all_accounts_by_rising_version(rentals):
    officer, former, new = an_officer(), a_landlord(), a_landlord()
    premises_id = await rentals.file(officer, landlord_account=str(former.account))
    let_by_nobody = await rentals.file(officer)
    await change_landlord(
        rentals, officer, premises_id, version=1, landlord_account=str(new.account)
    )
    await change_landlord(rentals, officer, premises_id, version=2)
    told = await rentals.facts("rentals.landlord.accounts-recorded.v1")
    assert let_by_nobody not in {fact["key"] for fact in told}
    mine = [fact for fact in told if fact["key"] == premises_id]
    assert [(f["aggregate_version"], f["body"]["accounts"]) for f in mine] == [
        (1, [str(former.account)]),
        (2, [str(new.account)]),
        (4, []),
    ]


async def test_a_premises_page_holds_place_landlord_and_tenancies(rentals):
    officer = an_officer()
    async with rentals.system_unit() as uow:
        for code, zh, en in (
            ("990101", "示范县", "Demo County"),
            ("990101001", "一街道", "First Street"),
            ("990101001001", "一社区", "First Community"),
        ):
            await uow.places.state_area(uuid4(), code, "x", None, zh, en, version=1)
        await uow.places.state_office(
            uuid4(), "room", "一警务室", "First Room",
            ["990101001001001"], NOW.date(), version=1,
        )  # fmt: skip
    premises_id = await rentals.file(officer)
    await rentals.register(officer, premises_id)
    page = await rentals.ask(officer, "GET", f"/premises/{premises_id}")
    assert page.body["area"] == "示范县一街道一社区一网格"
    [newest] = (await rentals.ask(officer, "GET", "/premises?limit=1")).body["items"]
    assert (newest["id"], newest["area"]) == (str(premises_id), page.body["area"])
    assert page.body["office"]["name"] == "一警务室"
    assert len(page.body["tenancies"]) == 1
    english = await rentals.ask(officer, "GET", f"/premises/{premises_id}", language="en")
    assert english.body["area"] == "Grid 1, First Community, First Street, Demo County"
    assert english.body["office"]["name"] == "First Room"


async def test_pages_follow_each_other_without_gap_or_repeat(rentals):
    officer = an_officer(NEIGHBOR_GRID)
    filed = [await rentals.file(officer, NEIGHBOR_GRID) for _ in range(7)]
    seen, cursor = [], ""
    while True:
        page = (
            await rentals.ask(officer, "GET", f"/premises?limit=3{cursor}&area=990101001002")
        ).body
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [str(premises_id) for premises_id in reversed(filed)]
    forged = await rentals.ask(officer, "GET", "/premises?cursor=AAAA")
    assert (forged.status, forged.body["errors"][0]["field"]) == (422, "cursor")
