"""Brings each event to its handlers with effect exactly once, in order per key.

A batch of one partition is one transaction: claims, effects and outbox are committed together, the
offsets after them. While the database or the broker is away, or two transactions meet, the batch is
held and tried again in place. Only what no retry will mend splits it, until the bad message is
found; that one is parked with all later ones of its key, and the other keys go on.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import ValidationError

from lianfang_common import metrics
from lianfang_common.brake import Brake
from lianfang_common.envelope import Envelope, Record, claim_id, envelope_of, key_of, type_of
from lianfang_common.errors import PoisonMessage, RuleBroken, StaleVersion, Transient
from lianfang_common.events import topic_of
from lianfang_common.ids import new_id
from lianfang_common.inbox import PARKED, Batch, BatchStore, Letter, Place
from lianfang_common.subscriptions import Each, Received, Subscription
from lianfang_common.subscriptions import each as each
from lianfang_common.telemetry import current_traceparent, get_logger, start_span
from lianfang_common.wakeup import Backoff, no_probe

_log = get_logger()
TEND_SECONDS = 5.0  # between looks at lag, dead letters and a stuck client
RESTARTS_MAX = 3  # of a stuck client in a row, before the process ends
UNKNOWN_TRIES = 5  # of a failure that may be a passing one, before its message counts as poison

U = TypeVar("U")


class Source(Protocol):
    """The log as one member of a consumer group reads it."""

    async def start(self) -> None:
        """Join the group; raises Transient while the log is away."""

    async def stop(self) -> None:
        """Leave the log; `start` may be called again."""

    async def fetch(self) -> Sequence[Sequence[Record]]:
        """Return batches, each of one partition in its order; waits a second at most.

        Cancelled while it waits, it has taken nothing.
        """

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        """Record the next offset of each partition; one that was taken away is let go."""

    def assigned(self) -> Collection[Place]:
        """Return the partitions that this member reads."""

    def lag(self) -> Mapping[str, int]:
        """Return how many messages of each topic wait, as far as the last fetch told."""

    async def stuck(self) -> bool:
        """Say whether messages wait that the client does not bring."""


class Braked(Exception):
    """Too much is bad for this to be the messages' fault."""


class StuckClient(Exception):
    """New clients bring nothing either; a new process may."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One message on its way to its handler, or the reason why it cannot go."""

    record: Record
    id: UUID
    key: UUID
    subscription: Subscription | None
    received: Received[Any] | None
    reason: str | None = None


