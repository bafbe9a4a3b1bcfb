"""The migrations make what the tables declare, and no role holds more than was reviewed."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from population.storage.tables import metadata

RESTRICTED = ("supervision_entries", "responsibilities", "residence_change_cases")


def declared(name: str | None, kind: str) -> bool:
    """Partitions of the ledger and the indexes of the kernel's grants are declared elsewhere."""
    return not (
        (kind == "table" and str(name).startswith("outbox_"))
        or (kind == "index" and str(name).startswith("grants_"))
    )


async def test_the_database_has_what_the_tables_declare(place):
    engine = create_async_engine(place.owner_url.replace("postgresql:", "postgresql+asyncpg:"))
    options = {"include_object": lambda _object, name, kind, *_: declared(name, kind)}
    async with engine.connect() as connection:
        differences: list[Any] = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), metadata)
        )
    await engine.dispose()
    assert differences == []


async def test_nobody_but_the_app_and_the_system_writes_the_register(rig):
    rows = await rig.as_system(
        "select table_name, grantee, privilege_type from information_schema.role_table_grants"
        " where table_name = any($1::text[]) and privilege_type <> 'SELECT'"
        " and grantee not like '%owner'",
        list(RESTRICTED),
    )
    assert not {row["grantee"] for row in rows if row["table_name"] in RESTRICTED[:2]} - {
        "population_app",
        "population_system",
    }
    assert "DELETE" not in {row["privilege_type"] for row in rows}


@pytest.mark.parametrize("role", ["app", "system", "matcher"])
async def test_no_role_owns_a_table_or_passes_by_row_security(rig, role):
    (row,) = await rig.as_admin_rows(
        "select rolsuper or rolbypassrls or rolcreaterole as strong,"
        f" (select count(*) from pg_class where relowner = r.oid) as owned"
        f" from pg_roles r where rolname = 'population_{role}'"
    )
    assert not row["strong"] and row["owned"] == 0


async def test_functions_that_cross_the_guards_are_for_the_app_alone(rig):
    rows = await rig.as_admin_rows(
        "select proname, array(select grantee::regrole::text from aclexplode(proacl)"
        " where grantee <> proowner) as callers, proconfig::text as settings from pg_proc"
        " where prosecdef and pronamespace = 'public'::regnamespace"
    )
    crossing = {row["proname"]: row for row in rows if row["proname"] != "delivery_keep"}
    assert set(crossing) == {
        *("app_entries", "end_case_grants", "person_of_entry", "resolve_identity"),
        *(
            "may_open_case",
            "persons_of_entries",
            "typed_identity",
            "dead_letters_shown",
            "dead_letter_replay",
            "dead_letter_drop",
        ),
    }
    for row in crossing.values():
        assert row["callers"] == ["population_app"]
        assert "search_path=public, pg_temp" in row["settings"]
