"""Resolving an identity answers the same, whoever was named; what was typed is kept as a claim."""

import asyncio
from uuid import uuid4

import pytest
from population_builders import LANDLORD, OFFICER_A, OFFICER_B, a_caller, a_number, an_identity

from lianfang_common.subscriptions import each
from lianfang_common.testing.eventually import eventually
from lianfang_common.unit import Unit
from population.consumed import LandlordAccounts
from population.domain.limits import Limits
from population.handlers import on_landlord_accounts
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.resolve_identity import ResolveIdentity, resolve_identity

WAITING = """
select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and query like '%persons%'"""


async def test_a_receipt_names_person_account_purpose_and_object_for_ten_minutes(rig):
    body, claims = await rig.receipt_of(OFFICER_A)
    assert claims["act"] == str(OFFICER_A.account) and claims["obj"] == body["object_id"]
    assert (claims["v"], claims["aud"], claims["pur"]) == (1, "rentals", "tenancy")
    assert 595 < claims["exp"] - rig.clock.now().timestamp() <= 600


async def test_one_number_is_one_person_whoever_types_it(rig):
    number = a_number()
    _, first = await rig.receipt_of(OFFICER_A, number=number)
    _, second = await rig.receipt_of(OFFICER_B, number=number, audience="incidents")
    assert first["sub"] == second["sub"] and first["jti"] != second["jti"]


async def test_a_repeated_key_gets_the_same_receipt_id(rig):
    client, body = rig.client(OFFICER_A), an_identity()
    replies = [await client.post("/identity-resolutions", body, key="k1") for _ in range(3)]
    opened = [rig.vault.receipts("rentals").open(r.body["receipt"]) for r in replies]
    assert opened[0] == opened[1] == opened[2]
    assert len(await rig.as_system("select 1 from resolutions")) == 1


async def test_another_name_for_a_known_number_goes_to_review_and_overwrites_nothing(rig):
    number = a_number()
    await rig.receipt_of(number=number, name="张三")
    await rig.receipt_of(number=number, name="李四")
    assert [r["name"] for r in await rig.as_system("select name from persons")] == ["张三"]
    claims = await rig.as_system("select name, state from identity_claims order by claim_id")
    assert [claim["name"] for claim in claims] == ["张三", "李四"]
    assert claims[1]["state"] == "to_review"


async def test_numbers_and_phones_are_sealed(rig):
    body, _ = await rig.receipt_of(phone="19900012345")
    for table in ("persons", "identity_claims", "resolutions", "idempotency"):
        text = str(await rig.as_system(f"select row_to_json(t)::text from {table} t"))
        assert body["document_number"] not in text and "19900012345" not in text
    sealed = await rig.as_system("select person_id, document_sealed, phone_sealed from persons")
    place = sealed[0]["person_id"]
    assert rig.vault.fields.open(sealed[0]["phone_sealed"], f"persons.phone.{place}")


async def test_a_landlord_resolves_a_few_numbers_a_day(rig):
    landlord, allowed = a_caller("landlord"), rig.runtime.settings.landlord_numbers_a_day
    client, own = rig.client(landlord), uuid4()
    await lets(rig, own, landlord)
    for _ in range(allowed):
        reply = await client.post("/identity-resolutions", an_identity(object_id=own))
        assert reply.status == 200
    refused = await client.post("/identity-resolutions", an_identity(object_id=own))
    assert (refused.status, refused.slug) == (429, "too-many-numbers")
    assert 0 < int(refused.headers["retry-after"]) <= 86_401
    assert len(await rig.as_system("select 1 from persons")) == allowed
    rig.clock.forward(days=1)
    again = await client.post("/identity-resolutions", an_identity(object_id=own))
    assert again.status == 200


@pytest.mark.parametrize("role", ["committee", "justice", "bureau", "feed", "ops", "auditor"])
async def test_other_roles_resolve_nobody(rig, role):
    reply = await rig.client(a_caller(role)).post("/identity-resolutions", an_identity())
    assert (reply.status, reply.slug) == (403, "forbidden")


async def test_a_landlord_resolves_for_premises_only(rig):
    body = an_identity(audience="incidents")
    assert (await rig.client(LANDLORD).post("/identity-resolutions", body)).status == 403


async def lets(rig, premises_id, *landlords, version=1):
    """Let rentals tell which accounts may let premises."""
    event = LandlordAccounts(premises_id=premises_id, accounts=[one.account for one in landlords])
    received = rig.received(event, version=version)
    async with rig.system_unit() as uow:
        await each(on_landlord_accounts)([received], uow)


async def resolved(rig, landlord, premises_id):
    body = an_identity(object_id=premises_id)
    return await rig.client(landlord).post("/identity-resolutions", body)


