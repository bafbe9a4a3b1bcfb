"""Population records where tenants live from the tenancy's event alone, once, and believes only
receipts of its own."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from population_builders import GRID_B, OFFICER_B, a_number
from prometheus_client import REGISTRY

from lianfang_common.errors import PoisonMessage
from lianfang_common.ids import new_id
from population.consumed import NamedTenant, TenancyEnded, TenancyExtended, TenancyRegistered
from population.handlers import on_tenancy_ended, on_tenancy_extended


def counted() -> float:
    return REGISTRY.get_sample_value("population_unknown_receipts_total") or 0.0


def a_tenancy(rig, *tenants: NamedTenant, premises: UUID, **changed) -> TenancyRegistered:
    facts = {
        "tenancy_id": new_id(),
        "premises_id": premises,
        "grid": GRID_B,
        "tenants": list(tenants),
        "first_day": rig.today,
        "last_day": None,
    }
    return TenancyRegistered.model_validate({**facts, **changed})


async def test_a_registered_tenancy_becomes_a_residence_of_each_tenant(rig):
    premises = uuid4()
    claims = [(await rig.receipt_of(object_id=str(premises)))[1] for _ in range(3)]
    tenants = [NamedTenant(person_id=c["sub"], receipt_id=c["jti"]) for c in claims]
    event = a_tenancy(rig, *tenants, premises=premises, last_day=rig.today + timedelta(days=90))
    await rig.registered(event)
    recorded = await rig.published("residence.recorded")
    assert {r["person_id"] for r in recorded} == {c["sub"] for c in claims}
    assert {(r["grid"], r["tenancy_id"]) for r in recorded} == {(GRID_B, str(event.tenancy_id))}
    assert {r["last_day"] for r in recorded} == {str(rig.today + timedelta(days=90))}


async def test_the_same_receipt_records_one_residence(rig):
    _, claims = await rig.receipt_of()
    tenant = NamedTenant(person_id=claims["sub"], receipt_id=claims["jti"])
    for _ in range(2):
        await rig.registered(a_tenancy(rig, tenant, premises=UUID(claims["obj"])))
    assert len(await rig.as_system("select 1 from residences")) == 1
    assert len(await rig.published("residence.recorded")) == 1


@pytest.mark.parametrize("lie", ["person", "premises"])
async def test_what_population_did_not_issue_is_counted_and_left_out(rig, lie):
    _, claims = await rig.receipt_of(OFFICER_B)
    tenant = NamedTenant(
        person_id=uuid4() if lie == "person" else claims["sub"],
        receipt_id=claims["jti"],
    )
    premises = uuid4() if lie == "premises" else UUID(claims["obj"])
    _, honest = await rig.receipt_of(object_id=str(premises))
    other = NamedTenant(person_id=honest["sub"], receipt_id=honest["jti"])
    before = counted()
    await rig.registered(a_tenancy(rig, tenant, other, premises=premises))
    assert counted() == before + 1
    rows = await rig.as_system("select person_id from residences")
    assert [str(row["person_id"]) for row in rows] == [honest["sub"]]


@pytest.mark.parametrize("why", ["never issued", "for another audience", "forgotten"])
async def test_a_receipt_that_is_not_there_parks_its_tenancy(rig, why):
    """Nobody is dropped in silence: the message waits, and an alert says so."""
    audience = "incidents" if why == "for another audience" else "rentals"
    _, claims = await rig.receipt_of(audience=audience)
    if why == "forgotten":
        await rig.fire(days=8)
        await rig.look()
    receipt = uuid4() if why == "never issued" else claims["jti"]
    tenant = NamedTenant(person_id=claims["sub"], receipt_id=receipt)
    with pytest.raises(PoisonMessage, match="receipt-unknown"):
        await rig.registered(a_tenancy(rig, tenant, premises=UUID(claims["obj"])))
    assert await rig.as_system("select 1 from residences") == []


async def test_extending_and_ending_a_tenancy_moves_the_last_day(rig):
    person_id, tenancy_id = await rig.house(GRID_B)
    last = rig.today + timedelta(days=30)
    extended = TenancyExtended(tenancy_id=tenancy_id, last_day=last)
    ended = TenancyEnded(tenancy_id=tenancy_id, last_day=rig.today + timedelta(days=10))
    async with rig.system_unit() as uow:
        await on_tenancy_extended(rig.received(extended), uow)
    async with rig.system_unit() as uow:
        await on_tenancy_ended(rig.received(ended), uow)
    (row,) = await rig.as_system("select * from residences")
    assert (row["person_id"], row["version"], row["ended"]) == (person_id, 3, True)
    assert row["last_day"] == ended.last_day
    assert (await rig.published("residence.extended"))[0]["last_day"] == str(last)
    assert (await rig.published("residence.ended"))[0]["last_day"] == str(ended.last_day)


async def test_the_day_of_a_question_gives_the_residence_of_that_day(rig):
    """Three moves, three answers: where did the person live on day D?"""
    number, first = a_number(), rig.today
    for months, grid in ((0, "990101001001001"), (2, "990101001001002"), (4, GRID_B)):
        start = first + timedelta(days=30 * months)
        await rig.house(grid, number, first_day=start, last_day=start + timedelta(days=29))
    async with rig.system_unit() as uow:
        (row,) = await rig.as_system("select person_id from persons")
        places = [
            [r.grid for r in await uow.residences.on_day(row["person_id"], day)]
            for day in (first, first + timedelta(days=89), first + timedelta(days=149))
        ]
        between = await uow.residences.on_day(row["person_id"], first + timedelta(days=45))
    assert places == [["990101001001001"], ["990101001001002"], [GRID_B]] and between == []


async def test_a_tenancy_that_was_not_believed_is_not_followed(rig):
    ended = TenancyEnded(tenancy_id=uuid4(), last_day=rig.today)
    async with rig.system_unit() as uow:
        await on_tenancy_ended(rig.received(ended), uow)
    assert await rig.published("residence.ended") == []
