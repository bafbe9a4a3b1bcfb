"""Incidents: lists, one with its reports, arrivals and closings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from incidents.api.bodies import (
    Changed,
    ClosingBody,
    Code,
    IncidentDetail,
    IncidentPage,
    IncidentSummary,
    ReportSummary,
)
from incidents.api.reports import PREFIX, Running
from incidents.domain.classification import classification_of
from incidents.domain.incident import State
from incidents.storage.queries import IncidentFilter
from incidents.use_cases.close_incident import CloseIncident, close_incident
from incidents.use_cases.ports import READING, require_role
from incidents.use_cases.record_arrival import RecordArrival, record_arrival
from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, LIMIT_MAX, Cursors

router = APIRouter(prefix=f"{PREFIX}/incidents", tags=["incidents"])


@router.get("")
async def get_incidents(
    request: Request,
    caller: Caller,
    executor: Running,
    state: State | None = None,
    classification: Code | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
) -> IncidentPage:
    """Return incidents of the caller's areas, the newest first."""
    require_role(caller, READING)
    if classification is not None:
        classification_of(classification)
    cursors: Cursors = request.app.state.cursors
    key = cursors.read(cursor, UUID)
    wanted = IncidentFilter(state, classification, key[0] if key else None, limit)
    rows = await executor.read(caller, lambda uow: uow.queries.list_incidents(wanted))
    page = cursors.page(rows, limit, lambda incident: (str(incident.id),))
    return IncidentPage(items=[IncidentSummary.of(each) for each in page.items], next=page.next)


@router.get("/{incident_id}")
async def get_incident(
    incident_id: UUID, caller: Caller, executor: Running, response: Response
) -> IncidentDetail:
    """Return an incident with its reports, without what they tell."""
    require_role(caller, READING)
    incident, told_by = await executor.read(caller, lambda uow: uow.queries.incident(incident_id))
    response.headers["etag"] = f'"{incident.version}"'
    return IncidentDetail.with_reports(
        incident, [ReportSummary.model_validate(row) for row in told_by]
    )


@router.post("/{incident_id}/arrivals", response_model=Changed)
async def post_arrival(incident_id: UUID, call: Changing, executor: Running) -> Response:
    """Record, now, that the officer is on the scene."""
    command = RecordArrival(incident_id, call.expected_version)
    return answer_response(await executor.run(call, record_arrival, command))


@router.post("/{incident_id}/closings", response_model=Changed)
async def post_closing(
    incident_id: UUID, body: ClosingBody, call: Changing, executor: Running
) -> Response:
    """Close an incident with its outcome."""
    command = CloseIncident(incident_id, body.outcome, call.expected_version)
    return answer_response(await executor.run(call, close_incident, command))
