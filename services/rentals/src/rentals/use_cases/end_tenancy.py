"""Record the last day of a tenancy."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang_common.errors import StaleVersion
from lianfang_edge.idempotency import Answer
from rentals.domain.rights import REGISTERING, require
from rentals.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class EndTenancy:
    """Which tenancy, its last day, and the version that the caller has seen."""

    tenancy_id: UUID
    last_day: date
    expected_version: int


async def end_tenancy(command: EndTenancy, uow: UnitOfWork) -> Answer:
    """End a tenancy for the caller.

    Raises:
        Forbidden: the caller's role changes none.
        NotFound: no such tenancy, or out of the caller's sight.
        StaleVersion: somebody else changed it.
        RuleBroken, Invalid: it has ended, or the day lies outside of what was agreed.
    """
    require(uow.caller.role, REGISTERING)
    tenancy, _ = await uow.tenancies.load(command.tenancy_id)
    if tenancy.version != command.expected_version:
        raise StaleVersion()
    tenancy.end(command.last_day)
    await uow.tenancies.save(tenancy, command.expected_version)
    return Answer(200, tenancy.id, tenancy.version)
