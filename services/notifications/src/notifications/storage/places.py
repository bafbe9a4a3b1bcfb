"""The replica of areas and offices, fed by their owner's events."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.database import driver_of
from notifications.domain.directory import Area, Directory, Office

_UPSERT_AREAS = """
insert into areas as known (code, area_id, level, parent_code, name_zh, name_en, version)
select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::int[])
on conflict (code) do update set area_id = excluded.area_id, level = excluded.level,
    parent_code = excluded.parent_code, name_zh = excluded.name_zh, name_en = excluded.name_en,
    version = excluded.version
where known.version < excluded.version
returning code"""

# `grids` travels as one text: arrays of arrays must not have different lengths.
_INSERT_OFFICES = """
insert into offices (office_id, version, kind, name_zh, name_en, lead_parent, guide_parent, grids,
    valid_from)
select office_id, version, kind, name_zh, name_en, lead_parent, guide_parent,
    string_to_array(grids, ','), valid_from
from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[],
    $8::text[], $9::date[]) as stated (office_id, version, kind, name_zh, name_en, lead_parent,
    guide_parent, grids, valid_from)
on conflict do nothing returning office_id"""

_KNOWN = "select distinct office_id from offices where office_id = any ($1::uuid[])"
_CHANGED = "update knowledge set version = version + 1 where name = 'places'"


class Places:
    """Takes in what population says of places and offices."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def apply_areas(self, stated: Iterable[Area]) -> None:
        """Keep the newest version of each area."""
        newest: dict[str, Area] = {}
        for area in stated:
            if area.code not in newest or newest[area.code].version < area.version:
                newest[area.code] = area
        # Sorted, so that two transactions lock the same rows in the same order.
        rows = [newest[code] for code in sorted(newest)]
        driver = await driver_of(self._connection)
        changed = await driver.fetch(
            _UPSERT_AREAS,
            [area.code for area in rows],
            [area.area_id for area in rows],
            [area.level for area in rows],
            [area.parent_code for area in rows],
            [area.name_zh for area in rows],
            [area.name_en for area in rows],
            [area.version for area in rows],
        )
        if changed:
            await driver.execute(_CHANGED)

    async def apply_offices(self, stated: Iterable[Office]) -> list[UUID]:
        """Keep every version of each office; return the offices not heard of before."""
        distinct = {(office.office_id, office.version): office for office in stated}
        rows = [distinct[key] for key in sorted(distinct)]
        driver = await driver_of(self._connection)
        wanted = sorted({office.office_id for office in rows})
        known = {row[0] for row in await driver.fetch(_KNOWN, wanted)}
        changed = await driver.fetch(
            _INSERT_OFFICES,
            [office.office_id for office in rows],
            [office.version for office in rows],
            [office.kind for office in rows],
            [office.name_zh for office in rows],
            [office.name_en for office in rows],
            [office.lead_parent for office in rows],
            [office.guide_parent for office in rows],
            [",".join(office.grids) for office in rows],
            [office.valid_from for office in rows],
        )
        if changed:
            await driver.execute(_CHANGED)
        return [office_id for office_id in wanted if office_id not in known]

    async def directory(self) -> Directory:
        """Return the replica, indexed."""
        driver = await driver_of(self._connection)
        areas = await driver.fetch(
            "select area_id, code, level, parent_code, name_zh, name_en, version from areas"
        )
        offices = await driver.fetch(
            "select office_id, kind, name_zh, name_en, lead_parent, guide_parent, grids,"
            " valid_from, version from offices"
        )
        return Directory(
            (Area(**row) for row in areas),
            (Office(**{**row, "grids": tuple(row["grids"])}) for row in offices),
        )
