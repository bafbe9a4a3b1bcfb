"""Reports: taking them in, undoing a link, reading what they tell."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from incidents.api.bodies import (
    DisclosedReport,
    DisclosureBody,
    ReportAnswer,
    ReportBody,
    ReportDetail,
)
from incidents.storage.unit_of_work import IncidentsUnit
from incidents.use_cases.disclose_report import DiscloseReport, disclose_report
from incidents.use_cases.ports import READING, require_role
from incidents.use_cases.receive_report import ReceiveReport, receive_report
from incidents.use_cases.unlink_report import UnlinkReport, unlink_report
from lianfang_edge.execute import Executor
from lianfang_edge.http import Caller, Changing, answer_response

PREFIX = "/api/v1/incidents"
router = APIRouter(prefix=f"{PREFIX}/reports", tags=["reports"])


async def executor_of(request: Request) -> Executor[IncidentsUnit]:
    """Return what runs use cases for this application."""
    executor: Executor[IncidentsUnit] = request.app.state.executor
    return executor


Running = Annotated[Executor[IncidentsUnit], Depends(executor_of)]


@router.post("", status_code=201, response_model=ReportAnswer, responses={200: {}})
async def post_report(body: ReportBody, call: Changing, executor: Running) -> Response:
    """Take in a report; 200 with the first answer where the feed sent it before."""
    answer = await executor.run(call, receive_report, ReceiveReport(**dict(body)))
    return answer_response(answer, f"{PREFIX}/reports/{answer.id}")


@router.get("/{report_id}")
async def get_report(
    report_id: UUID, caller: Caller, executor: Running, response: Response
) -> ReportDetail:
    """Return a report without what it tells."""
    require_role(caller, READING)
    row = await executor.read(caller, lambda uow: uow.queries.report(report_id))
    response.headers["etag"] = f'"{row["version"]}"'
    return ReportDetail.model_validate(row)


@router.post("/{report_id}/unlinkings", response_model=ReportAnswer)
async def post_unlinking(report_id: UUID, call: Changing, executor: Running) -> Response:
    """Take a report out of the incident it was linked to; it gets one of its own."""
    command = UnlinkReport(report_id, call.expected_version)
    return answer_response(await executor.run(call, unlink_report, command))


@router.post("/{report_id}/disclosures")
async def post_disclosure(
    report_id: UUID, body: DisclosureBody, caller: Caller, executor: Running, response: Response
) -> DisclosedReport:
    """Return what a report tells; who reads it is written down in the same transaction."""
    command = DiscloseReport(report_id, body.purpose.id, body.purpose.reason)
    report = await executor.read(caller, lambda uow: disclose_report(command, uow))
    response.headers["cache-control"] = "no-store"
    return DisclosedReport(
        id=report.id,
        incident_id=report.incident_id,
        narrative=report.narrative,
        caller_phone=report.caller_phone,
    )
