"""Residence-change cases over HTTP: for the two offices and the justice office that know of one."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row

from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, Limit
from population.api.parts import PartsOf
from population.api.persons import PersonView, masked_view
from population.domain.rights import READING_CASES, require
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.answer_case import AcceptCase, RefuseCase, accept_case, refuse_case
from population.use_cases.review_case import (
    CallVisitOnly,
    ReviewCase,
    call_visit_only,
    review_case,
)

router = APIRouter()


class ReviewBody(BaseModel):
    """What the review of the match found."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    outcome: Literal["confirmed", "mistaken_identity", "visit_only"]


class RefusalBody(BaseModel):
    """Why the receiving office does not accept."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Literal["wrong_area", "not_resident", "documents_missing", "decision_pending"]


class CaseView(BaseModel):
    """One case. Person and place are shown while it is open."""

    case_id: UUID
    version: int
    entry_id: UUID
    state: Literal["to_review", "confirmed", "accepted", "closed"]
    managing_office: UUID
    receiving_office: UUID | None
    justice_office: UUID | None
    opened_at: datetime
    review_due_at: datetime
    accept_due_at: datetime | None
    refusal: str | None
    outcome: str | None
    person: PersonView | None = None
    grid: str | None = None


class CasePage(BaseModel):
    """Some cases, and the cursor of the next ones."""

    items: list[CaseView]
    next: str | None


@router.get("/residence-change-cases")
async def get_cases(
    parts: PartsOf, caller: Caller, limit: Limit = LIMIT_DEFAULT, cursor: str | None = None
) -> CasePage:
    """List the open cases that the caller's office may know of, without the person."""
    require(caller.role, READING_CASES)
    after = parts.cursors.read(cursor, UUID)

    async def query(uow: PopulationUnit) -> list[CaseView]:
        rows = await uow.cases.page(after[0] if after else None, limit + 1)
        return [_view(row) for row in rows]

    found = parts.cursors.page(
        await parts.executor.read(caller, query), limit, lambda c: [str(c.case_id)]
    )
    return CasePage(items=list(found.items), next=found.next)


@router.get("/residence-change-cases/{case_id}")
async def get_case(case_id: UUID, parts: PartsOf, caller: Caller, response: Response) -> CaseView:
    """Read one case with the masked person and the new place; the reading is audited."""
    require(caller.role, READING_CASES)

    async def query(uow: PopulationUnit) -> CaseView:
        row = await uow.cases.view(case_id)
        view, link = _view(row), uow.cases.link_of(row)
        if link is not None:
            view.grid = link.grid
            found = await uow.persons.of_entries([(row.entry_id, link.person_id)])
            if row.entry_id in found:
                view.person = masked_view(found[row.entry_id])
        await uow.audit.add("read", "case", case_id)
        return view

    view = await parts.executor.read(caller, query)
    response.headers["etag"] = f'"{view.version}"'
    response.headers["cache-control"] = "no-store"
    return view


@router.post("/residence-change-cases/{case_id}/reviews")
async def post_review(case_id: UUID, body: ReviewBody, parts: PartsOf, call: Changing) -> Response:
    """Review the match, as an officer of the responsible office."""
    command = ReviewCase(case_id, body.outcome, call.expected_version)
    return answer_response(await parts.executor.run(call, review_case, command))


@router.post("/residence-change-cases/{case_id}/acceptances")
async def post_acceptance(case_id: UUID, parts: PartsOf, call: Changing) -> Response:
    """Accept, as an officer of the receiving office."""
    command = AcceptCase(case_id, call.expected_version)
    return answer_response(await parts.executor.run(call, accept_case, command))


@router.post("/residence-change-cases/{case_id}/refusals")
async def post_refusal(
    case_id: UUID, body: RefusalBody, parts: PartsOf, call: Changing
) -> Response:
    """Refuse, as an officer of the receiving office."""
    command = RefuseCase(case_id, body.reason, call.expected_version)
    return answer_response(await parts.executor.run(call, refuse_case, command))


@router.post("/residence-change-cases/{case_id}/visits-only")
async def post_visit_only(case_id: UUID, parts: PartsOf, call: Changing) -> Response:
    """Close the case because the person only visits."""
    command = CallVisitOnly(case_id, call.expected_version)
    return answer_response(await parts.executor.run(call, call_visit_only, command))


def _view(row: Row[Any]) -> CaseView:
    return CaseView(**{name: row._mapping[name] for name in _STORED})


_STORED = tuple(name for name in CaseView.model_fields if name not in ("person", "grid"))
