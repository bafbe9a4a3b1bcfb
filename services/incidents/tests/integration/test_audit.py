"""Who read what was told is append-only, sealed within a second; an altered row is named."""

import asyncio

import asyncpg
import pytest
from incidents_builders import GRID, read_what_was_told

from lianfang_audit.cli import verify_audit_command
from lianfang_audit.sealing import run_sealer
from lianfang_common.testing.eventually import eventually

UNCHAINED = "set session_replication_role = replica;"


@pytest.fixture
async def alter(database):
    """Runs what no role of the service may do, as the server's administrator."""
    admin = await asyncpg.connect(database.admin_url)
    yield lambda statement: admin.execute(UNCHAINED + statement)
    await admin.close()


async def seal(rig, limit: int = 1_000) -> int:
    async with rig.system_unit() as uow:
        return await uow.seals.seal(limit)


async def defects(rig) -> list[tuple[int, str]]:
    async with rig.system_unit() as uow:
        return [(found.position, found.defect) async for found in uow.seals.verify(batch=3)]


async def nth_position(rig, nth: int) -> int:
    rows = await rig.as_system("select position from disclosures order by position")
    return rows[nth]["position"]


async def test_sealed_rows_verify(rig, capsys):
    await read_what_was_told(rig, times=7)
    assert [await seal(rig, 5), await seal(rig, 5), await seal(rig, 5)] == [5, 2, 0]
    assert await defects(rig) == []
    await verify_audit_command(rig.runtime(), [])
    assert "7 rows are sealed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        "id = gen_random_uuid()",
        "report_id = gen_random_uuid()",
        "incident_id = gen_random_uuid()",
        f"grid = '{GRID[:-1]}9'",
        "account = gen_random_uuid()",
        "office = gen_random_uuid()",
        "role = 'bureau'",
        "break_glass = not break_glass",
        "reason_sealed = null",
        "reason_sealed = reason_sealed || '\\x00'::bytea",
        "disclosed_at = disclosed_at + interval '1 microsecond'",
    ],
)
async def test_the_verifier_names_the_row_that_was_altered(rig, alter, change, capsys):
    await read_what_was_told(rig, times=4)
    await seal(rig)
    victim = await nth_position(rig, 1)
    await alter(f"update disclosures set {change} where position = {victim}")
    assert await defects(rig) == [(victim, "altered")]
    with pytest.raises(SystemExit) as ended:
        await verify_audit_command(rig.runtime(), [])
    assert ended.value.code == 1
    assert f"audit row {victim}: altered" in capsys.readouterr().out


async def test_the_verifier_names_the_row_that_was_removed(rig, alter):
    await read_what_was_told(rig, times=3)
    await seal(rig)
    victim = await nth_position(rig, 2)
    await alter(f"delete from disclosures where position = {victim}")
    assert await defects(rig) == [(victim, "removed")]


async def test_the_verifier_names_a_row_that_claims_to_be_sealed(rig, alter):
    await read_what_was_told(rig, times=2)
    await seal(rig)
    await read_what_was_told(rig, times=1)
    late = await nth_position(rig, 2)
    await alter("update disclosures set sealed = true")
    assert await defects(rig) == [(late, "not sealed")]


async def test_the_verifier_notices_a_missing_seal(rig, alter):
    await read_what_was_told(rig, times=3)
    await seal(rig)
    await alter("delete from audit_seals where seal = 2")
    assert "seal missing" in {defect for _, defect in await defects(rig)}


async def test_no_role_of_the_service_alters_or_removes_a_row(rig, owner):
    await read_what_was_told(rig, times=1)
    await seal(rig)
    for statement in ("update disclosures set role = 'x'", "delete from disclosures"):
        with pytest.raises(Exception, match="permission denied"):
            await rig.as_system(statement)
    for statement in (
        "update disclosures set role = 'x'",
        "update disclosures set sealed = false",
        "delete from disclosures",
    ):
        await owner.execute("alter table disclosures no force row level security")
        try:
            with pytest.raises(Exception, match="append-only"):
                await owner.execute(statement)
        finally:
            await owner.execute("alter table disclosures force row level security")


async def test_the_sealer_seals_by_itself_and_stops_when_the_process_closes(rig):
    await read_what_was_told(rig, times=2)
    runtime = rig.runtime()
    loop = asyncio.create_task(run_sealer(runtime, tick_seconds=0.05))

    async def unsealed() -> int:
        return len(await rig.as_system("select 1 from disclosures where not sealed"))

    await eventually(unsealed, until=lambda left: left == 0, what="every audit row sealed")
    await read_what_was_told(rig, times=1)
    await eventually(unsealed, until=lambda left: left == 0, what="the next row sealed, too")
    runtime.closing.set()
    await asyncio.wait_for(loop, 5)
    assert await defects(rig) == []


async def test_two_sealers_make_one_chain(rig):
    await read_what_was_told(rig, times=20)
    sealed = [0]
    while any(sealed) or await rig.as_system("select 1 from disclosures where not sealed"):
        sealed = await asyncio.gather(*(seal(rig, 3) for _ in range(3)))
    assert await defects(rig) == []
    assert len(await rig.as_system("select 1 from audit_seals")) == 20
