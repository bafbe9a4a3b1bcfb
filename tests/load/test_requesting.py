"""What counts as an answer over a kept connection."""

import asyncio
import contextlib

import pytest
from requesting import connections, question

ASKED = question("/path", {"Cookie": "seat=1"})
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nContent-Type: text/plain\r\n\r\nbody"


@contextlib.asynccontextmanager
async def a_server(*pieces):
    """Serve: write these pieces after each question, and hang up if one of them is empty."""

    async def said(writer):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)  # the other side reads what is there before more comes
        return b"" not in pieces

    async def serve(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n") == ASKED and await said(writer):
                pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_an_answer_counts_once_its_whole_length_is_there_and_the_connection_is_kept():
    async with (
        a_server(*(WHOLE[at : at + 1] for at in range(len(WHOLE)))) as url,
        connections(url, ASKED, 1) as kept,
    ):
        for _ in range(3):
            await asyncio.wait_for(kept.once(), 5)


async def test_an_answer_that_is_not_whole_is_waited_for():
    async with a_server(WHOLE[:-1]) as url, connections(url, ASKED, 1) as kept:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(kept.once(), 0.05)


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE.replace(b"200 OK", b"502 Bad Gateway"),
        WHOLE.replace(b"content-length: 4\r\n", b""),
    ],
)
async def test_a_refusal_or_an_answer_without_a_length_is_an_error(answer):
    async with a_server(answer) as url, connections(url, ASKED, 1) as kept:
        with pytest.raises(RuntimeError, match="answered"):
            await asyncio.wait_for(kept.once(), 5)


async def test_a_server_that_hangs_up_is_an_error():
    async with a_server(WHOLE[:10], b"") as url, connections(url, ASKED, 1) as kept:
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(kept.once(), 5)
