"""Reads of what is public in the district: areas and offices."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select, tuple_

from lianfang_common.principal import AreaRange
from lianfang_common.unit import Unit
from population.storage.tables import areas, office_grids, offices


class Queries:
    """Lists of areas and offices."""

    def __init__(self, unit: Unit) -> None:
        self._connection = unit.connection

    async def areas(self, prefix: str | None, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return areas below a code, in the order of their codes, after one of them."""
        query = select(areas).order_by(areas.c.code).limit(limit)
        if prefix:
            below = AreaRange.of_prefix(prefix)
            query = query.where(and_(areas.c.code >= below.first, areas.c.code < below.end))
        if after:
            query = query.where(areas.c.code > after)
        return (await self._connection.execute(query)).all()

    async def offices(
        self, kind: str | None, after: tuple[str, UUID] | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Return offices with the grids that they work for now, by kind and id."""
        grids = (
            select(func.array_agg(office_grids.c.grid))
            .where(office_grids.c.office_id == offices.c.office_id)
            .where(office_grids.c.valid_to.is_(None))
            .scalar_subquery()
        )
        query = (
            select(offices, grids.label("grids"))
            .order_by(offices.c.kind, offices.c.office_id)
            .limit(limit)
        )
        if kind:
            query = query.where(offices.c.kind == kind)
        if after:
            query = query.where(tuple_(offices.c.kind, offices.c.office_id) > tuple_(*after))
        return (await self._connection.execute(query)).all()
