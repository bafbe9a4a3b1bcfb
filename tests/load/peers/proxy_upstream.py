"""What stands behind every proxy that is compared: the same short answer to each question.

usage: python -m peers.proxy_upstream PORT
"""

import asyncio
import sys
from typing import cast

import uvloop

BODY = b'{"items":[' + b",".join([b'{"id":"01990101-0000-7000-8000-000000000000"}'] * 12) + b"]}"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
_END = b"\r\n\r\n"


class Upstream(asyncio.Protocol):
    """Answers as often as a head without a body has come."""

    def __init__(self) -> None:
        self._kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own

    def data_received(self, data: bytes) -> None:
        """Answer each whole head."""
        *heads, self._kept = (self._kept + data).split(_END)
        if heads:
            self._transport.write(_ANSWER * len(heads))


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
