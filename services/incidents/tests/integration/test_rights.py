"""Area and role decide what exists for a caller, in the query and in the database, each alone."""

from collections.abc import AsyncIterator
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from incidents_builders import a_caller
from incidents_client import slug
from sqlalchemy import true
from sqlalchemy.ext.asyncio import create_async_engine

from incidents.domain.classification import CLASSIFICATIONS
from incidents.storage import incidents as incident_rows
from incidents.storage import places, queries, tables
from incidents.storage import reports as report_rows
from incidents.storage.queries import IncidentFilter
from lianfang_common import outbox as delivery
from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound

GRIDS = [
    f"990101{street}{community}{grid}"
    for street in ("001", "002")
    for community in ("001", "002")
    for grid in ("001", "002")
]
CALLERS = [
    ("officer", ("990101001001",)),
    ("officer", ("990101001001001", "990101002002002")),
    ("room_head", ("990101001",)),
    ("station_head", ("990101002",)),
    ("bureau", ("990101",)),
    ("officer", ("990102",)),
]


def may_see(areas: tuple[str, ...], grid: str) -> bool:
    """The rule in words: the own areas."""
    return any(grid.startswith(area) for area in areas)


@pytest.fixture(params=["both guards", "no filter in the query", "no policy in the database"])
async def guards(request, owner, monkeypatch) -> AsyncIterator[str]:
    """Switch one of the two guards off."""
    if request.param == "no filter in the query":
        for module in (incident_rows, queries, report_rows):
            monkeypatch.setattr(module, "visible_to", lambda principal, table: true())
        for module in (incident_rows, places):
            monkeypatch.setattr(module, "in_areas", lambda principal, table: true())
    lifted = tables.GUARDED_BY_AREA if request.param == "no policy in the database" else ()
    for table in lifted:
        await owner.execute(f"alter table {table} disable row level security")
    yield request.param
    for table in lifted:
        await owner.execute(f"alter table {table} enable row level security")


@pytest.fixture
async def district(rig):
    """Incidents of every class in random grids, reported by a bureau-wide room head."""
    async with rig.system_unit() as uow:
        await uow.places.apply_areas([(grid, "grid", 1) for grid in GRIDS])
    reporter = rig.client("room_head", "990101")
    random = Random(110)
    made = {}
    for code in [*CLASSIFICATIONS] * 2:
        grid = random.choice(GRIDS)
        reply = await reporter.post(
            "/reports",
            {
                "source": "walk_in",
                "classification": code,
                "grid": grid,
                "occurred_at": rig.clock.now(),
            },
        )
        made[reply.body["incident_id"]] = (grid, code, reply.body["id"])
    return made


@pytest.mark.parametrize(("role", "areas"), CALLERS)
async def test_list_and_reads_show_what_the_rule_says_and_nothing_else(
    rig, district, guards, role, areas
):
    client = rig.client(role, *areas)
    visible = {key for key, (grid, _, _) in district.items() if may_see(areas, grid)}
    listed, cursor = [], ""
    while True:
        page = (await client.get(f"/incidents?limit=7{cursor}")).body
        listed += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(listed) == len(set(listed))
    assert set(listed) == visible
    absent = await client.get(f"/incidents/{uuid4()}")
    for incident, (_, _, report) in district.items():
        for path in (f"/incidents/{incident}", f"/reports/{report}"):
            reply = await client.get(path)
            assert reply.status == (200 if incident in visible else 404), (role, path)
            if reply.status == 404:
                assert reply.body | {"trace_id": ""} == absent.body | {"trace_id": ""}


async def test_no_change_reaches_a_foreign_row(rig, district, guards):
    officer = rig.client("officer", "990102")
    for incident, (_, _, report) in list(district.items())[:5]:
        for path, body in (
            (f"/incidents/{incident}/arrivals", None),
            (f"/incidents/{incident}/closings", {"outcome": "unfounded"}),
            (f"/reports/{report}/unlinkings", None),
        ):
            reply = await officer.post(path, body, if_match='"1"')
            assert (reply.status, slug(reply)) == (404, "not-found")
        purpose = {"purpose": {"kind": "incident", "id": incident}}
        assert (await officer.post(f"/reports/{report}/disclosures", purpose)).status == 404
    assert not await rig.as_system("select 1 from incidents where version > 1")
    assert not await rig.as_system("select 1 from disclosures")


