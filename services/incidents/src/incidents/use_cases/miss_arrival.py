"""State that nobody was on the scene in time."""

from uuid import UUID

from incidents.metrics import ARRIVALS_MISSED
from incidents.use_cases.ports import UnitOfWork


async def miss_arrival(incident_id: UUID, uow: UnitOfWork) -> None:
    """Publish the miss, unless the arrival or the closing came first."""
    incident = await uow.incidents.get(incident_id)
    incident.miss_arrival(uow.now)
    if incident.facts:
        await uow.incidents.save(incident)
        ARRIVALS_MISSED.inc()
