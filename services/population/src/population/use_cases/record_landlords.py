"""Keep the persons whom rentals recorded as landlords, by receipts that named them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from population.metrics import UNKNOWN_RECEIPTS
from population.use_cases.ports import UnitOfWork
from population.use_cases.record_residences import AUDIENCE, require_known


@dataclass(frozen=True, slots=True)
class LandlordNamed:
    """A landlord, with the receipt that named the person for those premises."""

    person_id: UUID
    receipt_id: UUID
    premises_id: UUID
    recorded_on: date


async def record_landlords(landlords: Sequence[LandlordNamed], uow: UnitOfWork) -> int:
    """Keep each landlord whom a receipt of ours named, for those very premises.

    Anything else is left out and counted, as it is for tenants.

    Returns:
        how many were kept.

    Raises:
        PoisonMessage: population knows no such receipt, or no longer.
    """
    issued = await uow.residences.issued([one.receipt_id for one in landlords], AUDIENCE)
    require_known(issued, [one.receipt_id for one in landlords])
    believed = [
        one for one in landlords if issued.get(one.receipt_id) == (one.person_id, one.premises_id)
    ]
    if len(believed) < len(landlords):
        UNKNOWN_RECEIPTS.inc(len(landlords) - len(believed))
    for one in believed:
        await uow.identities.keep_named(one.receipt_id, one.person_id, one.recorded_on)
    return len(believed)
