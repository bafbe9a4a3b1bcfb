"""Premises over HTTP."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from lianfang_common.errors import Invalid
from lianfang_edge.execute import Executor
from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, Cursors, Limit
from lianfang_edge.problems import language_of
from rentals.api.bodies import (
    Changed,
    LandlordAsked,
    PremisesAsked,
    PremisesDetail,
    PremisesFile,
    PremisesPage,
    RoomOffice,
)
from rentals.api.tenancies import tenancy_file
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.rights import READING, require
from rentals.storage.queries import Row
from rentals.storage.unit_of_work import RentalsUnit
from rentals.use_cases.change_landlord import ChangeLandlord, change_landlord
from rentals.use_cases.file_premises import FilePremises, file_premises

AreaCode = Annotated[str | None, Query(pattern=r"^\d{6,15}$", description="Below this code")]
_TENANCIES_SHOWN = 200


def premises_routes(executor: Executor[RentalsUnit], cursors: Cursors) -> APIRouter:
    """Return the routes of premises."""
    router = APIRouter(prefix="/api/v1/rentals/premises", tags=["premises"])

    @router.post("", status_code=201, response_model=Changed)
    async def post_premises(call: Changing, body: PremisesAsked) -> Response:
        """Open the file of premises; Location names it."""
        let_by = body.let_by.landlord() if body.let_by else None
        if let_by is not None and not isinstance(let_by, LettingOrganisation):
            # A receipt is made for premises, and these have no id yet.
            raise Invalid("receipt-invalid", "let_by.receipt")
        answer = await executor.run(
            call,
            file_premises,
            FilePremises(
                body.grid, body.kind, body.rooms, body.label, let_by, body.landlord_account
            ),
        )
        return answer_response(answer, f"{router.prefix}/{answer.id}")

    @router.get("", response_model=PremisesPage)
    async def list_premises(
        request: Request,
        caller: Caller,
        area: AreaCode = None,
        cursor: str | None = None,
        limit: Limit = LIMIT_DEFAULT,
    ) -> PremisesPage:
        """List premises in the caller's sight, newest first."""
        require(caller.role, READING)
        key = cursors.read(cursor, UUID)
        after = key[0] if key else None

        async def query(uow: RentalsUnit) -> list[PremisesFile]:
            rows = await uow.queries.list_premises(area_code=area, after=after, limit=limit + 1)
            return await _files(uow, rows, language_of(request))

        found = await executor.read(caller, query)
        page = cursors.page(found, limit, lambda each: [each.id])
        return PremisesPage(items=list(page.items), next=page.next)

    @router.get("/{premises_id}", response_model=PremisesDetail)
    async def get_premises(
        request: Request, response: Response, caller: Caller, premises_id: UUID
    ) -> PremisesDetail:
        """Return one file with its place and its tenancies."""
        require(caller.role, READING)
        detail = await executor.read(
            caller, lambda uow: _detail(uow, premises_id, language_of(request))
        )
        response.headers["etag"] = f'"{detail.version}"'
        return detail

    @router.post("/{premises_id}/landlords", response_model=Changed)
    async def post_landlord(call: Changing, premises_id: UUID, body: LandlordAsked) -> Response:
        """Record who lets the premises from now on."""
        let_by = body.let_by.landlord()
        if let_by is None:
            raise Invalid("missing", "let_by")
        version = call.required_version()
        command = ChangeLandlord(premises_id, let_by, body.landlord_account, version)
        return answer_response(await executor.run(call, change_landlord, command))

    return router


async def _detail(uow: RentalsUnit, premises_id: UUID, language: str) -> PremisesDetail:
    row = await uow.queries.one_premises(premises_id)
    tenancies = await uow.queries.list_tenancies(
        premises_id=premises_id, area_code=None, on=None, after=None, limit=_TENANCIES_SHOWN
    )
    [file] = await _files(uow, [row], language)
    return PremisesDetail(
        **file.model_dump(),
        office=_office(await uow.queries.room_of(row["grid"]), language),
        tenancies=[tenancy_file(one) for one in tenancies],
    )


async def _files(uow: RentalsUnit, rows: Sequence[Row], language: str) -> list[PremisesFile]:
    areas = await uow.queries.areas_of([row["grid"] for row in rows])
    return [PremisesFile.of(row, areas[row["grid"]].said(language)) for row in rows]


def _office(room: Row | None, language: str) -> RoomOffice | None:
    if room is None:
        return None
    name = room["name_en"] if language == "en" else room["name_zh"]
    return RoomOffice(office_id=room["office_id"], name=name)
