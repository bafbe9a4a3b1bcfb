"""Follow a tenancy that is extended or ended."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ExtendResidences:
    """A tenancy has another last day."""

    tenancy_id: UUID
    last_day: date | None


@dataclass(frozen=True, slots=True)
class EndResidences:
    """A tenancy ends."""

    tenancy_id: UUID
    last_day: date


async def extend_residences(command: ExtendResidences, uow: UnitOfWork) -> None:
    """Move the last day of every residence that follows the tenancy."""
    for residence in await uow.residences.of_tenancy(command.tenancy_id):
        residence.extend(command.last_day)
        await uow.residences.save(residence)


async def end_residences(command: EndResidences, uow: UnitOfWork) -> None:
    """End every residence that follows the tenancy."""
    for residence in await uow.residences.of_tenancy(command.tenancy_id):
        residence.end(command.last_day)
        await uow.residences.save(residence)