async def test_premises_of_others_are_to_a_landlord_as_if_nobody_had_filed_them(rig):
    other = a_caller("landlord")
    own, foreign = uuid4(), uuid4()
    await lets(rig, own, LANDLORD)
    await lets(rig, foreign, other)
    refused, unknown = [await resolved(rig, LANDLORD, one) for one in (foreign, uuid4())]
    assert refused.status == unknown.status == 404
    assert refused.body["errors"][0] == unknown.body["errors"][0]
    assert refused.body["errors"][0]["field"] == "object_id"
    assert len(refused.raw) == len(unknown.raw)
    assert await rig.as_system("select 1 from persons") == []
    assert (await resolved(rig, LANDLORD, own)).status == 200
    assert (await resolved(rig, OFFICER_A, foreign)).status == 200, "officers are not bound"


async def test_a_former_landlord_resolves_no_more_and_old_news_changes_nothing(rig):
    former, new, own = a_caller("landlord"), a_caller("landlord"), uuid4()
    await lets(rig, own, former)
    await lets(rig, own, new, version=3)
    await lets(rig, own, former, version=2)
    assert (await resolved(rig, former, own)).status == 404
    assert (await resolved(rig, new, own)).status == 200
    await lets(rig, own, version=4)
    assert (await resolved(rig, new, own)).status == 404


async def test_the_database_shows_an_account_its_own_premises_alone(rig):
    own, foreign = uuid4(), uuid4()
    await lets(rig, own, LANDLORD)
    await lets(rig, foreign, a_caller("landlord"))
    rows = await rig.as_app(LANDLORD, "select premises_id from landlord_accounts")
    assert [row["premises_id"] for row in rows] == [own]


async def test_a_wrong_check_digit_names_the_field_and_never_the_number(rig):
    number = a_number()
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    reply = await rig.client(OFFICER_A).post("/identity-resolutions", an_identity(wrong))
    assert reply.status == 422
    assert reply.body["errors"][0]["field"] == "document_number"
    assert reply.body["errors"][0]["code"] == "check-digit-wrong"
    assert number[:17].encode() not in reply.raw
    assert await rig.as_system("select 1 from persons") == []


async def test_the_application_role_reads_neither_claims_nor_resolutions(rig):
    await rig.receipt_of(OFFICER_A)
    for table in ("identity_claims", "resolutions", "resolve_quotas"):
        with pytest.raises(Exception, match="permission denied"):
            await rig.as_app(OFFICER_A, f"select * from {table}")


async def test_an_object_must_be_named(rig):
    body = an_identity()
    del body["object_id"]
    reply = await rig.client(OFFICER_A).post("/identity-resolutions", body)
    assert reply.status == 422 and reply.body["errors"][0]["field"] == "object_id"


async def test_a_person_named_anew_while_it_is_being_forgotten_stays(rig):
    """The resolution commits while the matcher waits for the person's row."""
    number = a_number()
    await rig.receipt_of(number=number)
    await rig.fire(days=8)
    command = ResolveIdentity("张三", "resident_id", number, None, "rentals", uuid4())
    async with rig.runtime.database.transaction(OFFICER_A) as connection:
        unit = Unit(connection, rig.clock.now(), OFFICER_A)
        named = await resolve_identity(command, PopulationUnit(unit, rig.vault, Limits()))
        looking = asyncio.create_task(rig.look())
        await eventually(
            lambda: rig.as_admin_rows(WAITING), what="the matcher waits for the person's row"
        )
    await looking
    receipts = await rig.as_system("select receipt_id from resolutions")
    assert named.id in {row["receipt_id"] for row in receipts}


async def typed(rig, caller, receipt_id):
    return await rig.client(caller).get(f"/identity-resolutions/{receipt_id}")


async def test_who_typed_a_name_reads_back_what_he_typed_and_never_what_is_known(rig):
    """The number is known under another name and phone: the answer is that of an unknown one."""
    number, answers = a_number(), []
    await rig.receipt_of(OFFICER_B, number=number, name="张三丰", phone="19900000001")
    for known in (number, a_number()):
        _, claims = await rig.receipt_of(number=known, name="李四", phone="19900012345")
        reply = await typed(rig, OFFICER_A, claims["jti"])
        assert reply.status == 200 and reply.headers["cache-control"] == "no-store"
        assert (reply.body["name"], reply.body["phone"]) == ("李*", "*" * 9 + "45")
        assert reply.body["document_number"] == "*" * 14 + known[-4:]
        assert reply.body["object_id"] == claims["obj"]
        answers.append((sorted(reply.body), len(reply.raw)))
    assert answers[0] == answers[1]
    acts = await rig.as_system("select account from audit where act = 'read_back'")
    assert [act["account"] for act in acts] == [OFFICER_A.account] * 2


async def test_nobody_reads_back_what_another_account_typed_or_what_is_long_ago(rig):
    number = a_number()
    _, claims = await rig.receipt_of(number=number)
    absent = await typed(rig, OFFICER_A, uuid4())
    foreign = await typed(rig, OFFICER_B, claims["jti"])
    assert absent.status == foreign.status == 404
    assert {**absent.body, "trace_id": ""} == {**foreign.body, "trace_id": ""}
    # After a week it would tell whether somebody else named the person.
    await rig.house("990101001001001", number)
    rig.clock.forward(days=7)
    assert (await typed(rig, OFFICER_A, claims["jti"])).status == 404
    assert (await typed(rig, a_caller("committee"), claims["jti"])).status == 403
