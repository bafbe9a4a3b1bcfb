"""Agree on a later last day of a tenancy."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang_common.errors import StaleVersion
from lianfang_edge.idempotency import Answer
from rentals.domain.rights import REGISTERING, require
from rentals.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ExtendTenancy:
    """Which tenancy, until when, and the version that the caller has seen."""

    tenancy_id: UUID
    last_day: date
    expected_version: int


async def extend_tenancy(command: ExtendTenancy, uow: UnitOfWork) -> Answer:
    """Extend a tenancy for the caller.

    Raises:
        Forbidden: the caller's role changes none.
        NotFound: no such tenancy, or out of the caller's sight.
        StaleVersion: somebody else changed it.
        RuleBroken, Invalid: it has ended, or the day is not later, or the room is let.
    """
    require(uow.caller.role, REGISTERING)
    tenancy, taken = await uow.tenancies.load(command.tenancy_id)
    if tenancy.version != command.expected_version:
        raise StaleVersion()
    tenancy.extend(command.last_day, taken)
    await uow.tenancies.save(tenancy, command.expected_version)
    return Answer(200, tenancy.id, tenancy.version)
