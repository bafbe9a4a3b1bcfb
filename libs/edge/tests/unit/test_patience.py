"""A caller has so many bytes and so long for a request; then he is cut off."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn
from fastapi import Request

from lianfang_common.testing.eventually import eventually
from lianfang_edge import http, patience
from lianfang_edge.http import create_api
from lianfang_edge.patience import HEAD_BYTES_MAX, BoundedProtocol

HEAD = b"GET /length HTTP/1.1\r\nHost: demo\r\n"
SLOW = b"POST /length HTTP/1.1\r\nHost: demo\r\nContent-Length: 9\r\n\r\n"


CAME: list[str] = []
LEFT: list[str] = []


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Port of an application behind the bounded protocol."""
    app = create_api("demo", {}, None, None)  # type: ignore[arg-type]

    @app.api_route("/length", methods=["GET", "POST"])
    async def length(request: Request) -> int:
        return len(await request.body())

    @app.get("/slow")
    async def slow(request: Request) -> str:
        CAME.append("slow")
        async with asyncio.timeout(10):
            while (await request.receive())["type"] != "http.disconnect":
                pass
        LEFT.append("slow")
        return "to nobody"

    config = uvicorn.Config(app, http=BoundedProtocol, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, what="a server that listens")
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def said(port: int, *parts: bytes) -> bytes:
    """Return what comes back until the server hangs up, before its usual patience ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(8):
            heard = await reader.read()
    except ConnectionError:
        pass
    writer.close()
    return heard


async def test_a_whole_request_is_served(port: int) -> None:
    heard = await said(port, HEAD + b"Connection: close\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 ")


async def test_a_second_head_on_a_connection_has_its_own_measure(port: int) -> None:
    long = b"X-Long: " + b"y" * (HEAD_BYTES_MAX - 2_000) + b"\r\n"
    heard = await said(
        port, HEAD + long + b"\r\n", HEAD + long + b"\r\n", HEAD + b"Connection: close\r\n\r\n"
    )
    assert heard.count(b"HTTP/1.1 200 ") == 3


async def test_a_head_that_is_too_long_is_hung_up_on(port: int) -> None:
    lines = [b"X-%d: " % n + b"y" * 1_000 + b"\r\n" for n in range(HEAD_BYTES_MAX // 1_000 + 5)]
    assert await said(port, HEAD, *lines) == b""


@pytest.mark.parametrize("part", [b"", b"GET /length HT", HEAD])
async def test_a_head_that_does_not_end_is_hung_up_on(
    port: int, part: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    assert await said(port, part) == b""


async def test_a_second_head_that_does_not_end_is_hung_up_on(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"\r\n")
    assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 ")
    # Patience is short from here on: the first head has all the time that it needs.
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    writer.write(HEAD)
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(8):
            assert await reader.read() == b""
    writer.close()


async def test_a_body_that_does_not_end_is_refused(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.3)
    heard = await said(port, SLOW, b"1234")
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/request-too-slow" in heard


async def test_who_leaves_is_noticed_though_a_second_request_waits_behind_the_first(
    port: int,
) -> None:
    CAME.clear()
    LEFT.clear()
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD.replace(b"/length", b"/slow") + b"\r\n" + HEAD + b"\r\n")
    await eventually(lambda: CAME, what="the first request")
    writer.transport.abort()
    await eventually(lambda: LEFT, what="the first request's end")
