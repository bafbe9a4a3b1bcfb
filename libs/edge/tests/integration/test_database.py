"""A transaction holds all of its statements and leaves nothing behind."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from running import CALLER, Example
from sqlalchemy import text

from lianfang_common.database import Database, driver_of
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
