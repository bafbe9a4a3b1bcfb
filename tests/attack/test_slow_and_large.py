"""Callers that are slow or without end: they are cut off, and hold up nobody else."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio
from deployed import Deployed
from doors import GET, JSON, KEY, POST, SERVED_SECONDS, Door
from wire import END, Port

from lianfang_edge.http import BODY_BYTES_MAX
from lianfang_edge.patience import HEAD_BYTES_MAX, HEAD_SECONDS

pytestmark = pytest.mark.system

AT_ONCE = 300
SLOW_BODY = POST + b"\r\nHost: lianfang\r\n%s\r\n" + KEY + b"\r\n" + JSON + b"\r\n"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def hung_up_after(deployed: Deployed) -> AsyncIterator[asyncio.Task[float]]:
    """How many seconds the gateway bore with slow heads and silent connections.

    They are opened before the first test of this file and waited for in its last one.
    """
    port = Port(deployed.network.url("gateway"))
    opened = await asyncio.gather(*(port.open() for _ in range(40)))
    began = monotonic()
    for _, writer in opened[::2]:
        writer.write(GET + b"\r\nX-Slow: ")

    async def all_hung_up() -> float:
        ends = await asyncio.gather(*(hung_up(reader) for reader, _ in opened))
        return max(ends) - began

    waiting = asyncio.create_task(all_hung_up())
    yield waiting
    waiting.cancel()
    for _, writer in opened:
        writer.transport.abort()


async def served(door: Door) -> None:
    """Ask as anyone would: the answer comes soon, whatever else goes on."""
    for _ in range(5):
        began = monotonic()
        assert (await door.say(GET)).statuses == [200], "held up"
        assert monotonic() - began < SERVED_SECONDS, "held up"


async def test_a_head_without_end_is_cut_off(door: Door):
    lines = [b"X-%d: " % n + b"y" * 4_000 + b"\r\n" for n in range(400)]
    heard = await door.port.say(GET + b"\r\n", *lines)
    assert not heard.statuses
    await served(door)


async def test_a_header_of_a_megabyte_is_cut_off(door: Door):
    heard = await door.say(GET, b"X-Long: " + b"y" * 1_000_000)
    assert not heard.statuses


async def test_a_head_of_the_longest_length_is_taken(door: Door):
    heard = await door.say(GET, b"X-Long: " + b"y" * (HEAD_BYTES_MAX - 4_000))
    assert heard.statuses == [200]


async def test_slowloris_holds_up_nobody(door: Door):
    """Hundreds of connections send a head byte by byte, and never its end."""
    opened = await asyncio.gather(*(door.port.open() for _ in range(AT_ONCE)))
    try:
        for _, writer in opened:
            writer.write(GET + b"\r\nX-Slow: ")
        for _ in range(5):
            for _, writer in opened:
                writer.write(b"y")
            await served(door)
    finally:
        for _, writer in opened:
            writer.transport.abort()


async def test_slow_bodies_hold_up_nobody(door: Door):
    """Hundreds of requests announce a body and send it byte by byte; what they hold is a socket."""
    opened = await asyncio.gather(*(door.port.open() for _ in range(AT_ONCE)))
    try:
        for _, writer in opened:
            writer.write(SLOW_BODY % door.who + b"Content-Length: 100" + END + b"{")
        for _ in range(5):
            for _, writer in opened:
                writer.write(b" ")
            await served(door)
    finally:
        for _, writer in opened:
            writer.transport.abort()
    await served(door)


async def test_a_body_without_end_is_refused_at_its_limit(door: Door):
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    head = SLOW_BODY % door.who + b"Transfer-Encoding: chunked" + END
    heard = await door.port.say(head, *[chunk] * (BODY_BYTES_MAX // 65_536 + 4))
    assert heard.statuses == [413]
    await served(door)


async def test_answers_that_nobody_reads_hold_up_nobody(door: Door):
    opened = await asyncio.gather(*(door.port.open() for _ in range(50)))
    try:
        for _, writer in opened:
            ask = GET + b"\r\nHost: lianfang\r\n" + door.who + END
            writer.write(ask * 40)
        await served(door)
    finally:
        for _, writer in opened:
            writer.transport.abort()


async def test_slow_heads_and_silent_connections_are_cut_off(hung_up_after: asyncio.Task[float]):
    async with asyncio.timeout(HEAD_SECONDS + 5):
        assert HEAD_SECONDS - 1 < await hung_up_after < HEAD_SECONDS + 5


async def hung_up(reader: asyncio.StreamReader) -> float:
    """Wait until the other side ends the connection; return when."""
    try:
        while await reader.read(1_024):
            pass
    except ConnectionError:
        pass
    return monotonic()
