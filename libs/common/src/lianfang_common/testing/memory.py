"""The log and the store in memory, behind the same ports as Kafka and PostgreSQL.

They keep what matters of the real ones: partitions and committed offsets outlive their readers, a
transaction shows nothing before its commit, and positions are taken before the commit.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from uuid import UUID

from lianfang_common.clock import Clock
from lianfang_common.envelope import Record, headers_of
from lianfang_common.errors import Transient
from lianfang_common.inbox import PARKED, Claim, Letter, Place
from lianfang_common.relay import OutboxRow
from lianfang_common.testing.clock import MockClock
from lianfang_common.unit import OutboxMessage


class MemoryLog:
    """Topics with partitions; a key always goes to the same one."""

    def __init__(self, partitions: int = 2, clock: Clock | None = None) -> None:
        self.partitions = partitions
        self.records: dict[Place, list[Record]] = {}
        self.offsets: dict[tuple[str, Place], int] = {}
        self.away = False
        self._clock = clock or MockClock()

    def append(
        self, topic: str, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> None:
        """Add one message."""
        place = topic, sum(key) % self.partitions
        batch = self.records.setdefault(place, [])
        batch.append(Record(*place, len(batch), key, value, headers, self._clock.now()))


class MemorySender:
    """Sends to a memory log.

    Args:
        log: where to.
        refuses: says whether the log refuses a row; later rows of its key then wait.
    """

    def __init__(
        self, log: MemoryLog, service: str, refuses: Callable[[OutboxRow], bool] = lambda _: False
    ) -> None:
        self._log = log
        self._service = service
        self._refuses = refuses

    async def send(self, rows: Sequence[OutboxRow]) -> Collection[int]:
        """Append rows in order; those of a refused key stay out."""
        if self._log.away:
            raise Transient("broker-away")
        refused: set[UUID] = set()
        sent = []
        for row in rows:
            message = row.message
            if message.key in refused or self._refuses(row):
                refused.add(message.key)
                continue
            headers = headers_of(message, self._service)
            self._log.append(message.topic, str(message.key).encode(), message.body, headers)
            sent.append(row.position)
        return sent

    async def close(self) -> None:
        """Nothing to let go."""


class MemorySource:
    """Reads a memory log as the only member of a group."""

    def __init__(self, log: MemoryLog, topics: Collection[str], group: str, batch: int = 3) -> None:
        self._log = log
        self._topics = topics
        self._group = group
        self._batch = batch
        self._next: dict[Place, int] = {}

    async def start(self) -> None:
        """Read on from the committed offsets."""
        self._next = {}

    async def stop(self) -> None:
        """Forget what was fetched and not committed."""
        self._next = {}

    async def fetch(self) -> Sequence[Sequence[Record]]:
        """Return what is there, at once."""
        await asyncio.sleep(0)
        if self._log.away:
            raise Transient("broker-away")
        found = []
        for place in self.assigned():
            start = self._next.get(place, self._log.offsets.get((self._group, place), 0))
            batch = self._log.records[place][start : start + self._batch]
            if batch:
                self._next[place] = batch[-1].offset + 1
                found.append(batch)
        return found

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        """Record offsets in the log."""
        for place, offset in offsets.items():
            self._log.offsets[self._group, place] = offset

    def assigned(self) -> Collection[Place]:
        """Return every partition of the topics."""
        return [place for place in self._log.records if place[0] in self._topics]

    def lag(self) -> Mapping[str, int]:
        """Return how many messages of each topic are not committed."""
        lags = dict.fromkeys(self._topics, 0)
        for place in self.assigned():
            done = self._log.offsets.get((self._group, place), 0)
            lags[place[0]] += len(self._log.records[place]) - done
        return lags

    async def stuck(self) -> bool:
        """Return False: memory does not get stuck."""
        return False


@dataclass
class MemoryUnit:
    """One transaction of a memory store: nothing of it shows before the commit."""

    store: "MemoryStore"
    effects: list[tuple[UUID, int]] = field(default_factory=list)
    rows: list[OutboxRow] = field(default_factory=list)
    claims: set[tuple[str, UUID]] = field(default_factory=set)
    letters: dict[UUID, tuple[str, str, Letter]] = field(default_factory=dict)

    def publish(self, message: OutboxMessage) -> None:
        """Announce a fact; its position is taken now, whenever the commit comes."""
        self.rows.append(OutboxRow(next(self.store.positions), message))

    async def apply(self, key: UUID, n: int) -> None:
        """Have an effect."""
        self.effects.append((key, n))

    def commit(self) -> None:
        """Let everything show at once."""
        self.store.effects += self.effects
        self.store.outbox.update({row.position: row for row in self.rows})
        self.store.inbox |= self.claims
        self.store.letters.update(self.letters)


class MemoryBatch:
    """A consumer's transaction on a memory store."""

    def __init__(self, store: "MemoryStore") -> None:
        self.uow = MemoryUnit(store)
        self.traceparent: str | None = None

    def follow(self, traceparent: str | None) -> None:
        """Remember the trace."""
        self.traceparent = traceparent

    async def claim(
        self, group: str, topic: str, ids: Sequence[UUID], keys: Sequence[UUID]
    ) -> Claim:
        """Claim what the inbox does not hold."""
        store = self.uow.store
        fresh = {each for each in ids if (group, each) not in store.inbox}
        self.uow.claims |= {(group, each) for each in fresh}
        blocked = {
            letter.key
            for owner, state, letter in store.letters.values()
            if owner == group and letter.record.topic == topic and state in store.OPEN
        }
        return Claim(fresh, blocked.intersection(keys))

    async def bury(self, group: str, letters: Sequence[Letter]) -> None:
        """Keep letters."""
        self.uow.letters.update({each.id: (group, each.state, each) for each in letters})

    async def reopen(self, letter: Letter) -> bool:
        """Say whether a letter still waits."""
        return self.uow.store.letters[letter.id][1] in ("replay", PARKED)

    async def settle(self, letter: Letter) -> None:
        """Close a letter with this transaction."""
        group, _, kept = self.uow.store.letters[letter.id]
        self.uow.letters[letter.id] = group, "replayed", kept


