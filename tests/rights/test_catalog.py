"""Each table of each service is guarded, enabled and forced, or stands on the reviewed list."""

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from deployed import SERVICES, Deployed

pytestmark = pytest.mark.system

DEFINERS = {
    "population": {
        *("app_entries", "end_case_grants", "may_open_case", "person_of_entry"),
        *("persons_of_entries", "resolve_identity"),
        "typed_identity",
    },
    "rentals": {"end_landlord_grants", "in_callers_area", "record_landlord_accounts"},
}
"""Reviewed: functions that run with the owner's rights, beside those of every service."""

IN_EVERY_SERVICE = {"delivery_keep", "dead_letters_shown", "dead_letter_replay", "dead_letter_drop"}
"""The keeper of delivery, for the system role; and what the API does for operators alone."""

TABLES = """
select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
    exists (select from pg_policy p where p.polrelid = c.oid) as policy
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not c.relispartition"""

POLICIES = """
select c.relname as name, p.polname as policy, p.polpermissive as permissive,
    coalesce(pg_get_expr(p.polqual, p.polrelid), '') as shows,
    coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as takes, p.polcmd::text as command,
    array(select coalesce(r.rolname, 'public') from unnest(p.polroles) o
        left join pg_roles r on r.oid = o) as roles
from pg_policy p join pg_class c on c.oid = p.polrelid"""

PARTITIONS = """
select c.relname as name from pg_class c where c.relispartition
    and (has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate'))"""

PLACES = """
select c.relname as name, r.rolname as role from pg_attribute a
    join pg_class c on c.oid = a.attrelid, pg_roles r
where a.attname = 'grid' and c.relrowsecurity and c.relkind in ('r', 'p')
    and c.relnamespace = 'public'::regnamespace and r.rolname like $1 || '\\_%'
    and r.rolname <> $1 || '_owner'"""

REWRITTEN = f"{PLACES} and has_column_privilege(r.oid, c.oid, a.attnum, 'update')"

FUNCTIONS = """
select p.proname as name, p.prosecdef as definer, p.proconfig as settings,
    has_function_privilege('public', p.oid, 'execute') as open_to_all
from pg_proc p where p.pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""

OWN_ROWS_OF_FUNCTIONS = {"population": {"functions"}, "rentals": {"functions"}}
"""Policies under which the owner's reviewed functions read; no login role has them."""


@pytest_asyncio.fixture
async def catalog(deployed: Deployed, service: str) -> AsyncIterator[asyncpg.Connection]:
    """The service's database as the administrator sees it."""
    connection = await asyncpg.connect(deployed.admin_url(service))
    yield connection
    await connection.close()


def problems(service: str, tables: list[Any], reviewed: dict[str, str]) -> list[str]:
    """Return what is wrong with the tables of a service, one sentence each."""
    found = []
    names = {table["name"] for table in tables}
    for table in tables:
        name, guarded = table["name"], table["enabled"] and table["forced"]
        if name in reviewed:
            if table["enabled"] or table["forced"]:
                found.append(f"{name} is guarded and on the reviewed list")
            if len(reviewed[name]) < 15:
                found.append(f"{name} is on the reviewed list without a reason")
        elif not guarded:
            found.append(f"{name} is neither guarded nor reviewed")
    found += [f"{name} is reviewed and does not exist" for name in set(reviewed) - names]
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_is_enabled_and_forced_or_reviewed(catalog: Any, service: str):
    reviewed = import_module(f"{service}.storage.tables").UNGUARDED
    tables = list(await catalog.fetch(TABLES))
    assert len(tables) > 8
    assert problems(service, tables, reviewed) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_planted_table_without_a_guard_is_found(catalog: Any, service: str):
    reviewed = import_module(f"{service}.storage.tables").UNGUARDED
    planted = catalog.transaction()
    await planted.start()
    try:
        await catalog.execute("create table planted (id int)")
        await catalog.execute("create table half_guarded (id int)")
        await catalog.execute("alter table half_guarded enable row level security")
        found = problems(service, list(await catalog.fetch(TABLES)), reviewed)
    finally:
        await planted.rollback()
    assert sorted(found) == [
        "half_guarded is neither guarded nor reviewed",
        "planted is neither guarded nor reviewed",
    ]


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_of_the_declared_metadata_is_there(catalog: Any, service: str):
    declared = import_module(f"{service}.storage.tables").metadata.tables
    there = {row["name"] for row in await catalog.fetch(TABLES)}
    assert set(declared) <= there


@pytest.mark.parametrize("service", SERVICES)
async def test_no_policy_shows_a_row_to_everybody_or_all_rows_to_who_serves_requests(
    catalog: Any, service: str
):
    for policy in await catalog.fetch(POLICIES):
        assert "public" not in policy["roles"], policy
        if f"{service}_app" not in policy["roles"] or not policy["permissive"]:
            continue
        assert policy["roles"] == [f"{service}_app"]
        assert policy["shows"] != "true", policy
        if policy["command"] == "a":
            # Who may add a row need not see it; grants are given for rows made in the same act.
            given = service == "population" and policy["name"] == "grants"
            assert policy["takes"] != "true" or given, policy
        else:
            assert "app_" in policy["shows"] or "residences" in policy["shows"], policy


@pytest.mark.parametrize("service", SERVICES)
async def test_policies_of_the_owner_are_those_of_its_reviewed_functions(
    catalog: Any, service: str
):
    owners = {
        policy["policy"]
        for policy in await catalog.fetch(POLICIES)
        if f"{service}_owner" in policy["roles"]
    }
    assert owners == OWN_ROWS_OF_FUNCTIONS.get(service, set())


@pytest.mark.parametrize("service", SERVICES)
async def test_no_role_can_rewrite_where_a_guarded_row_is(catalog: Any, service: str):
    assert await catalog.fetch(REWRITTEN, service) == []
    guarded = {row["name"] for row in await catalog.fetch(PLACES, service)}
    assert guarded or service not in ("population", "rentals", "incidents")


@pytest.mark.parametrize("service", SERVICES)
async def test_nothing_leads_around_the_policies(catalog: Any, service: str):
    views = await catalog.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('v', 'm', 'f')"
    )
    assert not views, "a view reads with its owner's rights"
    # A partition has rights of its own, and no policy of its parent holds for who names it.
    assert not await catalog.fetch(PARTITIONS, f"{service}_app")
    functions = await catalog.fetch(FUNCTIONS)
    definers = {each["name"]: each for each in functions if each["definer"]}
    assert set(definers) == IN_EVERY_SERVICE | DEFINERS.get(service, set())
    for each in definers.values():
        assert "search_path=public, pg_temp" in (each["settings"] or []), each["name"]
        assert not each["open_to_all"], each["name"]


@pytest.mark.parametrize("service", SERVICES)
async def test_login_roles_own_nothing_bypass_nothing_and_belong_to_nobody(
    deployed: Deployed, catalog: Any, service: str
):
    rows = await catalog.fetch(
        "select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb"
        " or rolreplication as special,"
        " (select count(*) from pg_class where relowner = r.oid) as owned,"
        " (select count(*) from pg_auth_members m where m.member = r.oid) as memberships"
        " from pg_roles r where rolname like $1 || '\\_%'",
        service,
    )
    found = {row["name"]: row for row in rows}
    assert set(deployed.postgres_roles()) & set(found) == {
        role for role in deployed.postgres_roles() if role.startswith(f"{service}_")
    }
    for role, row in found.items():
        assert not row["special"] and not row["memberships"], role
        assert bool(row["owned"]) == role.endswith("_owner"), role
