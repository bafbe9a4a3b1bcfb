"""Carries committed facts from the outbox to the log: at least once, in order per key.

One relay of a service is active. It reads unpublished rows by position, sends them, and marks them
with one statement after the acknowledgements; a crash in between sends them again. A key whose
message failed waits, and the others go on. It never remembers "the last position seen": a
transaction may commit late with an early position.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from lianfang_common import metrics
from lianfang_common.clock import Clock
from lianfang_common.errors import Transient
from lianfang_common.telemetry import get_logger
from lianfang_common.unit import OutboxMessage
from lianfang_common.wakeup import Backoff, Wakeup, no_probe

_log = get_logger()

BATCH_ROWS = 500  # one round holds a partition for less than 20 ms
POLL = timedelta(seconds=1)  # the net below the wake-ups
KEEP_EVERY_SECONDS = 3600.0
STOP_LONGEST_SECONDS = 30.0  # of a key whose message failed


@dataclass(frozen=True, slots=True)
class _Stop:
    """A key that waits after a failed send."""

    backoff: Backoff
    until: datetime
    since: datetime
    """When its oldest waiting fact occurred."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One unpublished fact and its place in the outbox."""

    position: int
    message: OutboxMessage


class OutboxStore(Protocol):
    """The outbox as the active relay sees it."""

    async def pending(self, limit: int, stopped: Collection[UUID]) -> Sequence[OutboxRow]:
        """Return unpublished rows by position, without those of stopped keys."""

    async def mark(self, positions: Sequence[int], now: datetime) -> None:
        """Record that rows were acknowledged."""


class OutboxLeadership(Protocol):
    """Lets one relay of a service in at a time."""

    def lead(self) -> AbstractAsyncContextManager[OutboxStore | None]:
        """Work under the lead, which is kept until `close`.

        Yields None where another relay has it, after a short wait for it.
        """

    async def close(self) -> None:
        """Give the lead back."""


class Sender(Protocol):
    """Puts facts into the log."""

    async def send(self, rows: Sequence[OutboxRow]) -> Collection[int]:
        """Send rows in order and return the positions that the log acknowledged.

        Of the rows of one key, the acknowledged ones are the first ones: after a failure nothing
        more of that key is sent.

        Raises:
            Transient: the log is away; nothing is known of any row.
        """

    async def close(self) -> None:
        """Let the log go; `send` may be called again."""


class Relay:
    """The relay of one service.

    Args:
        leadership: the outbox, lent to one relay at a time.
        sender: the log.
        wakeup: set after a commit that wrote facts.
        clock: tells the date under which rows are marked, and when a stopped key is tried again.
        hidden: topics that no count may show.
        keep: housekeeping of the delivery tables, called by the leader at once and each hour.
        probe: called with the name of each crash point; tests raise from it.
    """

    def __init__(
        self,
        leadership: OutboxLeadership,
        sender: Sender,
        wakeup: Wakeup,
        clock: Clock,
        *,
        hidden: Collection[str] = (),
        keep: Callable[[], Awaitable[None]] | None = None,
        probe: Callable[[str], None] = no_probe,
    ) -> None:
        self._leadership = leadership
        self._sender = sender
        self._wakeup = wakeup
        self._clock = clock
        self._hidden = frozenset(hidden)
        self._keep = keep
        self._probe = probe
        self._stopped: dict[UUID, _Stop] = {}
        self._more = False
        self._stopping = False
        self.problem: str | None = None
        """Code of what keeps facts from leaving (`broker-away`, `database-away`), or None."""

    def stop(self) -> None:
        """Let `run` return after the round under way."""
        self._stopping = True
        self._wakeup.set()

    async def run(self) -> None:
        """Carry facts until stopped; outages are waited out here."""
        backoff = Backoff()
        while not self._stopping:
            self._wakeup.stands_by = True  # whoever waits for the lead tells whoever has it
            try:
                async with self._leadership.lead() as store:
                    self._wakeup.stands_by = store is None
                    if store is None:
                        continue
                    async with self._housekeeping():
                        while not self._stopping:
                            await self.run_once(store)
                            backoff.reset()
                            self.problem = None
                            if not self._more:
                                await self._wakeup.wait(POLL)
            except Transient as away:
                self.problem = str(away)
                metrics.OUTBOX_FAILURES.labels(part=self.problem).inc()
                _log.warning("relay.held", problem=self.problem, attempt=backoff.attempt)
                await backoff.wait()
        await self._sender.close()
        await self._leadership.close()

    async def run_once(self, store: OutboxStore) -> int:
        """Carry one batch and return how many facts the log acknowledged.

        Raises:
            Transient: the log or the database is away; rows that were sent may be sent again.
        """
        now = self._clock.now()
        # A stop that ends later than any does was made before the clock was set back.
        latest = now + timedelta(seconds=STOP_LONGEST_SECONDS)
        stopped = [key for key, stop in self._stopped.items() if now < stop.until <= latest]
        rows = await store.pending(BATCH_ROWS, stopped)
        waiting = [stop.since for stop in self._stopped.values()]
        oldest = min([now, *waiting, *(row.message.occurred_at for row in rows[:1])])
        metrics.OUTBOX_OLDEST_SECONDS.set((now - oldest).total_seconds())
        self._more = False
        if not rows:
            return 0
        self._probe("relay.selected")
        acknowledged = await self._sender.send(rows)
        self._probe("relay.sent")
        if acknowledged:
            await store.mark(sorted(acknowledged), now)
            self._probe("relay.marked")
        self._note_outcome(rows, acknowledged, now)
        self._more = bool(acknowledged) and len(rows) == BATCH_ROWS
        return len(acknowledged)

    def _note_outcome(
        self, rows: Sequence[OutboxRow], acknowledged: Collection[int], now: datetime
    ) -> None:
        sent = Counter(row.message.topic for row in rows if row.position in acknowledged)
        for topic, count in sent.items():
            if topic not in self._hidden:
                metrics.OUTBOX_PUBLISHED.labels(topic=topic).inc(count)
        failed: dict[UUID, datetime] = {}
        for row in rows:
            if row.position not in acknowledged:
                failed.setdefault(row.message.key, row.message.occurred_at)
        for key in {row.message.key for row in rows} - failed.keys():
            self._stopped.pop(key, None)
        for key, since in failed.items():
            known = self._stopped.get(key)
            wait = known.backoff if known else Backoff(0.2, STOP_LONGEST_SECONDS)
            self._stopped[key] = _Stop(wait, now + timedelta(seconds=wait.next_seconds()), since)
        if failed:
            metrics.OUTBOX_FAILURES.labels(part="key").inc()
            _log.warning("relay.keys_stopped", keys=len(failed))

    @asynccontextmanager
    async def _housekeeping(self) -> AsyncIterator[None]:
        metrics.RELAY_LEADING.set(1)
        task = asyncio.create_task(self._keep_hourly())
        try:
            yield
        finally:
            metrics.RELAY_LEADING.set(0)
            task.cancel()

    async def _keep_hourly(self) -> None:
        while self._keep is not None:
            try:
                await self._keep()
            except Exception as failure:
                _log.warning("relay.housekeeping_failed", error=type(failure).__name__)
            await asyncio.sleep(KEEP_EVERY_SECONDS)
