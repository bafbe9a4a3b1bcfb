"""Read a person, masked or not, for a purpose that names something open to the reader."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import NotFound, RuleBroken, Unexplained
from lianfang_common.ids import id_floor
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
class BreakGlass:
    """Open a person without an item, for a reason, until a superior has looked at it."""

    person_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewGlass:
    """A superior looked at a breaking of the glass."""

    glass_id: UUID
    expected_version: int | None


async def read_person(person_id: UUID, purpose: Purpose | None, uow: UnitOfWork) -> Identity:
    """Return a person to be shown masked and record the reading in the same transaction.

    Raises:
        Unexplained: no purpose is stated.
        Forbidden, NotFound, Invalid, RuleBroken: as `disclose_person`.
    """
    require(uow.caller.role, READING_PERSONS)
    if purpose is None:
        raise Unexplained("purpose-required", "purpose")
    return await _read("read", DisclosePerson(person_id, purpose), uow)


async def disclose_person(command: DisclosePerson, uow: UnitOfWork) -> Identity:
    """Return a person in the clear and record the reading in the same transaction.

    Raises:
        NotFound: no such person in the caller's areas, or not the one of that entry or case.
        Invalid: the purpose lacks its item or its reason.
        RuleBroken: the item is not open to the caller; broken glass is left to be reviewed.
    """
    return await _read("disclose", command, uow)


async def break_glass(command: BreakGlass, uow: UnitOfWork) -> Answer:
    """Open a person to the caller for some hours; nothing is read by it yet."""
    purpose = Purpose("break_glass", None, command.reason)
    purpose.check()
    require(uow.caller.role, READING_PERSONS)
    await uow.persons.get(command.person_id)
    glass_id = await _glass(DisclosePerson(command.person_id, purpose), uow)
    await uow.audit.add("break", "person", command.person_id, purpose=("break_glass", glass_id))
    return Answer(201, glass_id, 1)


async def _read(act: str, command: DisclosePerson, uow: UnitOfWork) -> Identity:
    command.purpose.check()
    match command.purpose.kind:
        case "residence" | "tenancy":
            return await _for_residence(act, command, uow)
        case "residence_change_case":
            return await _for_case(act, command, uow)
        case "supervision_entry":
            return await _for_entry(act, command, uow)
        case "break_glass":
            return await _by_glass(act, command, uow)


async def review_glass(command: ReviewGlass, uow: UnitOfWork) -> Answer:
    """Record that a superior looked at a breaking."""
    require(uow.caller.role, REVIEWING_GLASS)
    glass = await uow.glass.get(command.glass_id)
    glass.review(uow.caller.account, uow.now, command.expected_version)
    await uow.glass.save(glass)
    await uow.audit.add("review", "glass", glass.id)
    return Answer(200, glass.id, glass.version)


async def _for_residence(act: str, command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_PERSONS)
    person, purpose = await uow.persons.get(command.person_id), command.purpose
    lived = await uow.residences.on_day(command.person_id, uow.today)
    # Running is not enough: everybody lives somewhere. Only what is new awaits the desk's check.
    since = id_floor(uow.now - uow.limits.check_within)
    open_items = {
        r.id if purpose.kind == "residence" else r.tenancy_id for r in lived if r.id >= since
    }
    if purpose.id not in open_items:
        raise RuleBroken("purpose-not-open", "purpose.id")
    await uow.audit.add(act, "person", command.person_id, purpose=(purpose.kind, purpose.id))
    return person


async def _for_case(act: str, command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_CASES)
    case_id = _item(command.purpose)
    entry_id, link = await uow.cases.entry_and_link(case_id)
    if link is None or link.person_id != command.person_id:
        raise NotFound
    return await _of_register(act, entry_id, command.person_id, "case", case_id, uow)


async def _for_entry(act: str, command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_REGISTER)
    entry_id = _item(command.purpose)
    if await uow.register.person(entry_id) != command.person_id:
        raise NotFound
    return await _of_register(act, entry_id, command.person_id, "entry", entry_id, uow)


async def _of_register(
    act: str, entry_id: UUID, person_id: UUID, kind: str, subject: UUID, uow: UnitOfWork
) -> Identity:
    found = await uow.persons.of_entries([(entry_id, person_id)])
    if entry_id not in found:
        raise NotFound
    # Under the entry or the case: the audit must not tell who is on the register.
    await uow.audit.add(act, kind, subject)
    return found[entry_id]


async def _by_glass(act: str, command: DisclosePerson, uow: UnitOfWork) -> Identity:
    require(uow.caller.role, READING_PERSONS)
    person = await uow.persons.get(command.person_id)
    glass_id = await _glass(command, uow)
    await uow.audit.add(act, "person", command.person_id, purpose=("break_glass", glass_id))
    return person


async def _glass(command: DisclosePerson, uow: UnitOfWork) -> UUID:
    """Return the glass by which the caller reads the person: open still, or broken now."""
    caller, now, named = uow.caller, uow.now, command.purpose.id
    own = await uow.glass.of_account(caller.account, now)
    for glass in own:
        is_named = named is None or glass.id == named
        if is_named and glass.person_id == command.person_id and glass.open_until > now:
            return glass.id
    if command.purpose.reason is None:
        raise RuleBroken("purpose-not-open", "purpose.id")
    if any(glass.blocks(now) for glass in own):
        raise RuleBroken("glass-unreviewed")
    glass = Glass.broken(caller.account, caller.office, command.person_id, now, uow.limits)
    await uow.glass.add(glass, command.purpose.reason.strip())
    return glass.id


def _item(purpose: Purpose) -> UUID:
    if purpose.id is None:
        raise NotFound
    return purpose.id
