"""Replicas of areas and premises, fed by their owners' events."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.storage.scope import in_areas
from incidents.storage.tables import areas, premises
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit


class Places:
    """Answers where something is, and takes in what the owners say.

    Args:
        unit: the open transaction.
        grids: found before, by any unit of the process; what was defined once stays.
    """

    def __init__(self, unit: Unit, grids: set[str]) -> None:
        self._connection: AsyncConnection = unit.connection
        self._principal: Principal | None = unit.principal
        self._grids = grids

    async def grid_of(self, premises_id: UUID) -> str | None:
        """Return the grid of a premises in the caller's areas, or None."""
        found = await self._connection.execute(
            select(premises.c.grid).where(
                premises.c.id == premises_id, in_areas(self._principal, premises)
            )
        )
        return found.scalar_one_or_none()

    async def has_grid(self, code: str) -> bool:
        """Say whether a grid of this code was defined."""
        if code in self._grids:
            return True
        found = await self._connection.execute(
            select(areas.c.code).where(areas.c.code == code, areas.c.level == "grid")
        )
        if found.first() is None:
            return False
        self._grids.add(code)
        return True

    async def apply_areas(self, stated: Iterable[tuple[str, str, int]]) -> None:
        """Keep the newest (code, level, version) of each area."""
        newest: dict[str, tuple[str, str, int]] = {}
        for code, level, version in stated:
            if code not in newest or newest[code][2] < version:
                newest[code] = (code, level, version)
        # Sorted, so that two transactions lock the same rows in the same order.
        added = insert(areas).values(
            [{"code": c, "level": lev, "version": v} for c, lev, v in sorted(newest.values())]
        )
        await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=[areas.c.code],
                set_={"level": added.excluded.level, "version": added.excluded.version},
                where=areas.c.version < added.excluded.version,
            )
        )

    async def apply_premises(self, stated: Iterable[tuple[UUID, str, int]]) -> None:
        """Keep the newest version of each premises (id, grid, version); its grid never changes."""
        newest: dict[UUID, tuple[UUID, str, int]] = {}
        for premises_id, grid, version in stated:
            if premises_id not in newest or newest[premises_id][2] < version:
                newest[premises_id] = (premises_id, grid, version)
        added = insert(premises).values(
            [{"id": i, "grid": g, "version": v} for i, g, v in sorted(newest.values())]
        )
        await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=[premises.c.id],
                set_={"version": added.excluded.version},
                where=premises.c.version < added.excluded.version,
            )
        )
