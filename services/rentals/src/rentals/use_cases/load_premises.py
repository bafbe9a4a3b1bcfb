"""Take over the files of premises from elsewhere, as a command of an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from rentals.domain.premises import Premises
from rentals.use_cases.ports import PlacesPort, PremisesPort


@dataclass(frozen=True, slots=True)
class LoadedPremises:
    """One file.

    Attributes:
        premises: the file.
        accounts: those that may see and let them, if the file is new.
    """

    premises: Premises
    accounts: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a batch.

    Attributes:
        new: how many premises were new.
        unplaced: places in the batch of those that stand in no known grid; left out.
    """

    new: int
    unplaced: tuple[int, ...]


class LoadingUnit(Protocol):
    """The part of the unit of work that loading needs; nobody is the caller."""

    @property
    def premises(self) -> PremisesPort:
        """Premises."""
        ...

    @property
    def places(self) -> PlacesPort:
        """The area tree."""
        ...


async def load_premises(batch: Sequence[LoadedPremises], uow: LoadingUnit) -> Loaded:
    """Add premises; those that are filed already stay as they are.

    Before the first area has arrived, the file's word is taken for its grids: a new network is
    filled before its services start.
    """
    unknown = await uow.places.unknown({one.premises.grid for one in batch})
    if unknown and not await uow.places.any_known():
        unknown = set()
    placed = [one for one in batch if one.premises.grid not in unknown]
    added = await uow.premises.add([one.premises for one in placed])
    given = [
        (one.premises.id, account)
        for one in placed
        for account in one.accounts
        if one.premises.id in added
    ]
    await uow.premises.grant(given)
    await uow.premises.announce_accounts({premises_id for premises_id, _ in given})
    unplaced = (place for place, one in enumerate(batch) if one.premises.grid in unknown)
    return Loaded(len(added), tuple(unplaced))
