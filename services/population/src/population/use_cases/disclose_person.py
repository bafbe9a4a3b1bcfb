"""Read a person unmasked, for a purpose that names something open to the reader."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import NotFound, RuleBroken
from lianfang_edge.idempotency import Answer
from population.domain.person import Identity
from population.domain.purposes import Glass, Purpose
from population.domain.rights import (
    READING_CASES,
    READING_PERSONS,
    READING_REGISTER,
    REVIEWING_GLASS,
    require,
)
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class DisclosePerson:
    """Whom, and what for."""

    person_id: UUID
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class ReviewGlass:
    """A superior looked at a breaking of the glass."""

    glass_id: UUID
    expected_version: int | None


async def disclose_person(command: DisclosePerson, uow: UnitOfWork) -> Identity:
    """Return a person in the clear and record the reading in the same transaction.

    Raises:
        NotFound: no such person in the caller's areas, or not the one of that entry or case.
        Invalid: the purpose lacks its item or its reason.
        RuleBroken: the item is not open to the caller; broken glass is left to be reviewed.
    """
    command.purpose.check()
    match command.purpose.kind:
        case "residence" | "tenancy":
            return await _for_residence(command, uow)
        case "residence_change_case":
            return await _for_case(command, uow)
        case "supervision_entry":
            return await _for_entry(command, uow)
        case "break_glass":
            return await _by_glass(command, uow)


async def review_glass(command: ReviewGlass, uow: UnitOfWork) -> Answer:
    """Record that a superior looked at a breaking."""
    require(uow.caller.role, REVIEWING_GLASS)
    glass = await uow.glass.get(command.glass_id)
    glass.review(uow.caller.account, uow.now, command.expected_version)
    await uow.glass.save(glass)
    await uow.audit.add("review", "glass", glass.id)
    return Answer(200, glass.id, glass.version)


async def _for_residence(command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_PERSONS)
    person, purpose = await uow.persons.get(command.person_id), command.purpose
    lived = await uow.residences.on_day(command.person_id, uow.today)
    open_items = {r.id if purpose.kind == "residence" else r.tenancy_id for r in lived}
    if purpose.id not in open_items:
        raise RuleBroken("purpose-not-open", "purpose.id")
    await uow.audit.add("disclose", "person", command.person_id, purpose=(purpose.kind, purpose.id))
    return person


async def _for_case(command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_CASES)
    case_id = _item(command.purpose)
    entry_id, link = await uow.cases.entry_and_link(case_id)
    if link is None or link.person_id != command.person_id:
        raise NotFound
    return await _of_register(entry_id, command.person_id, "case", case_id, uow)


async def _for_entry(command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_REGISTER)
    entry_id = _item(command.purpose)
    if await uow.register.person(entry_id) != command.person_id:
        raise NotFound
    return await _of_register(entry_id, command.person_id, "entry", entry_id, uow)


async def _of_register(
    entry_id: UUID, person_id: UUID, kind: str, subject: UUID, uow: UnitOfWork
) -> Identity:
    found = await uow.persons.of_entries([(entry_id, person_id)])
    if entry_id not in found:
        raise NotFound
    # Under the entry or the case: the audit must not tell who is on the register.
    await uow.audit.add("disclose", kind, subject)
    return found[entry_id]


async def _by_glass(command: DisclosePerson, uow: UnitOfWork) -> Identity:
    caller, now = uow.caller, uow.now
    require(caller.role, READING_PERSONS)
    person = await uow.persons.get(command.person_id)
    own = await uow.glass.of_account(caller.account, now)
    still_open = [g.id for g in own if g.person_id == command.person_id and g.open_until > now]
    if still_open:
        glass_id = still_open[0]
    else:
        if command.purpose.reason is None:
            raise RuleBroken("purpose-not-open", "purpose.id")
        if any(glass.blocks(now) for glass in own):
            raise RuleBroken("glass-unreviewed")
        glass = Glass.broken(caller.account, caller.office, command.person_id, now, uow.limits)
        await uow.glass.add(glass, command.purpose.reason.strip())
        glass_id = glass.id
    await uow.audit.add("disclose", "person", command.person_id, purpose=("break_glass", glass_id))
    return person


def _item(purpose: Purpose) -> UUID:
    if purpose.id is None:
        raise NotFound
    return purpose.id
