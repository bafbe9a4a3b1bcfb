"""The floor of a live view: the same bytes, made once, written to as many sockets.

usage: python -m peers.live_floor PORT DESK

`GET` opens a view. The body of a `POST` is written to every open one as it is. A view that does not
keep up is not noticed, no session is looked at, and nothing can be resumed.
"""

import asyncio
import re
import sys
from typing import cast

import uvloop

_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n"
    b"retry: 1000\n\n"
)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TOLD = b"HTTP/1.1 204 No Content\r\n\r\n"


class Views:
    """Every open view."""

    def __init__(self, desk: str) -> None:
        self.opening = _HEAD + f"id: {desk}:0\nevent: ready\ndata: {{}}\n\n".encode()
        self.open: set[asyncio.Transport] = set()

    def connection(self) -> "Connection":
        """Return what serves one more connection."""
        return Connection(self)


class Connection(asyncio.Protocol):
    """A view, or who tells them."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own

    def data_received(self, data: bytes) -> None:
        """Open the view, or tell all of them once the body is whole."""
        self._kept += data
        head, whole, body = self._kept.partition(b"\r\n\r\n")
        if not whole:
            return
        if head.startswith(b"GET"):
            self._kept = b""
            self._views.open.add(self._transport)
            self._transport.write(self._views.opening)
        elif (length := _LENGTH.search(head)) and len(body) >= int(length[1]):
            self._kept = b""
            for view in self._views.open:
                view.write(body)
            self._transport.write(_TOLD)

    def connection_lost(self, failure: Exception | None) -> None:
        """Forget the view."""
        self._views.open.discard(self._transport)


async def serve(port: int, desk: str) -> None:
    """Serve until the process is ended."""
    made = Views(desk).connection
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2]))