async def test_no_row_exists_for_a_committee(rig, district, guards):
    """Its role is refused at the door; behind the door each guard alone hides every row."""
    wanted = IncidentFilter(state=None, classification=None, after=None, limit=200)
    incident, (_, _, report) = next(iter(district.items()))

    async def seen(uow) -> list[Any]:
        with pytest.raises(NotFound):
            await uow.queries.report(UUID(report))
        with pytest.raises(NotFound):
            await uow.queries.incident(UUID(incident))
        return await uow.queries.list_incidents(wanted)

    async def all_of_them(uow) -> list[Any]:
        return await uow.queries.list_incidents(wanted)

    assert await rig.executor.read(a_caller("committee", "990101"), seen) == []
    assert len(await rig.executor.read(a_caller("bureau", "990101"), all_of_them)) == len(district)


async def test_a_foreign_premises_is_answered_like_an_unknown_one(rig, guards):
    premises = await rig.file_premises()
    foreign = rig.client("officer", "990102")
    body = {"source": "walk_in", "classification": "noise", "occurred_at": rig.clock.now()}
    replies = [
        await foreign.post("/reports", {**body, "premises_id": each})
        for each in (premises, uuid4())
    ]
    assert [reply.status for reply in replies] == [422, 422]
    assert replies[0].body | {"trace_id": ""} == replies[1].body | {"trace_id": ""}


@pytest.mark.parametrize("code", ["domestic_violence", "noise"])
async def test_a_committee_reports_and_learns_of_no_incident(rig, code):
    premises = await rig.file_premises()
    officer, committee = rig.client(), rig.client("committee", "990101001001")
    body = {
        "classification": code,
        "premises_id": premises,
        "occurred_at": rig.clock.now(),
    }
    known = await officer.post("/reports", {**body, "source": "walk_in"})
    reply = await committee.post("/reports", {**body, "source": "committee"})
    assert reply.status == 201
    assert set(reply.body) == {"id", "version"}
    assert (await committee.get(f"/reports/{reply.body['id']}")).status == 403
    shown = (await officer.get(f"/incidents/{known.body['incident_id']}")).body
    assert [each["source"] for each in shown["told_by"]] == ["walk_in", "committee"]


async def test_intake_lends_a_committee_no_other_area(rig):
    premises = await rig.file_premises()
    elsewhere = rig.client("committee", "990101002001")
    reply = await elsewhere.post(
        "/reports",
        {
            "source": "committee",
            "classification": "noise",
            "premises_id": premises,
            "occurred_at": rig.clock.now(),
        },
    )
    assert reply.status == 422


@pytest.mark.parametrize("role", ["committee", "feed", "landlord", "justice", "ops", "auditor"])
async def test_other_roles_read_no_incident(rig, role):
    client = rig.client(role, "990101")
    for path in ("/incidents", f"/incidents/{uuid4()}", f"/reports/{uuid4()}"):
        assert (await client.get(path)).status == 403


async def test_every_table_is_guarded_or_on_the_reviewed_list(owner):
    rows = await owner.fetch(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity as guarded from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
    )
    unguarded = {row["relname"] for row in rows if not row["guarded"]}
    assert unguarded == set(tables.UNGUARDED)
    assert {row["relname"] for row in rows if row["guarded"]} == {
        *tables.GUARDED_BY_AREA,
        "audit_seals",
    }


async def test_without_a_scope_the_application_role_sees_nothing(rig, district):
    async with rig.app_pool.transaction() as connection:
        driver = await driver_of(connection)
        for table in set(tables.GUARDED_BY_AREA) - {"disclosures"}:
            assert await driver.fetchval(f"select count(*) from {table}") == 0


async def test_the_application_role_reads_no_outbox_and_no_audit_row(rig, district):
    for table in ("outbox", "inbox", "dead_letter", "disclosures", "audit_seals"):
        with pytest.raises(Exception, match="permission denied"):
            async with rig.app_pool.transaction(a_caller()) as connection:
                await (await driver_of(connection)).fetch(f"select 1 from {table}")


async def test_the_migration_makes_what_the_tables_say(database):
    def own(item, name, kind, reflected, compared_with) -> bool:
        table = name if kind == "table" else item.table.name
        return table in tables.metadata.tables and table not in delivery.UNGUARDED

    def differences(connection):
        options = {"compare_type": True, "compare_server_default": True, "include_object": own}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, tables.metadata)

    engine = create_async_engine(database.owner_url.replace("://", "+asyncpg://", 1))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
