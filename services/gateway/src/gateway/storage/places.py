"""Replicas of areas and offices, fed by their owner's events."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.tables import area, office


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One version of an area."""

    code: str
    level: str
    name_zh: str
    name_en: str
    version: int


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One version of an office and its grids."""

    id: UUID
    kind: str
    name_zh: str
    name_en: str
    grids: list[str]
    version: int


class Places:
    """Answers which grids an office has, and takes in what the owner says.

    Args:
        connection: an open transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def grids_of(self, office_id: UUID) -> list[str]:
        """Return the grids of an office, none for an unknown one."""
        found = await self._connection.execute(
            select(office.c.grids).where(office.c.id == office_id)
        )
        return list(found.scalar_one_or_none() or [])

    async def counties(self) -> list[str]:
        """Return the codes of all counties of the network."""
        found = await self._connection.execute(select(area.c.code).where(area.c.level == "county"))
        return list(found.scalars())

    async def apply_areas(self, stated: Iterable[AreaRow]) -> None:
        """Keep the newest version of each area."""
        newest: dict[str, AreaRow] = {}
        for row in stated:
            if row.code not in newest or newest[row.code].version < row.version:
                newest[row.code] = row
        columns = ("level", "name_zh", "name_en", "version")
        # Sorted, so that two transactions lock the same rows in the same order.
        added = insert(area).values(
            [
                {"code": code, **{name: getattr(row, name) for name in columns}}
                for code, row in sorted(newest.items())
            ]
        )
        await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=[area.c.code],
                set_={name: added.excluded[name] for name in columns},
                where=area.c.version < added.excluded.version,
            )
        )

    async def apply_offices(self, stated: Iterable[OfficeRow]) -> None:
        """Keep the newest version of each office."""
        newest: dict[UUID, OfficeRow] = {}
        for row in stated:
            if row.id not in newest or newest[row.id].version < row.version:
                newest[row.id] = row
        columns = ("kind", "name_zh", "name_en", "grids", "version")
        added = insert(office).values(
            [
                {"id": key, **{name: getattr(row, name) for name in columns}}
                for key, row in sorted(newest.items())
            ]
        )
        await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=[office.c.id],
                set_={name: added.excluded[name] for name in columns},
                where=office.c.version < added.excluded.version,
            )
        )
