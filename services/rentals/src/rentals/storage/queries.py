"""Reads for people: lists and single files, each with the filter of what the caller may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound
from lianfang_common.principal import AreaRange
from lianfang_common.unit import Unit
from rentals.domain.rights import SEEING_PERSONS
from rentals.storage.sight import Sight
from rentals.storage.values import Values

Row = Mapping[str, Any]

# A person's id is read for the roles alone that see persons; that there is one, for all.
_LANDLORD = """{landlord_seen} as let_by_person, x.let_by_person is not null as let_by_a_person,
    o.name as organisation_name, o.credit_code"""
_PREMISES = f"""
select x.premises_id, x.grid, x.kind, x.rooms, x.label, x.version, x.filed_at, {_LANDLORD}
from premises x left join organisation o on o.organisation_id = x.let_by_organisation"""  # noqa: S608
_TENANCIES = f"""
select x.tenancy_id, x.premises_id, x.grid, x.room, x.first_day, x.last_day, x.tenants,
    x.registered_by, x.registered_at, x.ended_at, x.version, {_LANDLORD},
    {{tenants_seen}} as persons
from tenancy x left join organisation o on o.organisation_id = x.let_by_organisation"""  # noqa: S608
_PERSONS_SEEN = {
    "landlord_seen": "x.let_by_person",
    "tenants_seen": "(select array_agg(n.person_id) from tenant n"
    " where n.tenancy_id = x.tenancy_id)",
}
_PERSONS_UNSEEN = {"landlord_seen": "null::uuid", "tenants_seen": "null::uuid[]"}
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
        sees_persons = unit.principal.role in SEEING_PERSONS
        self._persons = _PERSONS_SEEN if sees_persons else _PERSONS_UNSEEN

    async def list_premises(
        self, *, area_code: str | None, after: UUID | None, limit: int
    ) -> Sequence[Row]:
        """Return premises, newest first.

        Args:
            area_code: only below this code, or None for all in sight.
            after: id of the last one of the page before.
            limit: how many at most.
        """
        values = Values()
        conditions = self._in_sight(values, area_code)
        if after is not None:
            conditions.append(f"x.premises_id < {values.add(after)}")
        ending = f"order by x.premises_id desc limit {values.add(limit)}"
        return await self._rows(_PREMISES, values, conditions, ending)

    async def one_premises(self, premises_id: UUID) -> Row:
        """Return one premises.

        Raises:
            NotFound: absent or out of sight.
        """
        values = Values()
        conditions = [*self._in_sight(values), f"x.premises_id = {values.add(premises_id)}"]
        return _the_one(await self._rows(_PREMISES, values, conditions))

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
        values = Values()
        conditions = self._in_sight(values, area_code)
        if premises_id is not None:
            conditions.append(f"x.premises_id = {values.add(premises_id)}")
        if on is not None:
            day = values.add(on)
            conditions.append(f"x.first_day <= {day}")
            conditions.append(f"(x.last_day is null or x.last_day >= {day})")
        if after is not None:
            conditions.append(f"x.tenancy_id < {values.add(after)}")
        ending = f"order by x.tenancy_id desc limit {values.add(limit)}"
        return await self._rows(_TENANCIES, values, conditions, ending)

    async def one_tenancy(self, tenancy_id: UUID) -> Row:
        """Return one tenancy.

        Raises:
            NotFound: absent or out of sight.
        """
        values = Values()
        conditions = [*self._in_sight(values), f"x.tenancy_id = {values.add(tenancy_id)}"]
        return _the_one(await self._rows(_TENANCIES, values, conditions))

    def _in_sight(self, values: Values, area_code: str | None = None) -> list[str]:
        """Return the conditions of every query: in sight, and below an area if one is named.

        Ranges are compared, never LIKE: it would lose its index under a policy.
        """
        conditions = [self._sight.condition(values, "x.grid", "x.premises_id")]
        if area_code is not None:
            below = AreaRange.of_prefix(area_code)
            conditions.append(f"x.grid >= {values.add(below.first)}")
            conditions.append(f"x.grid < {values.add(below.end)}")
        return conditions

    async def _rows(
        self, asked: str, values: Values, conditions: Sequence[str], ending: str = ""
    ) -> Sequence[Row]:
        driver = await driver_of(self._unit.connection)
        text = f"{asked.format(**self._persons)} where {' and '.join(conditions)} {ending}"
        return cast(Sequence[Row], await driver.fetch(text, *values))


def _the_one(rows: Sequence[Row]) -> Row:
    if not rows:
        raise NotFound()
    return rows[0]
