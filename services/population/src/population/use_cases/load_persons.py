"""Load persons with their residences in batches, for a demo or a first filling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from population.domain.documents import Document
from population.domain.residence import Residence
from population.domain.supervision import Entry, Ground
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """The register entry of a loaded person; the office must be a room."""

    ground: Ground
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None


@dataclass(frozen=True, slots=True)
class LoadedPerson:
    """One person with the place where they live.

    Attributes:
        name, document, phone: read by the rules of the API.
    """

    name: str
    document: Document
    phone: str | None
    grid: str
    first_day: date
    last_day: date | None
    entry: ListedPerson | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a batch.

    Attributes:
        new: how many persons were new.
        unplaced: places in the batch of those who live in no grid of the district; left out.
    """

    new: int
    unplaced: tuple[int, ...]


async def load_persons(batch: Sequence[LoadedPerson], uow: UnitOfWork) -> Loaded:
    """Store a batch; a person whose document is known already is left as it is.

    Raises:
        Invalid: a ground is not a statutory one.
    """
    grids = await uow.places.known_grids(sorted({person.grid for person in batch}))
    placed = [person for person in batch if person.grid in grids]
    fresh = await uow.identities.add_all(
        [(person.name, person.document, person.phone) for person in placed]
    )
    # Of two lines with one document the first is loaded, and it alone gets the residence.
    first = {person.document.lookup: person for person in reversed(placed)}
    loaded = [(person, fresh[lookup]) for lookup, person in first.items() if lookup in fresh]
    await uow.residences.add_all(
        [
            Residence.recorded(person_id, person.grid, person.first_day, person.last_day)
            for person, person_id in loaded
        ]
    )
    for person, person_id in loaded:
        if person.entry is not None:
            await _list(person.entry, person_id, uow)
    unplaced = (place for place, person in enumerate(batch) if person.grid not in grids)
    return Loaded(len(loaded), tuple(unplaced))


async def _list(listed: ListedPerson, person_id: UUID, uow: UnitOfWork) -> None:
    listed.ground.check(uow.today)
    entry = Entry.listed(
        listed.ground,
        listed.responsible_office,
        listed.justice_office,
        listed.assisting_committee,
    )
    await uow.register.add(entry, listed.ground, person_id)
    await uow.audit.add("list", "entry", entry.id)
