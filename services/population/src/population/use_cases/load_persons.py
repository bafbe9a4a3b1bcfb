"""Load persons with their residences in chunks, for a demo or a first filling."""

from collections.abc import Sequence
from dataclasses import dataclass

from population.domain.loading import ListedPerson, PreparedPerson, Refusal
from population.domain.supervision import Entry
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a chunk.

    Attributes:
        new: how many persons were new.
        refused: those left out.
    """

    new: int
    refused: tuple[Refusal, ...]


async def load_persons(chunk: Sequence[PreparedPerson], uow: UnitOfWork) -> Loaded:
    """Store a chunk; a person whose document is known already is left as it is.

    Raises:
        Invalid: a ground is not a statutory one.
    """
    refused = await _with_wrong_offices(chunk, uow)
    wrong = {each.line for each in refused}
    fit = [each for each in chunk if each.person.line not in wrong]
    refused += await uow.staging.put(fit)
    stored = await uow.staging.store(fit)
    for each in stored:
        if each.person.entry is not None:
            await _list(each, each.person.entry, uow)
    return Loaded(len(stored), tuple(refused))


async def _with_wrong_offices(chunk: Sequence[PreparedPerson], uow: UnitOfWork) -> list[Refusal]:
    """Return who has an entry that names an office which is not what it is named as."""
    listed = [(each.person.line, each.person.entry) for each in chunk if each.person.entry]
    if not listed:
        return []
    kinds = await uow.places.kinds()
    refused = []
    for line, entry in listed:
        for field, office, kind in (
            ("responsible_office", entry.responsible_office, "room"),
            ("justice_office", entry.justice_office, "justice"),
            ("assisting_committee", entry.assisting_committee, "committee"),
        ):
            if office is not None and kinds.get(office) != kind:
                refused.append(Refusal(line, f"supervision.{field}", "office-unknown"))
                break
    return refused


async def _list(prepared: PreparedPerson, listed: ListedPerson, uow: UnitOfWork) -> None:
    listed.ground.check(uow.today)
    entry = Entry.listed(
        listed.ground,
        listed.responsible_office,
        listed.justice_office,
        listed.assisting_committee,
    )
    await uow.register.add(entry, listed.ground, prepared.residence.person_id)
    await uow.audit.add("list", "entry", entry.id)
