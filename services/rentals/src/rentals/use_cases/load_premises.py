"""Take over the files of premises from elsewhere, as a command of an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from lianfang_common.errors import Invalid
from rentals.domain.premises import Premises
from rentals.use_cases.ports import PlacesPort, PremisesPort


@dataclass(frozen=True, slots=True)
class LoadPremises:
    """A batch of files, and which accounts may see and let them.

    Attributes:
        filed: the files.
        grants: premises id and account each.
    """

    filed: Sequence[Premises]
    grants: Sequence[tuple[UUID, UUID]]


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


async def load_premises(command: LoadPremises, uow: LoadingUnit) -> int:
    """Add premises; those that are filed already stay as they are.

    Before the first area has arrived, the file's word is taken for its grids: a new network is
    filled before its services start.

    Returns:
        how many were new.

    Raises:
        Invalid: a grid is not known here.
    """
    unknown = await uow.places.unknown({one.grid for one in command.filed})
    if unknown and await uow.places.any_known():
        raise Invalid("unknown-area", "grid")
    added = await uow.premises.add(command.filed)
    await uow.premises.grant(command.grants)
    return added
