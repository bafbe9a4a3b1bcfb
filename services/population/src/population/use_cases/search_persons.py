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
