"""What a file of premises may hold, and how a line of it is refused."""

from dataclasses import dataclass
from uuid import UUID

from rentals.domain.premises import Premises


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line of a file is left out: names of fields and codes, never a value of the file.

    Attributes:
        line: its number in the file, from 1 on.
        field: path of what is wrong; None where the line cannot be read at all.
        slug: the rule that it breaks.
    """

    line: int
    field: str | None
    slug: str

    def __str__(self) -> str:
        """Return the refusal as the command prints it."""
        return f"line {self.line}: {f'{self.field}: ' if self.field else ''}{self.slug}"


@dataclass(frozen=True, slots=True)
class LoadedPremises:
    """One premises of the file.

    Attributes:
        line: number of the line in the file.
        premises: as they are filed.
        accounts: those that may see and let them, if they are new.
    """

    line: int
    premises: Premises
    accounts: tuple[UUID, ...]