class Consumer(Generic[U]):
    """One member of one consumer group of a service.

    Args:
        source: the log.
        store: where effects go.
        subscriptions: of this group; other event types are passed over.
        group: `<service>.<purpose>`.
        brake: when to stop.
        probe: called with the name of each crash point; tests raise from it.
    """

    def __init__(
        self,
        source: Source,
        store: BatchStore[U],
        subscriptions: Sequence[Subscription],
        *,
        group: str,
        brake: Brake | None = None,
        probe: Callable[[str], None] = no_probe,
    ) -> None:
        self._source = source
        self._store = store
        self._subscriptions = {each.type: each for each in subscriptions}
        hidden = [each for each in subscriptions if each.restricted or not each.counted]
        self._hidden = {topic_of(each.type) for each in hidden}
        self._group = group
        self._brake = brake or Brake()
        self._probe = probe
        self._stopping = asyncio.Event()
        self._pause: asyncio.Timeout | None = None
        self._tend_at = 0.0
        self._was_late = False
        self._restarts = 0
        self.problem: str | None = "starting"
        """Code of what keeps events from being handled (`braked`, `held`, …), or None."""

    def stop(self) -> None:
        """Let `run` return after the batch under way."""
        self._stopping.set()
        self._interrupt()

    def replay(self) -> None:
        """Look for letters to replay at once, or after the batch under way."""
        self._tend_at = 0.0
        self._interrupt()

    def _interrupt(self) -> None:
        pause, self._pause = self._pause, None
        if pause is not None:
            pause.reschedule(0.0)

    async def run(self) -> None:
        """Consume until stopped; outages are waited out here, and a braked consumer rests.

        Raises:
            StuckClient: the client brought nothing, however often it was replaced.
        """
        metrics.CONSUMER_BRAKED.labels(group=self._group).set(0)
        backoff = Backoff(longest_seconds=2)
        while not self._stopping.is_set():
            try:
                await self._source.start()
                # It has its partitions, whether or not they hold anything.
                self.problem = self.problem if self.problem != "starting" else None
                while not self._stopping.is_set():
                    await self.run_once()
                    backoff.reset()
            except (Transient, asyncio.CancelledError) as away:
                # What a client cancels of its own accord comes out of the call that asks it next.
                task = asyncio.current_task()
                if isinstance(away, asyncio.CancelledError) and task and task.cancelling():
                    raise
                self._hold(str(away) or "client-cancelled", backoff.attempt)
                await backoff.wait()
            except Braked:
                break
            finally:
                await self._source.stop()
        if not self._stopping.is_set():
            self.problem = "braked"
            metrics.CONSUMER_BRAKED.labels(group=self._group).set(1)
            _log.error("consumer.braked", group=self._group)
            await self._stopping.wait()

    async def run_once(self) -> int:
        """Fetch and handle what is there, then commit the offsets; return how many messages.

        Raises:
            Transient: the log is away, or the consumer is to stop before a held batch got through.
            Braked: too much is bad; nothing more was parked.
        """
        if time.monotonic() >= self._tend_at:
            self._tend_at = time.monotonic() + TEND_SECONDS
            await self.tend()
        batches = await self._fetch()
        self.problem = None
        for batch in batches:
            await self._handle([self._read(record) for record in batch if self._wants(record)])
        offsets = {
            (batch[-1].topic, batch[-1].partition): batch[-1].offset + 1 for batch in batches
        }
        if offsets:
            self._probe("consumer.handled")
            await self._source.commit(offsets)
            self._probe("consumer.offsets")
        return sum(len(batch) for batch in batches)

    async def _fetch(self) -> Sequence[Sequence[Record]]:
        """Wait for messages until interrupted."""
        try:
            async with asyncio.timeout(None) as self._pause:
                return await self._source.fetch()
        except TimeoutError:
            return ()
        finally:
            self._pause = None

    async def _handle(self, items: Sequence[_Item], tries: int = UNKNOWN_TRIES) -> None:
        """Get a batch through, holding it as long as it takes."""
        backoff = Backoff()
        while items:
            try:
                await self._attempt(items)
                break
            except Braked:
                raise
            except Exception as failure:
                reason = _reason_of(failure)
                if reason is None and not isinstance(failure, Transient):
                    tries -= 1
                    reason = _code_of(failure) if tries <= 0 else None
                if all(item.reason for item in items):
                    reason = None  # parking itself failed, which is no message's fault
                if reason is None and self._stopping.is_set():
                    raise Transient("stopping") from failure
                if reason is None:
                    self._hold(_code_of(failure), backoff.attempt)
                    await backoff.wait()
                elif len(items) == 1:
                    items = [replace(items[0], reason=reason)]
                else:
                    middle = len(items) // 2
                    await self._handle(items[:middle], tries)
                    items = items[middle:]

    async def _attempt(self, items: Sequence[_Item]) -> None:
        """Handle a batch in one transaction; what cannot be handled is parked in the same."""
        topic = items[0].record.topic
        unique = {item.id: item for item in reversed(items)}
        keys = list({item.key for item in items})
        good: list[_Item] = []
        letters: list[Letter] = []
        async with self._store.batch() as batch:
            claim = await batch.claim(self._group, topic, list(unique), keys)
            blocked = set(claim.blocked)
            for item in items:
                if item.id not in claim.fresh or unique[item.id] is not item:
                    continue
                if item.key in blocked:
                    letters.append(_letter(item, PARKED))
                elif item.reason:
                    letters.append(_letter(item, item.reason))
                    blocked.add(item.key)
                else:
                    good.append(item)
            bad = sum(letter.reason != PARKED for letter in letters)
            if self._brake.holds(bad, len(good)):
                raise Braked
            await self._hand_over(good, batch)
            if letters:
                await batch.bury(self._group, letters)
            self._probe("consumer.applied")
        self._probe("consumer.committed")
        self._brake.note(bad, len(good))
        if topic not in self._hidden:
            metrics.EVENTS_HANDLED.labels(group=self._group, topic=topic).inc(len(good))
        for reason, count in Counter(letter.reason for letter in letters).items():
            if topic not in self._hidden:
                metrics.DEAD_LETTERS.labels(group=self._group, reason=reason).inc(count)
            _log.warning("consumer.parked", group=self._group, reason=reason)

    async def _hand_over(self, items: Sequence[_Item], batch: Batch[U]) -> None:
        """Give each run of one type to its handler, in the order of the log."""
        for subscription, run in groupby(items, lambda item: item.subscription):
            if subscription is None:
                raise PoisonMessage("unknown-type")
            events = [item.received for item in run if item.received is not None]
            one_by_one = isinstance(subscription.handler, Each)
            for part in [[event] for event in events] if one_by_one else [events]:
                traces = {event.traceparent for event in part}
                parent = traces.pop() if len(traces) == 1 else None
                with start_span(
                    f"handle {subscription.type}",
                    parent,
                    new_trace=parent is None,
                    recorded=not subscription.restricted,
                ):
                    batch.follow(current_traceparent())
                    await subscription.handler(part, batch.uow)

    def _wants(self, record: Record) -> bool:
        found = type_of(record)
        return found is None or found in self._subscriptions

    def _read(self, record: Record) -> _Item:
        """Read a message; one that cannot be read keeps its key where that much is readable."""
        try:
            envelope = envelope_of(record)
        except PoisonMessage as broken:
            place = claim_id(record)
            return _Item(record, place, key_of(record) or place, None, None, broken.reason)
        identity = record, envelope.id, envelope.key
        subscription = self._subscriptions.get(envelope.type)
        if subscription is None:
            return _Item(*identity, None, None, "unknown-type")
        try:
            event = subscription.model.model_validate_json(record.value or b"")
        except ValidationError:
            return _Item(*identity, subscription, None, "unreadable-body")
        told = {name: getattr(envelope, name) for name in Envelope.__match_args__}
        received = Received(event=event, topic=record.topic, **told)
        return _Item(*identity, subscription, received)

    def _hold(self, problem: str, attempt: int) -> None:
        self.problem = "held"
        metrics.BATCH_RETRIES.labels(group=self._group).inc()
        _log.warning("consumer.held", group=self._group, problem=problem, attempt=attempt)

    async def tend(self) -> None:
        """Replay what waits for it, show lag and letters, and replace a stuck client."""
        letters: Mapping[str, int] = {}
        try:
            letters = await self._store.open_letters(self._group)
            if letters:
                await self._replay()
        except Transient as away:
            self._hold(str(away), 0)
        lags = self._source.lag()
        for topic in lags.keys() - self._hidden:
            metrics.CONSUMER_LAG.labels(group=self._group, topic=topic).set(lags[topic])
        shown = sum(letters[topic] for topic in letters.keys() - self._hidden)
        metrics.DEAD_LETTERS_OPEN.labels(group=self._group).set(shown)
        if self._hidden:
            behind = any(lags.get(topic) for topic in self._hidden)
            late = self._hidden & letters.keys() or (behind and self._was_late)
            metrics.CONSUMER_LATE.labels(group=self._group).set(1 if late else 0)
            self._was_late = behind
        if await self._source.stuck():
            self._restarts += 1
            metrics.CONSUMER_RESTARTS.labels(group=self._group).inc()
            if self._restarts > RESTARTS_MAX:
                raise StuckClient
            raise Transient("stuck-client")

    async def _replay(self) -> None:
        """Handle letters that wait for it, in the order of each key, under the claim they hold."""
        failed: set[UUID] = set()
        for letter in await self._store.replayable(self._group, self._source.assigned()):
            if letter.key in failed:
                continue
            try:
                async with self._store.batch() as batch:
                    if not await batch.reopen(letter):
                        continue
                    item = self._read(letter.record)
                    if item.reason:
                        raise PoisonMessage(item.reason)
                    await self._hand_over([item], batch)
                    await batch.settle(letter)
            except Transient:
                raise
            except Exception as failure:
                failed.add(letter.key)
                await self._store.fail(letter, _reason_of(failure) or _code_of(failure))


def _letter(item: _Item, reason: str) -> Letter:
    event_type = item.subscription.type if item.subscription else None
    return Letter(new_id(), item.key, item.id, event_type, reason, item.record)


def _reason_of(failure: Exception) -> str | None:
    """Return the code of a failure that no retry will mend, or None."""
    match failure:
        case PoisonMessage():
            return failure.reason
        case StaleVersion():
            return None
        case RuleBroken():
            return failure.slug
        case ValidationError():
            return "invalid"
    return None


def _code_of(failure: Exception) -> str:
    return str(failure) if isinstance(failure, Transient) else f"failed-{type(failure).__name__}"
