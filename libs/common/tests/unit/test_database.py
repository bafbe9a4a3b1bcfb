"""A pool whose server does not answer."""

import asyncio
import time

import pytest

from lianfang_common.database import Database
from lianfang_common.errors import Transient


async def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up_soon():
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        database = Database(f"postgresql://a:b@127.0.0.1:{port}/c", connect_seconds=0.2)
        began = time.monotonic()
        with pytest.raises(Transient, match="database-busy"):
            await database.ping()
        # The driver by itself would wait for a minute.
        assert time.monotonic() - began < 30
        await database.dispose()
