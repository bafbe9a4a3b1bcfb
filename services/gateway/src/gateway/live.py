"""The live view inside one process: from committed feed rows to the open streams.

Streams are told what PostgreSQL holds and nothing else. A wake-up says that a desk has new rows;
they are then read once for all streams of the desk, in the desk's own scope. A wake-up may be
lost: each desk with a stream is looked at every two seconds anyway.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from datetime import timedelta
from uuid import UUID

from gateway import metrics
from gateway.live_lines import HEARTBEAT, Line, Positions, lines_of
from gateway.settings import LiveSettings
from gateway.storage.feed import Desk, Feed, FeedRow, FeedState
from lianfang_common.database import Database
from lianfang_common.errors import Transient
from lianfang_common.principal import Principal
from lianfang_common.telemetry import get_logger
from lianfang_common.wakeup import Backoff, Wakeup

_log = get_logger()
_PAGE_ROWS = 500
_DESKS_PER_POLL = 100  # more desks are looked at less often, so that the net costs no more
_NOBODY = UUID(int=0)


class LiveClient:
    """One open stream: what it has been given, and what waits to be sent.

    Args:
        digest: of its session.
        principal: its reader.
        positions: the last line of each desk that the reader has.
        language: of titles and bodies; None for both.
        queue_max: frames that may wait.
    """

    def __init__(
        self,
        digest: bytes,
        principal: Principal,
        positions: Positions,
        language: str | None,
        queue_max: int,
    ) -> None:
        self.digest = digest
        self.principal = principal
        self.positions = positions
        self._language = language
        self._queue: list[bytes] = []
        self._queue_max = queue_max
        self._waiting: asyncio.Future[None] | None = None
        self.closed = False
        self.on_close: Callable[[], None] = lambda: None
        """Told when the stream has to end."""

    def frame(self, desk: Desk, line: Line) -> bytes:
        """Return a line as the next event of this stream."""
        self.positions[desk] = line.number
        return line.event(self.positions, self._language)

    def offer(self, desk: Desk, lines: Iterable[Line]) -> None:
        """Queue lines that the stream does not have; drop the stream if it does not keep up."""
        if self.closed:
            return
        for line in lines:
            if line.number <= self.positions[desk]:
                continue
            if len(self._queue) >= self._queue_max:
                metrics.LIVE_DROPPED.inc()
                self.close()
                return
            self._queue.append(self.frame(desk, line))
            self._wake()

    def beat(self) -> None:
        """Let the connection carry something, unless it is about to anyway."""
        if not self._queue:
            self._queue.append(HEARTBEAT)
            self._wake()

    def close(self) -> None:
        """End the stream; what it did not get it finds when it resumes."""
        if not self.closed:
            self.closed = True
            self.on_close()
            self._wake()

    async def next(self) -> bytes:
        """Return all that waits as soon as there is something, or nothing when closed."""
        if not self._queue and not self.closed:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        frames = b"".join(self._queue)
        self._queue.clear()
        return frames

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class _Channel:
    """The streams of one desk, and how far they have been told."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.clients: set[LiveClient] = set()
        self.wakeup = Wakeup()


