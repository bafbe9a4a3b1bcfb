"""One question over kept connections, asked by little more than the sockets themselves.

An HTTP client takes longer than a proxy adds. This one knows what it asks, and reads of an answer
only its status and its length.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)(?:\r\n|\Z)", re.IGNORECASE)


def question(path: str, headers: Mapping[str, str]) -> bytes:
    """Return a GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


class Connection(asyncio.Protocol):
    """One kept connection, with one question under way at most."""

    def __init__(self) -> None:
        self._kept = b""
        self._waiting: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, asked: bytes) -> "asyncio.Future[None]":
        """Send a question; the future is done once the answer is whole.

        Raises (out of the future):
            RuntimeError: the answer is none of 200, or does not tell its length.
            ConnectionError: the other side closed.
        """
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._waiting.set_exception(ConnectionError("closed before it was asked"))
        self._transport.write(asked)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        """Take a part of the answer."""
        self._kept += data
        head, whole, body = self._kept.partition(b"\r\n\r\n")
        if not whole:
            return
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200 ") or length is None:
            self._done(RuntimeError(f"answered {head[:200]!r}"))
        elif len(body) >= int(length[1]):
            self._done()

    def connection_lost(self, failure: Exception | None) -> None:
        """Let who waits know."""
        self._done(failure or ConnectionError("closed before it answered"))

    def close(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _done(self, failure: Exception | None = None) -> None:
        self._kept = b""
        if self._waiting is None or self._waiting.done():
            return
        if failure is None:
            self._waiting.set_result(None)
        else:
            self._waiting.set_exception(failure)


class Connections:
    """Connections to one address; each question takes one that is free.

    Args:
        asked: the question.
        free: as many as there may be questions under way.
    """

    def __init__(self, asked: bytes, free: list[Connection]) -> None:
        self._asked = asked
        self._free = free

    async def once(self) -> None:
        """Ask, and return once the answer is whole."""
        connection = self._free.pop()
        await connection.ask(self._asked)
        self._free.append(connection)


@asynccontextmanager
async def connections(url: str, asked: bytes, count: int) -> AsyncIterator[Connections]:
    """Open connections to an address, and close them at the end."""
    place = urlsplit(url)
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(Connection, place.hostname, place.port))[1]
        for _ in range(count)
    ]
    try:
        yield Connections(asked, list(made))
    finally:
        for connection in made:
            connection.close()
