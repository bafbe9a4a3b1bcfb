"""HTTP by hand: bytes to a port, and what came back, for requests that no library would send."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

END = b"\r\n\r\n"


@dataclass(frozen=True)
class Heard:
    """Everything that a connection answered."""

    raw: bytes

    @property
    def statuses(self) -> list[int]:
        """Return the status of each answer on the connection."""
        return [
            int(line.split()[1])
            for line in self.raw.split(b"\r\n")
            if line.startswith(b"HTTP/1.1 ")
        ]


class Port:
    """A server's port.

    Args:
        url: where it listens.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.number = parts.hostname or "", parts.port or 80

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect."""
        return await asyncio.open_connection(self.host, self.number)

    async def say(self, *parts: bytes, seconds: float = 3.0) -> Heard:
        """Send bytes and hear until the server hangs up, or nothing more comes for a while."""
        reader, writer = await self.open()
        heard = b""
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            while True:
                async with asyncio.timeout(seconds):
                    more = await reader.read(65_536)
                if not more:
                    break
                heard += more
        except (TimeoutError, ConnectionError):
            pass
        finally:
            writer.transport.abort()
        return Heard(heard)
