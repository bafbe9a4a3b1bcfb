"""Close an incident with its outcome."""

from dataclasses import dataclass
from uuid import UUID

from incidents.domain.incident import Outcome
from incidents.use_cases.ports import HANDLING, UnitOfWork, desk_of, require_role
from lianfang_edge.idempotency import Answer


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """Which incident, how it ended, and the version of it that the officer saw."""

    incident_id: UUID
    outcome: Outcome
    expected_version: int | None


async def close_incident(command: CloseIncident, uow: UnitOfWork) -> Answer:
    """End the incident; a clock that still runs stops with it."""
    require_role(uow.caller, HANDLING)
    incident = await uow.incidents.get(command.incident_id)
    incident.close(command.outcome, desk_of(uow.caller), uow.now, command.expected_version)
    await uow.incidents.save(incident)
    return Answer(
        status=200,
        id=incident.id,
        version=incident.version,
        facts={"state": incident.state, "outcome": command.outcome},
    )