class MemoryStore:
    """One service's outbox, inbox, dead letters and effects in memory."""

    OPEN = ("failed", "replay", PARKED)

    def __init__(self) -> None:
        self.positions = count(1)
        self.outbox: dict[int, OutboxRow] = {}
        self.published: set[int] = set()
        self.inbox: set[tuple[str, UUID]] = set()
        self.letters: dict[UUID, tuple[str, str, Letter]] = {}
        self.effects: list[tuple[UUID, int]] = []
        self.led = False

    @asynccontextmanager
    async def lead(self) -> AsyncIterator["MemoryStore | None"]:
        """Lend the outbox to one relay at a time."""
        if self.led:
            await asyncio.sleep(0.01)
            yield None
            return
        self.led = True
        try:
            yield self
        finally:
            self.led = False

    async def close(self) -> None:
        """Nothing to give back: the lead ends with its context."""

    async def pending(self, limit: int, stopped: Collection[UUID]) -> Sequence[OutboxRow]:
        """Return unpublished rows by position."""
        rows = (self.outbox[position] for position in sorted(self.outbox))
        waiting = [
            row
            for row in rows
            if row.position not in self.published and row.message.key not in stopped
        ]
        return waiting[:limit]

    async def mark(self, positions: Sequence[int], now: datetime) -> None:
        """Remember what was published."""
        self.published |= set(positions)

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[MemoryBatch]:
        """Open a transaction that commits at the end of the context."""
        batch = MemoryBatch(self)
        yield batch
        batch.uow.commit()

    async def replayable(self, group: str, places: Collection[Place]) -> Sequence[Letter]:
        """Return letters with no failed one of their key before them."""
        mine = [each for each in self.letters.values() if each[0] == group]
        failed = {
            (letter.key, letter.record.offset) for _, state, letter in mine if state == "failed"
        }
        waiting = [
            letter
            for _, state, letter in mine
            if state in ("replay", PARKED)
            and (letter.record.topic, letter.record.partition) in places
            and not any(key == letter.key and at < letter.record.offset for key, at in failed)
        ]
        return sorted(waiting, key=lambda letter: letter.record.offset)

    async def fail(self, letter: Letter, reason: str) -> None:
        """Record that a replay failed."""
        group, _, kept = self.letters[letter.id]
        self.letters[letter.id] = group, "failed", replace(kept, reason=reason)

    async def open_letters(self, group: str) -> dict[str, int]:
        """Count a group's unsettled letters by topic."""
        counts: dict[str, int] = {}
        for owner, state, letter in self.letters.values():
            if owner == group and state in self.OPEN:
                counts[letter.record.topic] = counts.get(letter.record.topic, 0) + 1
        return counts

    def ask_for_replay(self) -> None:
        """Do what an operator does with every failed letter."""
        for each, (group, state, letter) in self.letters.items():
            if state == "failed":
                self.letters[each] = group, "replay", letter
