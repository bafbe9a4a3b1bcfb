"""Claims, effects and dead letters of one batch, in one transaction of the consuming service."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import orjson

from lianfang_common.database import driver_of
from lianfang_common.envelope import Record
from lianfang_common.ids import new_id
from lianfang_common.unit import OutboxMessage, Unit
from lianfang_common.units import Units

U = TypeVar("U")
U_co = TypeVar("U_co", covariant=True)
Place = tuple[str, int]
"""A topic and one of its partitions."""
PARKED = "parked"
"""Reason code, and state, of a message that only waits behind a failed one of its key."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was not handled, where it came from, and why.

    `reason` is a code; the message itself is kept for a replay and shown to nobody.
    """

    id: UUID
    key: UUID
    ce_id: UUID
    type: str | None
    reason: str
    record: Record

    @property
    def state(self) -> str:
        """`parked` behind a failed message of the same key, or `failed`."""
        return PARKED if self.reason == PARKED else "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """What of a batch is new, and which keys have an open dead letter."""

    fresh: Collection[UUID]
    blocked: Collection[UUID]


class Batch(Protocol[U_co]):
    """One open transaction of a consumer."""

    @property
    def uow(self) -> U_co:
        """The service's unit of work."""

    def follow(self, traceparent: str | None) -> None:
        """Publish from now on under this trace."""

    async def claim(
        self, group: str, topic: str, ids: Sequence[UUID], keys: Sequence[UUID]
    ) -> Claim:
        """Claim messages for a group; what another transaction claimed is not fresh."""

    async def bury(self, group: str, letters: Sequence[Letter]) -> None:
        """Write dead letters, and announce the failed ones on their dead-letter topics."""

    async def reopen(self, letter: Letter) -> bool:
        """Lock a letter for its replay; False where it is no longer waiting for one."""

    async def settle(self, letter: Letter) -> None:
        """Record that a letter's message has had its effect, and forget the message."""


class BatchStore(Protocol[U_co]):
    """Where a consumer's effects go."""

    def batch(self) -> AbstractAsyncContextManager[Batch[U_co]]:
        """Open a transaction that commits at the end of the context."""

    async def replayable(self, group: str, places: Collection[Place]) -> Sequence[Letter]:
        """Return letters of these places that may be handled now, in the order of each key."""

    async def fail(self, letter: Letter, reason: str) -> None:
        """Record that a replay failed."""

    async def open_letters(self, group: str) -> dict[str, int]:
        """Count a group's unsettled letters by topic."""


_CLAIM = """
with claimed as (
    insert into inbox (consumer_group, ce_id, restricted) select $1, unnest($2::uuid[]), $5
    on conflict do nothing returning ce_id
)
select ce_id, null::uuid from claimed
union all
select distinct null::uuid, key from dead_letter
where consumer_group = $1 and topic = $3 and key = any($4::uuid[]) and closed_at is null"""

_BLOCKED = """
select distinct key from dead_letter
where consumer_group = $1 and topic = $2 and key = any($3::uuid[]) and closed_at is null"""

_BURY = """
insert into dead_letter (id, consumer_group, topic, partition, log_offset, key, ce_id, type, state,
    reason, attempts, message, parked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12)"""

# A letter waits for its replay while no failed one of its key stands before it.
_REPLAYABLE = """
select id, key, ce_id, type, reason, topic, partition, log_offset, message, parked_at
from dead_letter d
where consumer_group = $1 and closed_at is null and state <> 'failed'
and (topic, partition) in (select * from unnest($2::text[], $3::int[])) and not exists (
    select from dead_letter f where f.consumer_group = d.consumer_group and f.topic = d.topic
    and f.key = d.key and f.closed_at is null and f.state = 'failed'
    and f.log_offset < d.log_offset)
order by topic, partition, log_offset limit 200"""

_REOPEN = """
select 1 from dead_letter where id = $1 and closed_at is null and state <> 'failed' for update"""

_SETTLE = "update dead_letter set state = 'replayed', closed_at = $2, message = null where id = $1"

_FAIL = """
update dead_letter set state = 'failed', reason = $2, attempts = attempts + 1
where id = $1 and closed_at is null"""

_OPEN = """
select topic, count(*) from dead_letter where consumer_group = $1 and closed_at is null
group by topic"""


