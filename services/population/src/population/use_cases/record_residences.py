"""Record where tenants live, from the tenancies that rentals registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from population.domain.residence import Residence
from population.metrics import UNKNOWN_RECEIPTS
from population.use_cases.ports import UnitOfWork

AUDIENCE = "rentals"


@dataclass(frozen=True, slots=True)
class TenantNamed:
    """One tenant of a registered tenancy, with the receipt that named the person."""

    person_id: UUID
    receipt_id: UUID
    tenancy_id: UUID
    premises_id: UUID
    grid: str
    first_day: date
    last_day: date | None


async def record_residences(tenants: Sequence[TenantNamed], uow: UnitOfWork) -> int:
    """Record a residence for each tenant whom a receipt of ours named, for those very premises.

    Anything else is left out and counted: an event cannot make population believe in a person
    whom it never resolved, and a message that claims so must not stop the others.

    Returns:
        how many residences were recorded.
    """
    issued = await uow.residences.issued([t.receipt_id for t in tenants], AUDIENCE)
    believed = [t for t in tenants if issued.get(t.receipt_id) == (t.person_id, t.premises_id)]
    if len(believed) < len(tenants):
        UNKNOWN_RECEIPTS.inc(len(tenants) - len(believed))
    return await uow.residences.add_all(
        [
            Residence.recorded(
                tenant.person_id,
                tenant.grid,
                tenant.first_day,
                tenant.last_day,
                tenancy_id=tenant.tenancy_id,
                receipt_id=tenant.receipt_id,
            )
            for tenant in believed
        ]
    )
