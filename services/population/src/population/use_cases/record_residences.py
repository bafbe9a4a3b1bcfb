"""Record where tenants live, from the tenancies that rentals registered."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang_common.errors import PoisonMessage
from population.domain.residence import Residence
from population.metrics import UNKNOWN_RECEIPTS
from population.use_cases.ports import UnitOfWork

AUDIENCE = "rentals"
UNKNOWN = "receipt-unknown"
"""Reason of a dead letter: the message names a receipt that is not there."""


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

    What says otherwise than its receipt is left out and counted: an event cannot make population
    believe in a person whom it never resolved.

    Returns:
        how many residences were recorded.

    Raises:
        PoisonMessage: population knows no such receipt. It is parked and seen, since it may be of
            a person whom nothing named in time and who was forgotten before the event came.
    """
    issued = await uow.residences.issued([t.receipt_id for t in tenants], AUDIENCE)
    require_known(issued, [t.receipt_id for t in tenants])
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


def require_known(issued: Container[UUID], receipt_ids: Iterable[UUID]) -> None:
    """Raise `PoisonMessage` if a receipt is not among those that population issued."""
    if any(receipt_id not in issued for receipt_id in receipt_ids):
        raise PoisonMessage(UNKNOWN)
