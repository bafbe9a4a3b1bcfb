"""Review an entry of the register, or end it before its last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang_common.errors import Forbidden
from lianfang_edge.idempotency import Answer
from population.domain.residence_change import ResidenceChange
from population.domain.rights import LISTING, require
from population.domain.supervision import Entry
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """The entry stays; the next review is due on a day."""

    entry_id: UUID
    review_due_on: date
    expected_version: int | None


@dataclass(frozen=True, slots=True)
class DelistEntry:
    """The entry ends now, by decision."""

    entry_id: UUID
    expected_version: int | None


async def review_entry(command: ReviewEntry, uow: UnitOfWork) -> Answer:
    """Record a review.

    Raises:
        NotFound: no such entry, or not one of the caller's office.
        Forbidden: another office answers for it.
    """
    entry = await _own(command.entry_id, uow)
    entry.review(command.review_due_on, uow.today, command.expected_version)
    await uow.register.save(entry)
    await uow.audit.add("review", "entry", entry.id)
    return Answer(200, entry.id, entry.version)


async def delist_entry(command: DelistEntry, uow: UnitOfWork) -> Answer:
    """End an entry; its open residence-change cases end with it, and it is sealed.

    Raises:
        NotFound: no such entry, or not one of the caller's office.
        Forbidden: another office answers for it.
    """
    # Cases before their entry, as an acceptance locks them: the other order could deadlock.
    open_cases = await uow.cases.open_of_entry(command.entry_id)
    entry = await _own(command.entry_id, uow)
    await expire_cases(open_cases, entry.responsible_office, uow)
    entry.delist(command.expected_version)
    await uow.register.save(entry)
    await uow.audit.add("delist", "entry", entry.id)
    return Answer(200, entry.id, entry.version)


async def expire_cases(
    open_cases: Sequence[ResidenceChange], responsible_office: UUID, uow: UnitOfWork
) -> None:
    """Close the open cases of an entry that ends."""
    for case in open_cases:
        case.expire(responsible_office)
        await uow.cases.save(case)


async def _own(entry_id: UUID, uow: UnitOfWork) -> Entry:
    caller = uow.caller
    require(caller.role, LISTING)
    entry = await uow.register.get(entry_id)
    if entry.responsible_office != caller.office:
        raise Forbidden
    return entry
