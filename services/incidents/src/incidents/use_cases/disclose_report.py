"""Read what a report tells: narrative and caller's phone, for a purpose, with an audit row."""

from dataclasses import dataclass, field
from uuid import UUID

from incidents.domain.report import Report
from incidents.use_cases.ports import HANDLING, UnitOfWork, require_role
from lianfang_common.errors import Invalid


@dataclass(frozen=True, slots=True)
class DiscloseReport:
    """Which report, and for which incident; a closed one asks for a reason (break-glass)."""

    report_id: UUID
    incident_id: UUID
    reason: str | None = field(default=None, repr=False)


async def disclose_report(command: DiscloseReport, uow: UnitOfWork) -> Report:
    """Return the report as it was told and write down who read it, in one transaction.

    Raises:
        Forbidden: the role does not work on incidents.
        NotFound: there is no such report in the caller's areas.
        Invalid: the purpose names another incident, or a closed one without a reason.
    """
    require_role(uow.caller, HANDLING)
    report = await uow.reports.get(command.report_id)
    if report.incident_id != command.incident_id:
        raise Invalid("purpose-not-this-incident", "purpose.id")
    incident = await uow.incidents.get(report.incident_id)
    break_glass = incident.state == "closed"
    if break_glass and command.reason is None:
        raise Invalid("reason-required", "purpose.reason")
    await uow.disclosures.add(report, break_glass, command.reason)
    return report
