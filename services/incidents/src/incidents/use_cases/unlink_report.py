"""Undo a link: the report tells of something else and gets an incident of its own."""

from dataclasses import dataclass
from uuid import UUID

from incidents.domain.incident import Incident
from incidents.use_cases.ports import HANDLING, UnitOfWork, require_role
from lianfang_common.ids import new_id
from lianfang_edge.idempotency import Answer


@dataclass(frozen=True, slots=True)
class UnlinkReport:
    """Which report, and the version of it that the officer saw."""

    report_id: UUID
    expected_version: int | None


async def unlink_report(command: UnlinkReport, uow: UnitOfWork) -> Answer:
    """Take a report out of its incident and open the one that it tells of.

    The old incident is then as if the report had never been linked; the new one as if the report
    had opened it on receipt, except that its on-scene clock begins now, when somebody is told.
    """
    require_role(uow.caller, HANDLING)
    report = await uow.reports.get(command.report_id)
    parent = await uow.incidents.get(report.incident_id)
    report.unlink(new_id(), command.expected_version)
    parent.unlink(report)
    await uow.incidents.save(parent)
    await uow.incidents.add(Incident.opened_by(report, uow.limits, uow.now))
    await uow.reports.save(report)
    return Answer(
        status=200,
        id=report.id,
        version=report.version,
        facts={"incident_id": str(report.incident_id), "linked": False},
    )
