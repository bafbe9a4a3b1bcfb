"""The replica of population's areas and offices, kept by its events."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.database import driver_of

_STATE_AREA = """
insert into area (area_id, code, level, parent_code, name_zh, name_en, version)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (area_id) do update set code = excluded.code, level = excluded.level,
    parent_code = excluded.parent_code, name_zh = excluded.name_zh, name_en = excluded.name_en,
    version = excluded.version
where area.version < excluded.version"""

_STATE_OFFICE = """
insert into office (office_id, kind, name_zh, name_en, grids, valid_from, version)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (office_id) do update set kind = excluded.kind, name_zh = excluded.name_zh,
    name_en = excluded.name_en, grids = excluded.grids, valid_from = excluded.valid_from,
    version = excluded.version
where office.version < excluded.version"""

_UNKNOWN = """
select code from unnest($1::text[]) as asked (code)
where not exists (select 1 from area where area.code = asked.code and area.level = 'grid')"""


class Places:
    """Knows the area tree and the offices, as far as population's events have arrived.

    Args:
        connection: the open transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def state_area(
        self,
        area_id: UUID,
        code: str,
        level: str,
        parent_code: str | None,
        name_zh: str,
        name_en: str,
        *,
        version: int,
    ) -> None:
        """Keep how an area stands, unless something newer is known."""
        driver = await driver_of(self._connection)
        await driver.execute(
            _STATE_AREA, area_id, code, level, parent_code, name_zh, name_en, version
        )

    async def state_office(
        self,
        office_id: UUID,
        kind: str,
        name_zh: str,
        name_en: str,
        grids: list[str],
        valid_from: date,
        *,
        version: int,
    ) -> None:
        """Keep how an office stands, unless something newer is known."""
        driver = await driver_of(self._connection)
        await driver.execute(
            _STATE_OFFICE, office_id, kind, name_zh, name_en, grids, valid_from, version
        )

    async def unknown(self, grids: Collection[str]) -> set[str]:
        """Return those of the given codes that are no known grid."""
        driver = await driver_of(self._connection)
        return {row["code"] for row in await driver.fetch(_UNKNOWN, list(grids))}

    async def snapshot(self) -> Mapping[str, list[dict[str, Any]]]:
        """Return all that the replica holds, in a fixed order."""
        driver = await driver_of(self._connection)
        return {
            "area": [dict(row) for row in await driver.fetch("select * from area order by code")],
            "office": [
                dict(row) for row in await driver.fetch("select * from office order by office_id")
            ],
        }