class PostgresBatch(Generic[U]):
    """One transaction: claims, effects, outbox and dead letters together."""

    def __init__(
        self, unit: Unit, uow: U, driver: Any, service: str, restricted: Collection[str]
    ) -> None:
        self._unit = unit
        self.uow = uow
        self._driver = driver
        self._service = service
        self._restricted = restricted

    def follow(self, traceparent: str | None) -> None:
        """Publish from now on under this trace."""
        self._unit.traceparent = traceparent

    async def claim(
        self, group: str, topic: str, ids: Sequence[UUID], keys: Sequence[UUID]
    ) -> Claim:
        """Claim messages in one statement.

        Where less was claimed than asked, somebody else holds or held the messages; what he parked
        meanwhile is not in this statement's snapshot, so it is looked up again.
        """
        restricted = topic in self._restricted
        rows = await self._driver.fetch(_CLAIM, group, ids, topic, keys, restricted)
        fresh = {row[0] for row in rows if row[0] is not None}
        blocked = {row[1] for row in rows if row[1] is not None}
        if len(fresh) < len(set(ids)):
            blocked |= {row[0] for row in await self._driver.fetch(_BLOCKED, group, topic, keys)}
        return Claim(fresh, blocked)

    async def bury(self, group: str, letters: Sequence[Letter]) -> None:
        """Write dead letters, and announce the failed ones on their dead-letter topics."""
        for letter in letters:
            record, now = letter.record, self._unit.now
            where = (record.topic, record.partition, record.offset)
            who = (letter.key, letter.ce_id, letter.type, letter.state, letter.reason)
            await self._driver.execute(_BURY, letter.id, group, *where, *who, _pack(record), now)
            if letter.state != PARKED:
                self._unit.messages.append(self._announcement(group, letter))

    async def reopen(self, letter: Letter) -> bool:
        """Lock a letter for its replay; False where it is no longer waiting for one."""
        return await self._driver.fetchval(_REOPEN, letter.id) is not None

    async def settle(self, letter: Letter) -> None:
        """Record that a letter's message has had its effect, and forget the message."""
        await self._driver.execute(_SETTLE, letter.id, self._unit.now)

    def _announcement(self, group: str, letter: Letter) -> OutboxMessage:
        record = letter.record
        return OutboxMessage(
            message_id=new_id(),
            topic=f"{self._service}.{record.topic}.dlq",
            key=letter.key,
            type=f"{self._service}.dead-letter.parked.v1",
            aggregate_version=1,
            account=None,
            occurred_at=self._unit.now,
            traceparent=None,
            body=orjson.dumps(
                {
                    "dead_letter_id": letter.id,
                    "group": group,
                    "topic": record.topic,
                    "partition": record.partition,
                    "offset": record.offset,
                    "type": letter.type,
                    "reason": letter.reason,
                }
            ),
        )


class PostgresBatchStore(Generic[U]):
    """A consumer's effects in the service's database, under its system role.

    Args:
        units: opens the service's units of work.
        service: prefix of the dead-letter topics.
        restricted: topics whose claims are forgotten after a week.
    """

    def __init__(self, units: Units[U], service: str, restricted: Collection[str] = ()) -> None:
        self._units = units
        self._service = service
        self._restricted = frozenset(restricted)

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[PostgresBatch[U]]:
        """Open a transaction that commits at the end of the context."""
        async with self._units.open() as (unit, uow):
            driver = await driver_of(unit.connection)
            yield PostgresBatch(unit, uow, driver, self._service, self._restricted)

    async def replayable(self, group: str, places: Collection[Place]) -> Sequence[Letter]:
        """Return letters of these places that may be handled now, in the order of each key."""
        topics, partitions = [place[0] for place in places], [place[1] for place in places]
        async with self._units.database.transaction() as connection:
            driver = await driver_of(connection)
            rows = await driver.fetch(_REPLAYABLE, group, topics, partitions)
        return [
            Letter(r[0], r[1], r[2], r[3], r[4], _unpack(r[8], r[5], r[6], r[7], r[9]))
            for r in rows
        ]

    async def fail(self, letter: Letter, reason: str) -> None:
        """Record that a replay failed."""
        async with self._units.database.transaction() as connection:
            await (await driver_of(connection)).execute(_FAIL, letter.id, reason)

    async def open_letters(self, group: str) -> dict[str, int]:
        """Count a group's unsettled letters by topic."""
        async with self._units.database.transaction() as connection:
            rows = await (await driver_of(connection)).fetch(_OPEN, group)
        return {row[0]: row[1] for row in rows}


def _pack(record: Record) -> bytes:
    headers = [[name, b64encode(value).decode()] for name, value in record.headers]
    key, value = (
        None if part is None else b64encode(part).decode() for part in (record.key, record.value)
    )
    return orjson.dumps({"key": key, "value": value, "headers": headers})


def _unpack(packed: bytes, topic: str, partition: int, offset: int, time: datetime) -> Record:
    kept = orjson.loads(packed)
    key, value = (
        None if kept[name] is None else b64decode(kept[name]) for name in ("key", "value")
    )
    headers = [(name, b64decode(text)) for name, text in kept["headers"]]
    return Record(topic, partition, offset, key, value, headers, time)
