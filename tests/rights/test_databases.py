"""Each database lets in its own service alone, and each role does its own part there alone."""

import asyncio
from importlib import import_module
from itertools import product
from typing import Any

import asyncpg
import pytest
from deployed import SERVICES, Deployed

pytestmark = pytest.mark.system

SHUT = (*SERVICES, "postgres", "template1")
SYSTEM_ONLY = (
    "update outbox set published_on = now()",
    "select 1 from outbox",
    "delete from outbox",
    "select 1 from inbox",
    "insert into inbox values ('x', gen_random_uuid())",
    "select 1 from dead_letter",
    "delete from dead_letter",
    "insert into dead_letter_act select * from dead_letter_act",
    "select delivery_keep(current_date, current_date, current_date, '{}', null, null, now())",
    "truncate outbox",
)
BEYOND_ANY_SERVICE = (
    "create table planted (id int)",
    "create schema planted",
    "create temporary table planted (id int)",
    "create role planted",
    "set session_replication_role = replica",
    "set row_security = off; select 1 from pg_authid",
    "copy (select 1) to program 'true'",
    "select pg_read_file('PG_VERSION')",
    "select rolpassword from pg_authid",
)
NOBODYS_SCOPES = ("", "x", "{}", "{empty}", "{[9,1)}", "99", "990101", "null", "{[990101")


async def entered(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url, timeout=10)


async def refusal(url: str) -> str:
    """Return how entering a database is refused, `entered` if it is not."""
    try:
        connection = await entered(url)
    except asyncpg.PostgresError as error:
        return type(error).__name__
    await connection.close()
    return "entered"


async def test_no_role_of_a_service_enters_another_database(deployed: Deployed):
    pairs = list(product(deployed.postgres_roles(), SHUT))
    few = asyncio.Semaphore(6)

    async def tried(role: str, database: str) -> str:
        async with few:
            return await refusal(deployed.postgres_url(role, database))

    found = await asyncio.gather(*(tried(role, database) for role, database in pairs))
    assert len(pairs) >= 16 * len(SHUT)
    for (role, database), outcome in zip(pairs, found, strict=True):
        own = role.partition("_")[0] == database
        assert outcome == ("entered" if own else "InsufficientPrivilegeError"), (role, database)


async def test_a_role_enters_with_its_own_password_alone(deployed: Deployed):
    for role in ("rentals_app", "population_matcher", "gateway_system"):
        service, _, part = role.partition("_")
        right = deployed.password(f"{service}/postgres-{part}")
        other = deployed.password("incidents/postgres-app")
        url = deployed.postgres_url(role, service)
        assert await refusal(url) == "entered"
        for wrong in (other, "", role):
            assert await refusal(url.replace(right, wrong)) == "InvalidPasswordError"


async def may_not(connection: asyncpg.Connection, statement: str) -> None:
    """Fail unless a statement is refused for lack of a right; what it did is undone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    except pytest.fail.Exception as allowed:
        raise AssertionError(f"allowed: {statement}") from allowed
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("service", SERVICES)
async def test_the_role_that_serves_requests_has_no_right_of_the_system_role(
    deployed: Deployed, service: str
):
    connection = await entered(deployed.postgres_url(f"{service}_app", service))
    try:
        for statement in (*SYSTEM_ONLY, *BEYOND_ANY_SERVICE):
            await may_not(connection, statement)
        for role in deployed.postgres_roles():
            if role != f"{service}_app":
                await may_not(connection, f"set role {role}")
                await may_not(connection, f"grant {role} to {service}_app")
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_sees_no_statement_of_others(deployed: Deployed, service: str):
    connection = await entered(deployed.postgres_url(f"{service}_app", service))
    try:
        shown = await connection.fetch(
            "select usename, query from pg_stat_activity where usename <> current_user"
        )
    finally:
        await connection.close()
    assert len({row["usename"] for row in shown}) > 5
    assert {row["query"] for row in shown} <= {"<insufficient privilege>", ""}


@pytest.mark.parametrize("service", SERVICES)
async def test_neither_system_nor_matcher_can_do_what_is_the_owners(
    deployed: Deployed, service: str
):
    parts = [role for role in deployed.postgres_roles() if role.startswith(f"{service}_")]
    for role in parts:
        connection = await entered(deployed.postgres_url(role, service))
        try:
            if role.endswith("_owner"):
                for statement in BEYOND_ANY_SERVICE[3:]:
                    await may_not(connection, statement)
                continue
            for statement in BEYOND_ANY_SERVICE:
                await may_not(connection, statement)
            await may_not(connection, "alter table outbox disable row level security")
            await may_not(connection, "drop table alembic_version")
        finally:
            await connection.close()


async def readable(connection: asyncpg.Connection, service: str) -> list[str]:
    """Return the guarded tables that the connection's role may select from at all."""
    unguarded = import_module(f"{service}.storage.tables").UNGUARDED
    rows = await connection.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition"
        " and has_table_privilege(oid, 'select') order by relname"
    )
    return [row["relname"] for row in rows if row["relname"] not in unguarded]


@pytest.mark.parametrize("service", SERVICES)
async def test_without_a_scope_or_with_a_malformed_one_no_guarded_row_is_seen(
    deployed: Deployed, service: str
):
    admin = await entered(deployed.admin_url(service))
    app = await entered(deployed.postgres_url(f"{service}_app", service))
    try:
        tables = await readable(app, service)
        assert tables
        held = {table: await admin.fetchval(f"select count(*) from {table}") for table in tables}
        for table in tables:
            assert await app.fetchval(f"select count(*) from {table}") == 0, table
            for scope in NOBODYS_SCOPES:
                assert await _seen(app, table, scope) in (0, None), (table, scope)
        # A test of the test: the network holds rows that could have been seen.
        assert any(held.values()), held
    finally:
        await app.close()
        await admin.close()


async def _seen(app: asyncpg.Connection, table: str, scope: str) -> Any:
    """Return how many rows a scope shows, None where the database refuses the scope."""
    async with app.transaction():
        await app.execute("select set_config('app.scope', $1, true)", scope)
        try:
            async with app.transaction():
                return await app.fetchval(f"select count(*) from {table}")
        except asyncpg.DataError:
            return None


@pytest.mark.parametrize("service", ["rentals", "incidents", "population"])
async def test_a_scope_does_not_outlive_its_transaction(deployed: Deployed, service: str):
    app = await entered(deployed.postgres_url(f"{service}_app", service))
    place = {"rentals": "premises", "incidents": "premises", "population": "residences"}[service]
    try:
        async with app.transaction():
            await app.execute("set local app.scope = '{[990101,990102)}'")
            assert await app.fetchval(f"select count(*) from {place}") > 0
        assert await app.fetchval(f"select count(*) from {place}") == 0
    finally:
        await app.close()
