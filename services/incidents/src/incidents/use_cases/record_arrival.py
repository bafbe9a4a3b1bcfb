"""Record that the community's officer is on the scene."""

from dataclasses import dataclass
from uuid import UUID

from incidents.metrics import ARRIVAL_SECONDS
from incidents.use_cases.ports import HANDLING, UnitOfWork, desk_of, require_role
from lianfang_edge.idempotency import Answer


@dataclass(frozen=True, slots=True)
class RecordArrival:
    """Which incident, and the version of it that the officer saw."""

    incident_id: UUID
    expected_version: int | None


async def record_arrival(command: RecordArrival, uow: UnitOfWork) -> Answer:
    """Record the arrival, now, and stop the on-scene clock in the same transaction."""
    require_role(uow.caller, HANDLING)
    incident = await uow.incidents.get(command.incident_id)
    incident.arrive(desk_of(uow.caller), uow.now, command.expected_version)
    await uow.incidents.save(incident)
    if incident.arrive_by is not None:
        ARRIVAL_SECONDS.observe((uow.now - incident.opened_at).total_seconds())
    return Answer(
        status=200,
        id=incident.id,
        version=incident.version,
        facts={"arrived_at": uow.now.isoformat()},
    )
