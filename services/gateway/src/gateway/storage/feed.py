"""Feed rows: what each desk was told, numbered per desk without gaps.

A desk's counter is raised under its own row lock in the transaction that stores the rows, so the
order of numbers is the order of commits, and a number tells nothing of other desks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.tables import feed
from lianfang_common.database import driver_of


class Desk(NamedTuple):
    """An office and a role."""

    office: UUID
    role: str


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What is to be told to a desk; `body` is a JSON object."""

    desk: Desk
    ce_id: UUID
    kind: str
    notice_id: UUID
    body: str


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One line of a desk's feed; `body` is a JSON object."""

    number: int
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class FeedState:
    """Where a desk's feed stands: the newest number, and the first one that is still kept."""

    newest: int
    first_kept: int

    def lost_after(self, number: int) -> bool:
        """Say whether lines after `number` are gone, or never were."""
        return number > self.newest or number + 1 < self.first_kept


_APPEND = """
with wanted as (
    select w.* from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::jsonb[])
        with ordinality as w (office, role, ce_id, kind, notice_id, body, nth)
    where not exists (select from feed f
        where f.ce_id = w.ce_id and f.office = w.office and f.role = w.role)
), desks as (
    select office, role, count(*) as lines from wanted group by office, role
), raised as (
    -- Sorted, so that two transactions lock the same counters in the same order.
    insert into desk_counter as c (office, role, number)
    select office, role, lines from desks order by office, role
    on conflict (office, role) do update set number = c.number + excluded.number
    returning office, role, number
)
insert into feed (office, role, number, ce_id, kind, notice_id, body, stored_at)
select w.office, w.role,
    r.number - d.lines + row_number() over (partition by w.office, w.role order by w.nth),
    w.ce_id, w.kind, w.notice_id, w.body, $7
from wanted w join desks d using (office, role) join raised r using (office, role)"""

_STATE = """
select coalesce((select number from desk_counter where office = $1 and role = $2), 0),
    (select min(number) from feed where office = $1 and role = $2)"""

_AFTER = """
select number, kind, body::text from feed
where office = $1 and role = $2 and number > $3 order by number limit $4"""


class Feed:
    """The feed in one open transaction.

    Args:
        connection: reads under the caller's scope, or writes as the system role.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, items: Sequence[FeedItem], now: datetime) -> None:
        """Store lines in order; one that a desk was told before is left out."""
        if not items:
            return
        driver = await driver_of(self._connection)
        await driver.execute(
            _APPEND,
            [item.desk.office for item in items],
            [item.desk.role for item in items],
            [item.ce_id for item in items],
            [item.kind for item in items],
            [item.notice_id for item in items],
            [item.body for item in items],
            now,
        )

    async def desks_told_of(self, notices: Iterable[UUID]) -> dict[UUID, Desk]:
        """Return the desk of each notice that was raised and is still kept."""
        found = await self._connection.execute(
            select(feed.c.notice_id, feed.c.office, feed.c.role).where(
                feed.c.notice_id.in_(list(notices)), feed.c.kind == "raised"
            )
        )
        return {notice: Desk(office, role) for notice, office, role in found}

    async def state(self, desk: Desk) -> FeedState:
        """Return where the desk's feed stands."""
        driver = await driver_of(self._connection)
        newest, first = await driver.fetchrow(_STATE, desk.office, desk.role)
        return FeedState(newest, newest + 1 if first is None else first)

    async def after(self, desk: Desk, number: int, limit: int) -> list[FeedRow]:
        """Return the desk's lines after a number, in order."""
        driver = await driver_of(self._connection)
        rows = await driver.fetch(_AFTER, desk.office, desk.role, number, limit)
        return [FeedRow(*row) for row in rows]