class LiveHub:
    """All streams of this process.

    Args:
        database: pool of the application role, under row-level security.
        settings: how often a desk is looked at without a wake-up, and how many streams one
            session may have.
    """

    def __init__(self, database: Database, settings: LiveSettings) -> None:
        self._database = database
        self._poll_seconds = settings.poll_seconds
        self._streams_per_session = settings.streams_per_session
        self._channels: dict[Desk, _Channel] = {}
        self._clients: dict[LiveClient, None] = {}
        """In the order of their beginning."""
        self._followers: set[asyncio.Task[None]] = set()
        self._closed = False
        self.on_doubt: Callable[[], None] = lambda: None
        """Told when the session of any stream may have changed."""

    @property
    def streams(self) -> Collection[LiveClient]:
        """The open streams, in the order of their beginning."""
        return self._clients.keys()

    def changed(self, desks: Iterable[Desk]) -> None:
        """Look at desks at once: rows were committed."""
        for desk in desks:
            if (channel := self._channels.get(desk)) is not None:
                channel.wakeup.set()

    def changed_somewhere(self) -> None:
        """Look at every desk at once: wake-ups may have been lost."""
        self.changed(list(self._channels))

    def session_ended(self, digest: bytes | None) -> None:
        """End the streams of a session; with None have the sessions of all looked at again."""
        if digest is None:
            self.on_doubt()
            return
        for client in list(self._clients):
            if client.digest == digest:
                client.close()

    def close(self) -> None:
        """End every stream and take no more: the process stops."""
        self._closed = True
        for client in list(self._clients):
            client.close()
        self.changed_somewhere()

    async def state(self, principal: Principal, desk: Desk) -> FeedState:
        """Return where a desk's feed stands, as far as the reader may know."""
        async with self._database.transaction(principal) as connection:
            return await Feed(connection).state(desk)

    async def read(
        self, principal: Principal, desk: Desk, after: int, limit: int = _PAGE_ROWS
    ) -> list[FeedRow]:
        """Return a desk's rows after a number, as far as the reader may know."""
        async with self._database.transaction(principal) as connection:
            return await Feed(connection).after(desk, after, limit)

    async def follow(self, client: LiveClient) -> AsyncIterator[bytes]:
        """Yield what the stream missed, then join it to its desks and return.

        Nothing lies between the last row read and the first one offered: joining happens without
        a pause after a look at how far the desk's other streams have been told.
        """
        own = [other for other in self._clients if other.digest == client.digest]
        if len(own) >= self._streams_per_session:
            own[0].close()
        self._clients[client] = None
        metrics.LIVE_CLIENTS.set(len(self._clients))
        if self._closed:
            client.close()
        for desk in client.positions:
            tries = 2
            while not client.closed:
                rows = await self.read(client.principal, desk, client.positions[desk])
                if rows:
                    yield b"".join(client.frame(desk, line) for line in lines_of(desk, rows))
                elif self._join(client, desk):
                    break
                elif (tries := tries - 1) == 0:
                    # What others were told is no longer kept: resuming will say so.
                    client.close()

    def leave(self, client: LiveClient) -> None:
        """Forget a stream."""
        client.close()
        self._clients.pop(client, None)
        metrics.LIVE_CLIENTS.set(len(self._clients))
        for desk in client.positions:
            channel = self._channels.get(desk)
            if channel is None or client not in channel.clients:
                continue
            channel.clients.discard(client)
            if not channel.clients:
                del self._channels[desk]
                channel.wakeup.set()

    def _join(self, client: LiveClient, desk: Desk) -> bool:
        position = client.positions[desk]
        channel = self._channels.get(desk)
        if channel is None:
            channel = self._channels[desk] = _Channel(position)
            follower = asyncio.create_task(self._tell(desk, channel))
            self._followers.add(follower)
            follower.add_done_callback(self._followers.discard)
            # Rows committed since the read have woken nobody.
            channel.wakeup.set()
        if channel.position > position:
            return False
        channel.clients.add(client)
        return True

    async def _tell(self, desk: Desk, channel: _Channel) -> None:
        principal = Principal(_NOBODY, desk.role, desk.office)
        backoff = Backoff()
        while self._channels.get(desk) is channel and not self._closed:
            await channel.wakeup.wait(self._longest())
            try:
                async with self._database.transaction(principal, lists=False) as connection:
                    full = True
                    while full:
                        rows = await Feed(connection).after(desk, channel.position, _PAGE_ROWS)
                        self._offer(desk, channel, rows)
                        # Rows committed after a page that was not full have woken us again.
                        full = len(rows) == _PAGE_ROWS
                backoff.reset()
            except Transient:
                _log.warning("live.held", attempt=backoff.attempt)
                await backoff.wait()
                channel.wakeup.set()

    def _offer(self, desk: Desk, channel: _Channel, rows: list[FeedRow]) -> None:
        """Queue rows; others committed them, so nothing waits for the end of our reading."""
        lines = lines_of(desk, rows)
        for line in lines[-1:]:
            channel.position = line.number
        for client in list(channel.clients):
            client.offer(desk, lines)

    def _longest(self) -> timedelta:
        share = max(1.0, len(self._channels) / _DESKS_PER_POLL)
        return timedelta(seconds=self._poll_seconds * share)
