"""Reads for people: lists and single files, each with the filter of what the caller may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, func, null, or_, select

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound
from lianfang_common.principal import AreaRange
from lianfang_common.unit import Unit
from rentals.domain.rights import SEEING_PERSONS
from rentals.storage.sight import Sight
from rentals.storage.tables import organisation, premises, tenancy, tenant

Row = Mapping[str, Any]

_ROOM = """
select o.office_id, o.name_zh, o.name_en from office o
where o.kind = 'room' and o.grids @> array[$1::text collate "C"] limit 1"""
_NAMES = """
select g.grid, array_agg(a.name_zh order by length(a.code)) as zh,
    array_agg(a.name_en order by length(a.code)) as en
from unnest($1::text[]) as g (grid)
join area a on a.code in (left(g.grid, 6), left(g.grid, 9), left(g.grid, 12), g.grid)
group by g.grid"""


@dataclass(frozen=True, slots=True)
class AreaNames:
    """Where a grid is: names from county to grid, as far as they are known."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def said(self, language: str) -> str:
        """Return the names as an address; in Chinese a place says by itself what it lies in."""
        if language == "en":
            return ", ".join(reversed(self.en))
        pairs = pairwise((*self.zh, ""))
        return "".join(name for name, finer in pairs if not finer.startswith(name))


class Queries:
    """Reads within one unit of work, for its caller.

    Args:
        unit: the open unit of work.
    """

    def __init__(self, unit: Unit) -> None:
        if unit.principal is None:
            raise NotFound()
        self._unit = unit
        self._sight = Sight.of(unit.principal)
        self._sees_persons = unit.principal.role in SEEING_PERSONS

    async def list_premises(
        self, *, area_code: str | None, after: UUID | None, limit: int
    ) -> Sequence[Row]:
        """Return premises, newest first.

        Args:
            area_code: only below this code, or None for all in sight.
            after: id of the last one of the page before.
            limit: how many at most.
        """
        query = self._premises().order_by(premises.c.premises_id.desc()).limit(limit)
        if area_code is not None:
            query = query.where(_below(area_code, premises.c.grid))
        if after is not None:
            query = query.where(premises.c.premises_id < after)
        return await self._rows(query)

    async def one_premises(self, premises_id: UUID) -> Row:
        """Return one premises.

        Raises:
            NotFound: absent or out of sight.
        """
        query = self._premises().where(premises.c.premises_id == premises_id)
        rows = await self._rows(query)
        if not rows:
            raise NotFound()
        return rows[0]

    async def areas_of(self, grids: Collection[str]) -> dict[str, AreaNames]:
        """Return where each of some grids is."""
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(_NAMES, sorted(set(grids)))
        known = {row["grid"]: AreaNames(tuple(row["zh"]), tuple(row["en"])) for row in rows}
        return {grid: known.get(grid, AreaNames()) for grid in grids}

    async def room_of(self, grid: str) -> Row | None:
        """Return the community office of a grid: `office_id`, `name_zh`, `name_en`; or None."""
        driver = await driver_of(self._unit.connection)
        return cast("Row | None", await driver.fetchrow(_ROOM, grid))

    async def list_tenancies(
        self,
        *,
        premises_id: UUID | None,
        area_code: str | None,
        on: date | None,
        after: UUID | None,
        limit: int,
    ) -> Sequence[Row]:
        """Return tenancies, newest first.

        Args:
            premises_id: only of these premises, or None.
            area_code: only below this code, or None.
            on: only those that run on this day, or None.
            after: id of the last one of the page before.
            limit: how many at most.
        """
        query = self._tenancies().order_by(tenancy.c.tenancy_id.desc()).limit(limit)
        if premises_id is not None:
            query = query.where(tenancy.c.premises_id == premises_id)
        if area_code is not None:
            query = query.where(_below(area_code, tenancy.c.grid))
        if on is not None:
            query = query.where(
                tenancy.c.first_day <= on,
                or_(tenancy.c.last_day.is_(None), tenancy.c.last_day >= on),
            )
        if after is not None:
            query = query.where(tenancy.c.tenancy_id < after)
        return await self._rows(query)

    async def one_tenancy(self, tenancy_id: UUID) -> Row:
        """Return one tenancy.

        Raises:
            NotFound: absent or out of sight.
        """
        query = self._tenancies().where(tenancy.c.tenancy_id == tenancy_id)
        rows = await self._rows(query)
        if not rows:
            raise NotFound()
        return rows[0]

    async def _rows(self, query: Select[Any]) -> Sequence[Row]:
        found = (await self._unit.connection.execute(query)).mappings().all()
        return cast(Sequence[Row], found)

    def _premises(self) -> Select[Any]:
        return (
            select(
                premises.c.premises_id,
                premises.c.grid,
                premises.c.kind,
                premises.c.rooms,
                premises.c.label,
                premises.c.version,
                premises.c.filed_at,
                self._person(premises.c.let_by_person),
                premises.c.let_by_person.is_not(None).label("let_by_a_person"),
                organisation.c.name.label("organisation_name"),
                organisation.c.credit_code,
            )
            .outerjoin(organisation, _lets(premises.c.let_by_organisation))
            .where(self._sight.filter(premises.c.grid, premises.c.premises_id))
        )

    def _tenancies(self) -> Select[Any]:
        persons = (
            select(func.array_agg(tenant.c.person_id, type_=ARRAY(Uuid)))
            .where(tenant.c.tenancy_id == tenancy.c.tenancy_id)
            .scalar_subquery()
        )
        return (
            select(
                tenancy.c.tenancy_id,
                tenancy.c.premises_id,
                tenancy.c.grid,
                tenancy.c.room,
                tenancy.c.first_day,
                tenancy.c.last_day,
                tenancy.c.tenants,
                tenancy.c.registered_by,
                tenancy.c.registered_at,
                tenancy.c.ended_at,
                tenancy.c.version,
                self._person(tenancy.c.let_by_person),
                tenancy.c.let_by_person.is_not(None).label("let_by_a_person"),
                organisation.c.name.label("organisation_name"),
                organisation.c.credit_code,
                (persons if self._sees_persons else null()).label("persons"),
            )
            .outerjoin(organisation, _lets(tenancy.c.let_by_organisation))
            .where(self._sight.filter(tenancy.c.grid, tenancy.c.premises_id))
        )

    def _person(self, person: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column of person ids, or of nulls where the caller's role sees none."""
        return (person if self._sees_persons else null()).label("let_by_person")


def _lets(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return organisation.c.organisation_id == column


def _below(area_code: str, grid: ColumnElement[str]) -> ColumnElement[bool]:
    """Compare ranges, never LIKE: it would lose its index under a policy."""
    below = AreaRange.of_prefix(area_code)
    return and_(grid >= below.first, grid < below.end)
