"""The proxy passes what is said, and gives the trouble that it is told to give."""

import asyncio
import time
from random import Random

import pytest
import pytest_asyncio
from proxy import Proxy

LINE = b"x" * 99 + b"\n"


class Always(Random):
    """Draws the first of whatever there is, and the longest delay."""

    def randrange(self, *_):
        return 0

    def uniform(self, low, high):
        return high


async def _echo(reader, writer):
    while line := await reader.readline():
        writer.write(line)
    writer.close()


@pytest_asyncio.fixture
async def proxy():
    server = await asyncio.start_server(_echo, "127.0.0.1")
    proxy = Proxy(server.sockets[0].getsockname()[1], Always())
    await proxy.listen()
    yield proxy
    await proxy.close()
    server.close()


async def _join(proxy):
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def _say(joined, line=LINE):
    reader, writer = joined
    writer.write(line)
    return await asyncio.wait_for(reader.readline(), 5)


async def test_what_is_said_passes_as_it_is(proxy):
    assert await _say(await _join(proxy)) == LINE


async def test_a_delayed_answer_waits_on_both_ways(proxy):
    joined = await _join(proxy)
    await _say(joined)
    proxy.begin("delayed")
    began = time.monotonic()
    assert await _say(joined) == LINE
    assert time.monotonic() - began >= 0.4


async def test_a_halved_message_ends_in_the_middle_with_its_connection(proxy):
    joined = await _join(proxy)
    await _say(joined)
    proxy.begin("halved")
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        joined[1].write(LINE)
        await asyncio.wait_for(joined[0].readexactly(len(LINE)), 5)
    proxy.end()
    assert await _say(await _join(proxy)) == LINE


async def test_a_cut_ends_what_is_open_and_lets_nobody_in(proxy):
    joined = await _join(proxy)
    await _say(joined)
    proxy.begin("cut")
    for each in (joined, await _join(proxy)):
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await asyncio.wait_for(each[0].readexactly(1), 5)
    proxy.end()
    assert await _say(await _join(proxy)) == LINE


async def test_the_address_that_a_broker_tells_becomes_the_proxys(proxy):
    told = b"127.0.0.1" + proxy.server.to_bytes(4, "big")
    wanted = b"127.0.0.1" + proxy.port.to_bytes(4, "big")
    answer = await _say(await _join(proxy), b"come to " + told + b" please\n")
    assert answer == b"come to " + wanted + b" please\n"
