"""The audit is append-only, sealed within a second, and names the row that somebody altered."""

import asyncio

import pytest
from population_builders import GRID_A, OFFICER_A

from lianfang_audit.cli import verify_audit_command


async def fill(rig, acts: int) -> None:
    person_id, _ = await rig.house(GRID_A)
    rows = await rig.as_system(
        "select residence_id from residences where person_id = $1", person_id
    )
    purpose = f"purpose=residence&purpose_id={rows[0]['residence_id']}"
    for _ in range(acts):
        await rig.client(OFFICER_A).get(f"/persons/{person_id}?{purpose}")


async def seal(rig, limit: int = 1_000) -> int:
    async with rig.system_unit() as uow:
        return await uow.seals.seal(limit)


async def defects(rig) -> list[tuple[int, str]]:
    async with rig.system_unit() as uow:
        return [(found.position, found.defect) async for found in uow.seals.verify(batch=3)]


async def test_sealed_rows_verify(rig):
    await fill(rig, 7)
    assert [await seal(rig, 5), await seal(rig, 5), await seal(rig, 5)] == [5, 2, 0]
    assert await defects(rig) == []
    async with rig.system_unit() as uow:
        assert (await uow.seals.head())[0] == 7


@pytest.mark.parametrize(
    "change",
    [
        "account = gen_random_uuid()",
        "at = at + interval '1 microsecond'",
        "act = 'search'",
        "subject = gen_random_uuid()",
        "purpose_kind = 'tenancy'",
        "office = null",
        "role = 'bureau'",
    ],
)
async def test_the_verifier_names_the_row_that_was_altered(rig, change, capsys):
    await fill(rig, 4)
    await seal(rig)
    rows = await rig.as_system("select position from audit order by position")
    victim = rows[1]["position"]
    await rig.as_admin(
        "set session_replication_role = replica;"
        f" update audit set {change} where position = {victim}"
    )
    assert await defects(rig) == [(victim, "altered")]
    with pytest.raises(SystemExit) as ended:
        await verify_audit_command(rig.runtime, [])
    assert ended.value.code == 1
    assert f"audit row {victim}: altered" in capsys.readouterr().out


async def test_the_verifier_names_the_row_that_was_removed(rig):
    await fill(rig, 3)
    await seal(rig)
    rows = await rig.as_system("select position from audit order by position")
    victim = rows[2]["position"]
    await rig.as_admin(
        f"set session_replication_role = replica; delete from audit where position = {victim}"
    )
    assert await defects(rig) == [(victim, "removed")]


async def test_the_verifier_names_a_row_that_claims_to_be_sealed(rig):
    await fill(rig, 2)
    await seal(rig)
    await rig.as_admin(
        "insert into audit (at, act, subject_kind, sealed) values (now(), 'read', 'person', true)"
    )
    ((_, defect),) = await defects(rig)
    assert defect == "not sealed"


async def test_the_verifier_notices_a_missing_seal(rig):
    await fill(rig, 3)
    await seal(rig)
    await rig.as_admin("delete from audit_seals where seal = 2")
    assert "seal missing" in {defect for _, defect in await defects(rig)}


async def test_no_role_of_the_service_alters_or_removes_a_row(rig):
    await fill(rig, 1)
    for statement in ("update audit set act = 'x'", "delete from audit"):
        with pytest.raises(Exception, match="permission denied"):
            await rig.as_app(OFFICER_A, statement)
        with pytest.raises(Exception, match="permission denied"):
            await rig.as_system(statement)
        with pytest.raises(Exception, match="append-only"):
            await rig.as_admin(statement)


async def test_an_account_cannot_write_the_audit_of_another(rig):
    with pytest.raises(Exception, match="row-level security"):
        await rig.as_app(
            OFFICER_A,
            "insert into audit (at, account, act, subject_kind)"
            " values (now(), gen_random_uuid(), 'read', 'person')",
        )


async def test_two_sealers_make_one_chain(rig):
    await fill(rig, 20)
    sealed = [0]
    while any(sealed) or await rig.as_system("select 1 from audit where not sealed"):
        sealed = await asyncio.gather(*(seal(rig, 3) for _ in range(3)))
    assert await defects(rig) == []
    assert len(await rig.as_system("select 1 from audit_seals")) == 20
