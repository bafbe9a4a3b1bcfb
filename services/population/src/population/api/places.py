"""Areas and offices: public to every account, since a notice names them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from lianfang_edge.http import Caller
from lianfang_edge.pagination import LIMIT_DEFAULT, Limit
from population.api.parts import PartsOf
from population.storage.unit_of_work import PopulationUnit

router = APIRouter()


class AreaView(BaseModel):
    """One area."""

    area_id: UUID
    code: str
    level: Literal["county", "street", "community", "grid"]
    parent_code: str | None
    name_zh: str
    name_en: str


class AreaPage(BaseModel):
    """Some areas, and the cursor of the next ones."""

    items: list[AreaView]
    next: str | None


class OfficeView(BaseModel):
    """One office with the grids that it works for now."""

    office_id: UUID
    kind: Literal["bureau", "station", "room", "committee", "justice"]
    name_zh: str
    name_en: str
    lead_parent: UUID | None
    guide_parent: UUID | None
    grids: list[str]
    valid_from: date


class OfficePage(BaseModel):
    """Some offices, and the cursor of the next ones."""

    items: list[OfficeView]
    next: str | None


@router.get("/areas")
async def get_areas(
    parts: PartsOf,
    caller: Caller,
    prefix: Annotated[str | None, Query(pattern=r"^(\d{3}){2,5}$")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: str | None = None,
) -> AreaPage:
    """List the areas below a code."""
    after = parts.cursors.read(cursor, str)

    async def query(uow: PopulationUnit) -> list[AreaView]:
        rows = await uow.queries.areas(prefix, after[0] if after else None, limit + 1)
        return [AreaView.model_validate(row, from_attributes=True) for row in rows]

    found = parts.cursors.page(await parts.executor.read(caller, query), limit, lambda a: [a.code])
    return AreaPage(items=list(found.items), next=found.next)


@router.get("/offices")
async def get_offices(
    parts: PartsOf,
    caller: Caller,
    kind: Literal["bureau", "station", "room", "committee", "justice"] | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: str | None = None,
) -> OfficePage:
    """List the offices with the grids that each works for now."""
    after = parts.cursors.read(cursor, str, UUID)

    async def query(uow: PopulationUnit) -> list[OfficeView]:
        key = (after[0], after[1]) if after else None
        rows = await uow.queries.offices(kind, key, limit + 1)
        return [
            OfficeView.model_validate({**row._mapping, "grids": sorted(row.grids or [])})
            for row in rows
        ]

    found = parts.cursors.page(
        await parts.executor.read(caller, query), limit, lambda o: [o.kind, str(o.office_id)]
    )
    return OfficePage(items=list(found.items), next=found.next)
