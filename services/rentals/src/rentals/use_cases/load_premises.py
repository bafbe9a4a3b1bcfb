"""Take over the files of premises from elsewhere, as a command of an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rentals.domain.loading import LoadedPremises, Refusal


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a chunk.

    Attributes:
        new: how many premises were new.
        refused: those left out.
    """

    new: int
    refused: tuple[Refusal, ...]


class StagingPort(Protocol):
    """A chunk of loaded premises, on its way into the database."""

    async def put(self, loaded: Sequence[LoadedPremises]) -> list[Refusal]:
        """Lay a chunk down; return what stands in no known grid and was left out."""
        ...

    async def store(self, loaded: Sequence[LoadedPremises]) -> list[LoadedPremises]:
        """Add and announce what is new of the chunk; return it."""
        ...


class LoadingUnit(Protocol):
    """The part of the unit of work that loading needs; nobody is the caller."""

    @property
    def staging(self) -> StagingPort:
        """Where chunks are laid down."""
        ...


async def load_premises(chunk: Sequence[LoadedPremises], uow: LoadingUnit) -> Loaded:
    """Add premises; those that are filed already stay as they are."""
    refused = await uow.staging.put(chunk)
    stored = await uow.staging.store(chunk)
    return Loaded(len(stored), tuple(refused))
