"""A TCP proxy that stands before one server and gives trouble when told to."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Trouble = Literal["delayed", "halved", "cut"]
_CHUNK_BYTES = 65_536
_LONGEST_DELAY_SECONDS = 0.2
_HALVED_ONE_IN = 20  # chunks: some get through, so that there is something to lose


def _port_bytes(port: int) -> bytes:
    return b"127.0.0.1" + port.to_bytes(4, "big")


@dataclass
class Proxy:
    """Passes what two sides say, unless there is trouble.

    Attributes:
        server: port of the server on this machine.
        random: decides delays and what is halved.
        trouble: what happens to each chunk: it waits, or only its first half gets through and the
            connection ends there; or every connection is cut at once.
    """

    server: int
    random: Random
    trouble: Trouble | None = None
    passed: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _listener: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._listener is not None
        return int(self._listener.sockets[0].getsockname()[1])

    async def listen(self) -> None:
        """Take a free port."""
        self._listener = await asyncio.start_server(self._joined, "127.0.0.1")

    def begin(self, trouble: Trouble) -> None:
        """Give trouble from now on."""
        self.trouble = trouble
        if trouble == "cut":
            self._abort_all()

    def end(self) -> None:
        """Pass everything again."""
        self.trouble = None

    async def close(self) -> None:
        """Cut what is open, and listen no more."""
        assert self._listener is not None
        self._listener.close()
        self._abort_all()
        await self._listener.wait_closed()

    def _abort_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join one client with the server until either ends."""
        if self.trouble == "cut":
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.server)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, back}
        ways = [
            asyncio.create_task(self._carry(reader, back)),
            asyncio.create_task(self._carry(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for each in (writer, back):
                self._open.discard(each)
                each.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(_CHUNK_BYTES):
                if self.trouble == "delayed":
                    await asyncio.sleep(self.random.uniform(0, _LONGEST_DELAY_SECONDS))
                if self.trouble == "halved" and self.random.randrange(_HALVED_ONE_IN) == 0:
                    sink.write(chunk[: len(chunk) // 2])
                    await sink.drain()
                    return
                # A broker tells its clients to come to its own address, as text and four bytes.
                # The answer has the same length with ours; one that two chunks share stays as it
                # is, and that client goes past the proxy.
                sink.write(chunk.replace(_port_bytes(self.server), _port_bytes(self.port)))
                self.passed += 1
                await sink.drain()
