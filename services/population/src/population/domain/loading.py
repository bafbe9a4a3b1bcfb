"""What a file of persons may hold, and how a line of it is refused."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from population.domain.documents import Document
from population.domain.residence import Residence
from population.domain.supervision import Ground


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
class ListedPerson:
    """The register entry of a loaded person."""

    ground: Ground
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None


@dataclass(frozen=True, slots=True)
class LoadedPerson:
    """One person with the place where they live.

    Attributes:
        line: number of the line in the file.
        name, document, phone: read by the rules of the API.
        entry: on the register from now on, or None.
    """

    line: int
    name: str
    document: Document
    phone: str | None
    grid: str
    first_day: date
    last_day: date | None
    entry: ListedPerson | None


@dataclass(frozen=True, slots=True)
class PreparedPerson:
    """A loaded person with ids of its own, sealed and hashed.

    Attributes:
        row: what the staging table takes.
        residence: where the person lives, as it will be recorded.
    """

    person: LoadedPerson
    row: tuple[object, ...]
    residence: Residence
