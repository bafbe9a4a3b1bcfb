"""Tenancies over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from lianfang_common.clock import civil_date
from lianfang_edge.days import Day
from lianfang_edge.execute import Executor
from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, Cursors, Limit
from rentals.api.bodies import (
    Changed,
    LastDayAsked,
    TenancyAsked,
    TenancyFile,
    TenancyPage,
    TenancyRegisteredAnswer,
)
from rentals.domain.rights import READING, require
from rentals.domain.tenancy import registered_late
from rentals.storage.unit_of_work import RentalsUnit
from rentals.use_cases.end_tenancy import EndTenancy, end_tenancy
from rentals.use_cases.extend_tenancy import ExtendTenancy, extend_tenancy
from rentals.use_cases.register_tenancy import RegisterTenancy, register_tenancy

AreaCode = Annotated[str | None, Query(pattern=r"^\d{6,15}$", description="Below this code")]


def tenancy_routes(executor: Executor[RentalsUnit], cursors: Cursors) -> APIRouter:
    """Return the routes of tenancies."""
    router = APIRouter(prefix="/api/v1/rentals/tenancies", tags=["tenancies"])

    @router.post("", status_code=201, response_model=TenancyRegisteredAnswer)
    async def post_tenancy(call: Changing, body: TenancyAsked) -> Response:
        """Register a tenancy; Location names it."""
        command = RegisterTenancy(
            premises_id=body.premises_id,
            room=body.room,
            let_by=body.let_by.landlord() if body.let_by else None,
            tenants=tuple(tenant.receipt for tenant in body.tenants),
            first_day=body.first_day,
            last_day=body.last_day,
        )
        answer = await executor.run(call, register_tenancy, command)
        return answer_response(answer, f"{router.prefix}/{answer.id}")

    @router.get("", response_model=TenancyPage)
    async def list_tenancies(
        caller: Caller,
        premises_id: UUID | None = None,
        area: AreaCode = None,
        on: Day | None = None,
        cursor: str | None = None,
        limit: Limit = LIMIT_DEFAULT,
    ) -> TenancyPage:
        """List tenancies in the caller's sight, newest first."""
        require(caller.role, READING)
        key = cursors.read(cursor, UUID)
        after = key[0] if key else None
        rows = await executor.read(
            caller,
            lambda uow: uow.queries.list_tenancies(
                premises_id=premises_id, area_code=area, on=on, after=after, limit=limit + 1
            ),
        )
        page = cursors.page(rows, limit, lambda row: [row["tenancy_id"]])
        return TenancyPage(items=[tenancy_file(row) for row in page.items], next=page.next)

    @router.get("/{tenancy_id}", response_model=TenancyFile)
    async def get_tenancy(response: Response, caller: Caller, tenancy_id: UUID) -> TenancyFile:
        """Return one tenancy."""
        require(caller.role, READING)
        row = await executor.read(caller, lambda uow: uow.queries.one_tenancy(tenancy_id))
        response.headers["etag"] = f'"{row["version"]}"'
        return tenancy_file(row)

    @router.post("/{tenancy_id}/extensions", response_model=Changed)
    async def post_extension(call: Changing, tenancy_id: UUID, body: LastDayAsked) -> Response:
        """Agree on a later last day."""
        command = ExtendTenancy(tenancy_id, body.last_day, call.required_version())
        return answer_response(await executor.run(call, extend_tenancy, command))

    @router.post("/{tenancy_id}/endings", response_model=Changed)
    async def post_ending(call: Changing, tenancy_id: UUID, body: LastDayAsked) -> Response:
        """Record the last day."""
        command = EndTenancy(tenancy_id, body.last_day, call.required_version())
        return answer_response(await executor.run(call, end_tenancy, command))

    return router


def tenancy_file(row: Mapping[str, Any]) -> TenancyFile:
    """Return a tenancy from a row of a query."""
    registered_on = civil_date(row["registered_at"])
    return TenancyFile.of(row, registered_late(row["first_day"], registered_on))
