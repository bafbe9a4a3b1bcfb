"""Who waits for a connection is served in turn, however many others keep asking."""

import asyncio
import random

import pytest

from lianfang_common.database import Database
from lianfang_common.errors import Transient

pytestmark = pytest.mark.servers

ASKING, TIMES = 20, 15


async def test_nobody_is_overtaken_in_waiting_for_a_connection(make_database):
    urls = await make_database("kernel")
    database = Database(urls.app_url, pool_size=1)
    dice = random.Random(20261130)
    came: list[tuple[int, int]] = []
    served: list[tuple[int, int]] = []

    async def ask(who: int) -> None:
        for nth in range(TIMES):
            for _ in range(dice.randrange(12)):
                await asyncio.sleep(0)
            came.append((who, nth))
            async with database.transaction():
                served.append((who, nth))

    await asyncio.gather(*map(ask, range(ASKING)))
    assert served == came
    await database.dispose()


async def test_who_waits_too_long_is_told_that_the_database_is_busy(make_database, monkeypatch):
    urls = await make_database("kernel")
    monkeypatch.setattr("lianfang_common.database._TURN_SECONDS", 0.05)
    database = Database(urls.app_url, pool_size=1)
    async with database.transaction():
        with pytest.raises(Transient, match="database-busy"):
            await database.ping()
    await database.ping()
    await database.dispose()
