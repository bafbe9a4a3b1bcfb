"""Take in a report: once per feed's id, and one incident for what several tell."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from incidents.domain.classification import classification_of, known_method, known_tip
from incidents.domain.incident import Incident
from incidents.domain.report import (
    Report,
    Source,
    check_external_id,
    check_occurred_at,
    check_reporter,
    known_phone,
)
from incidents.use_cases.ports import UnitOfWork, desk_of
from lianfang_common.errors import Forbidden, Invalid
from lianfang_common.ids import new_id
from lianfang_edge.idempotency import Answer


@dataclass(frozen=True, slots=True)
class ReceiveReport:
    """What a reporter says. One of `premises_id` and `grid` is needed; the premises decides."""

    source: Source
    external_id: str | None
    classification: str
    premises_id: UUID | None
    grid: str | None
    occurred_at: datetime
    method: str | None = None
    tip: str | None = None
    narrative: str | None = field(default=None, repr=False)
    caller_phone: str | None = field(default=None, repr=False)


async def receive_report(command: ReceiveReport, uow: UnitOfWork) -> Answer:
    """Record a report and open its incident, or link it to the one it tells of.

    Returns:
        201 for a new report, 200 with the same ids for one that the feed sent before. A
        committee learns of no incident: that others reported the same would tell of them.
    """
    check_reporter(command.source, uow.caller.role)
    check_external_id(command.source, command.external_id)
    check_occurred_at(command.occurred_at, uow.now)
    report = Report(
        id=new_id(),
        incident_id=new_id(),
        source=command.source,
        external_id=command.external_id,
        classification=classification_of(command.classification),
        grid=await _grid_of(command, uow),
        premises_id=command.premises_id,
        occurred_at=command.occurred_at,
        received_at=uow.now,
        method=known_method(command.method),
        tip=known_tip(command.tip),
        linked=False,
        received_by=desk_of(uow.caller),
        narrative=command.narrative,
        caller_phone=known_phone(command.caller_phone),
    )
    await uow.begin_intake(report)
    if report.external_id is not None:
        before = await uow.reports.known(report.source, report.external_id)
        if before is not None:
            return _answer(200, before, uow)
    await _find_incident(report, uow)
    await uow.reports.add(report)
    return _answer(201, report, uow)


async def _find_incident(report: Report, uow: UnitOfWork) -> None:
    parent = await uow.incidents.that_takes(report, uow.limits)
    if parent is None:
        await uow.incidents.add(Incident.opened_by(report, uow.limits, uow.now))
        return
    report.incident_id = parent.id
    report.linked = True
    parent.link(report)
    await uow.incidents.save(parent)


async def _grid_of(command: ReceiveReport, uow: UnitOfWork) -> str:
    if command.premises_id is not None:
        grid = await uow.places.grid_of(command.premises_id)
        if grid is None:
            raise Invalid("premises-unknown", "premises_id")
        if command.grid is not None and command.grid != grid:
            raise Invalid("grid-not-of-premises", "grid")
        return grid
    if command.grid is None:
        raise Invalid("place-required", "grid")
    if not await uow.places.has_grid(command.grid):
        raise Invalid("grid-unknown", "grid")
    if not uow.caller.covers(command.grid):
        raise Forbidden("outside-your-areas", "grid")
    return command.grid


def _answer(status: int, report: Report, uow: UnitOfWork) -> Answer:
    facts = {"incident_id": str(report.incident_id), "linked": report.linked}
    if uow.caller.role == "committee":
        facts = {}
    return Answer(status=status, id=report.id, version=report.version, facts=facts)
