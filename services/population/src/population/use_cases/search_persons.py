"""Find persons of the caller's areas; each hit is a reading and is recorded as one."""

from collections.abc import Sequence
from uuid import UUID

from population.domain.person import Identity, Wanted
from population.domain.rights import READING_PERSONS, require
from population.use_cases.ports import UnitOfWork


async def search_persons(
    wanted: Wanted, after: UUID | None, limit: int, uow: UnitOfWork
) -> Sequence[Identity]:
    """Return up to `limit + 1` persons by name, after one of them.

    Raises:
        Invalid: the search asks for nothing, for two things, or for too much.
        Forbidden: the role reads no persons.
    """
    require(uow.caller.role, READING_PERSONS)
    wanted.check()
    found = await uow.persons.search(wanted, after, limit + 1)
    hits: list[UUID | None] = [person.person_id for person in found[:limit]]
    await uow.audit.add("search", "person", *(hits or [None]))
    return found


async def read_person(person_id: UUID, uow: UnitOfWork) -> Identity:
    """Return one person of the caller's areas.

    Raises:
        NotFound: there is none, or it lives elsewhere: the answer is the same.
    """
    require(uow.caller.role, READING_PERSONS)
    person = await uow.persons.get(person_id)
    await uow.audit.add("read", "person", person_id, purpose=_stated(uow))
    return person


def _stated(uow: UnitOfWork) -> tuple[str, UUID | None] | None:
    """Return the purpose that the caller's token states, if it states one."""
    return (uow.caller.purpose, None) if uow.caller.purpose else None
