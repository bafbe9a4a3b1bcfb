"""Many open live views of one desk, each by little more than its socket.

A view whose connection breaks comes again as a browser does: a second later, with the id of the
last event that it has. The numbers of a desk have no gaps, so that a view knows what it missed and
what it was told twice.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

OPENED_AT_ONCE = 64
OPENS_SECONDS = 60.0
_GRANTED = b"HTTP/1.1 200 "
_EVENT = re.compile(rb"id: (\S+:(\d+))\nevent: (\S+)\n")


class Crowd:
    """All views of one server.

    Args:
        url: where the live view is.
        cookies: the `Cookie` header of each view; as many views are opened.
        retry_seconds: how long after its connection broke a view comes again.

    Attributes:
        told_at: moment (`perf_counter`) at which the line of a number was handed over; who tells
            writes it.
        taken: milliseconds from there until a view had it, of every view.
        missed: lines that a view was not told before a later one.
        doubled: lines that a view was told again.
        refused: answers other than 200; the view comes again.
    """

    def __init__(self, url: str, cookies: Sequence[str], retry_seconds: float = 1.0) -> None:
        self._place = urlsplit(url)
        self.retry_seconds = retry_seconds
        self.told_at: dict[int, float] = {}
        self.taken: list[float] = []
        self.missed = self.doubled = self.refused = 0
        self.closing = False
        self._views = [_View(self, cookie) for cookie in cookies]
        self._coming: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open every view, some at once; return when the server has answered all of them.

        Raises:
            RuntimeError: it has not in time.
        """
        turns = asyncio.Semaphore(OPENED_AT_ONCE)

        async def one(view: "_View") -> None:
            async with turns:
                await self.connect(view)
                await view.opened.wait()

        try:
            async with asyncio.timeout(OPENS_SECONDS):
                await asyncio.gather(*(one(view) for view in self._views))
        except TimeoutError:
            late = sum(not view.opened.is_set() for view in self._views)
            raise RuntimeError(f"{late} views are not open after {OPENS_SECONDS:.0f} s") from None

    async def connect(self, view: "_View") -> None:
        """Connect a view, now and again if nobody listens."""
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: view, self._place.hostname, self._place.port
            )
        except OSError:
            self.come_again(view)

    def come_again(self, view: "_View") -> None:
        """Connect a view after the time that a browser waits."""

        async def later() -> None:
            await asyncio.sleep(self.retry_seconds)
            await self.connect(view)

        if not self.closing:
            task = asyncio.create_task(later())
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def close(self) -> None:
        """Close every view for good."""
        self.closing = True
        for task in self._coming:
            task.cancel()
        for view in self._views:
            view.close()
        await asyncio.sleep(0)

    def behind(self, number: int) -> int:
        """Return how many lines up to a number the views do not have, all views together."""
        return sum(max(0, number - view.last) for view in self._views)

    async def until_all_have(self, number: int, seconds: float) -> bool:
        """Wait until every view has the line of a number; say whether all have it in time."""
        until = time.monotonic() + seconds
        while self.behind(number):
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.01)
        return True

    def request(self, cookie: str, last_id: str) -> bytes:
        """Return the request of a view."""
        lines = [f"GET {self._place.path} HTTP/1.1", f"Host: {self._place.netloc}"]
        lines += ["Accept: text/event-stream", f"Cookie: {cookie}"]
        if last_id:
            lines.append(f"Last-Event-ID: {last_id}")
        return "\r\n".join([*lines, "", ""]).encode()

    def heard(self, number: int) -> None:
        """Note when a view was told a line."""
        told_at = self.told_at.get(number)
        if told_at is not None:
            self.taken.append((time.perf_counter() - told_at) * 1000)


class _View(asyncio.Protocol):
    """One view, across its connections.

    Attributes:
        last: number of the last line that it has, or at which it began; -1 before that.
        opened: the stream has begun.
    """

    def __init__(self, crowd: Crowd, cookie: str) -> None:
        self._crowd = crowd
        self._cookie = cookie
        self._last_id = ""
        self._transport: asyncio.Transport | None = None
        self._kept = b""
        self._begun = False
        self.last = -1
        self.opened = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for what follows the last event."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._kept, self._begun = transport, b"", False
        transport.write(self._crowd.request(self._cookie, self._last_id))

    def data_received(self, data: bytes) -> None:
        """Take the whole events; what stands between them is the server's framing."""
        self._kept += data
        if not self._begun and len(self._kept) >= len(_GRANTED):
            self._begun = True
            if not self._kept.startswith(_GRANTED):
                self._crowd.refused += 1
                self.close()
                return
        *parts, self._kept = self._kept.split(b"\n\n")
        for part in parts:
            if found := _EVENT.search(part):
                self._last_id = found[1].decode()
                self._take(int(found[2]), told=found[3] not in (b"ready", b"reset"))

    def connection_lost(self, failure: Exception | None) -> None:
        """Come again."""
        self._crowd.come_again(self)

    def close(self) -> None:
        """Break the connection, if there is one."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, number: int, *, told: bool) -> None:
        """Count a line, or take over where the stream begins."""
        if self.last < 0:
            self.last = number
            self.opened.set()
        elif not told:
            # A stream that begins later than was asked for has left out what lies between.
            self._crowd.missed += max(0, number - self.last)
            self.last = max(self.last, number)
        elif number <= self.last:
            self._crowd.doubled += 1
        else:
            self._crowd.missed += number - self.last - 1
            self.last = number
            self._crowd.heard(number)
