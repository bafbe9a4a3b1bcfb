"""A line between a service and a server that can be slow, torn, or cut."""

import asyncio
import contextlib
import struct
from enum import Enum
from types import TracebackType
from typing import Self

_HOST = b"127.0.0.1"
_CHUNK_BYTES = 65_536
_SLOW_SECONDS = 0.15


class Line(Enum):
    """How the line is."""

    GOOD = "good"
    SLOW = "slow"
    """Whatever passes comes a while later, in either direction."""
    TORN = "torn"
    """The next piece from the server ends in its middle, and then the connection does."""
    CUT = "cut"
    """Every connection ends, and each new one at once."""


class Proxy:
    """Listens on a port of its own, and carries bytes to and from one port of this machine.

    Kafka tells its clients where it listens; that port becomes the proxy's own, so that they stay.
    """

    def __init__(self, port: int) -> None:
        self._behind = port
        self._line = Line.GOOD
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._carry, _HOST.decode(), 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        address = [_HOST + struct.pack(">i", port) for port in (self._behind, self.port)]
        self._told, self._own = address
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Let everybody go."""
        self._server.close()
        await self._let_go()

    async def become(self, line: Line) -> None:
        """Change the line, for the connections that there are, too."""
        self._line = line
        if line is Line.CUT:
            await self._let_go()

    async def _let_go(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or self._line is Line.CUT:
            writer.transport.abort()
            return
        self._tasks.add(task)
        try:
            behind = await asyncio.open_connection(_HOST.decode(), self._behind)
            try:
                pumps = [self._pump(reader, behind[1]), self._pump(behind[0], writer, back=True)]
                done = [asyncio.create_task(each) for each in pumps]
                try:
                    await asyncio.wait(done, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for each in done:
                        each.cancel()
                    await asyncio.gather(*done, return_exceptions=True)
            finally:
                behind[1].transport.abort()
        except (OSError, asyncio.CancelledError):
            pass  # the server is away, or the line was cut: the client sees it by the end below
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, back: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(_CHUNK_BYTES):
                if self._line is Line.SLOW:
                    await asyncio.sleep(_SLOW_SECONDS)
                if back:
                    if self._line is Line.TORN and len(piece) > 1:
                        to.write(piece[: len(piece) // 2])
                        await to.drain()
                        return
                    piece = piece.replace(self._told, self._own)
                to.write(piece)
                await to.drain()
