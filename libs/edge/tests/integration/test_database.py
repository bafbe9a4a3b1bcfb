"""A transaction holds all of its statements and leaves nothing behind."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from running import CALLER, Example
from sqlalchemy import text

from lianfang_common.database import Database, driver_of
from lianfang_common.errors import Transient
from lianfang_common.principal import Principal

pytestmark = pytest.mark.servers

_SCOPE = "select current_setting('app.account', true), current_setting('app.scope', true)"


@pytest_asyncio.fixture(loop_scope="session")
async def database(example: Example) -> AsyncIterator[Database]:
    pool = Database(example.database.app_url, pool_size=3)
    yield pool
    await pool.dispose()


async def _scope(database: Database, principal: Principal | None) -> list[str]:
    async with database.transaction(principal) as connection:
        driver = await driver_of(connection)
        first = tuple(await driver.fetchrow(_SCOPE))
        second = tuple((await connection.execute(text(_SCOPE))).one())
        assert first == second
        return [part or "" for part in first]


async def test_a_failed_statement_leaves_the_connection_usable(database: Database) -> None:
    for _ in range(5):
        with pytest.raises(Exception, match="division"):
            async with database.transaction(CALLER) as connection:
                await (await driver_of(connection)).execute("select 1 / 0")
    assert await _scope(database, None) == ["", ""]


async def test_a_raw_statement_is_inside_of_the_transaction(database: Database) -> None:
    kettle_id = uuid4()
    with pytest.raises(RuntimeError):
        async with database.transaction(CALLER) as connection:
            driver = await driver_of(connection)
            await driver.execute("insert into kettle values ($1, 1, 'red', 0)", kettle_id)
            raise RuntimeError
    async with database.transaction(CALLER) as connection:
        statement = text("select count(*) from kettle where kettle_id = :id")
        assert (await connection.execute(statement, {"id": kettle_id})).scalar() == 0


@pytest_asyncio.fixture(loop_scope="session")
async def single(example: Example) -> AsyncIterator[Database]:
    """A pool whose one connection is used by every transaction."""
    pool = Database(example.database.app_url, pool_size=1)
    await pool.ping()
    yield pool
    await pool.dispose()


async def _late(connection: asyncpg.Connection, query: str, **_: Any) -> str:
    """Stand for a server that did what it was told when the driver waited no longer."""
    await connection.fetch(query)
    raise TimeoutError


@pytest.mark.parametrize("raw", [True, False])
async def test_what_is_committed_after_a_begin_that_timed_out_is_there(
    single: Database, database: Database, monkeypatch: pytest.MonkeyPatch, raw: bool
) -> None:
    with monkeypatch.context() as patched, pytest.raises(Transient):
        patched.setattr("lianfang_common.database._ScopedConnection.execute", _late)
        async with single.transaction(CALLER) as connection:
            await (driver_of(connection) if raw else connection.execute(text("select 1")))
    kettle_id = uuid4()
    async with single.transaction(CALLER) as connection:
        driver = await driver_of(connection)
        await driver.execute("insert into kettle values ($1, 1, 'red', 0)", kettle_id)
    async with database.transaction(CALLER) as connection:
        statement = text("select count(*) from kettle where kettle_id = :id")
        assert (await connection.execute(statement, {"id": kettle_id})).scalar() == 1


async def test_a_look_that_timed_out_leaves_no_transaction_open(
    single: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(Transient):
        patched.setattr("lianfang_common.database._ScopedConnection.execute", _late)
        await single.ping()
    async with single.transaction() as connection:
        savepoint = (await driver_of(connection))._top_xact._nested
        assert not savepoint
    await single.ping()
