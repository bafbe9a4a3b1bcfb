"""Residences: where a person lives from which day to which, whatever the household register says.

Days are civil days of Asia/Shanghai, both ends inclusive; no last day means until further notice.
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lianfang_common.errors import RuleBroken
from lianfang_common.ids import new_id


@dataclass(frozen=True, slots=True)
class ResidenceRecorded:
    """A person lives at a place from a day on."""


@dataclass(frozen=True, slots=True)
class ResidenceExtended:
    """The last day moved."""


@dataclass(frozen=True, slots=True)
class ResidenceEnded:
    """The last day is settled."""


Fact = ResidenceRecorded | ResidenceExtended | ResidenceEnded


@dataclass(slots=True)
class Residence:
    """One stay of one person in one grid.

    Attributes:
        grid: 15 digits; never rewritten.
        tenancy_id: the tenancy that it follows, None where there is none.
        receipt_id: the identity receipt by which the tenancy named the person.
    """

    id: UUID
    person_id: UUID
    grid: str
    tenancy_id: UUID | None
    receipt_id: UUID | None
    first_day: date
    last_day: date | None
    ended: bool = False
    version: int = 0
    facts: list[Fact] = field(default_factory=list, compare=False)

    @classmethod
    def recorded(
        cls,
        person_id: UUID,
        grid: str,
        first_day: date,
        last_day: date | None,
        *,
        tenancy_id: UUID | None = None,
        receipt_id: UUID | None = None,
    ) -> "Residence":
        """Record that a person lives somewhere.

        Raises:
            RuleBroken: `end-before-start`.
        """
        _in_order(first_day, last_day)
        residence = cls(new_id(), person_id, grid, tenancy_id, receipt_id, first_day, last_day)
        residence._changed(ResidenceRecorded())
        return residence

    def extend(self, last_day: date | None) -> None:
        """Move the last day; an ended residence that is extended runs again."""
        _in_order(self.first_day, last_day)
        self.last_day, self.ended = last_day, False
        self._changed(ResidenceExtended())

    def end(self, last_day: date) -> None:
        """Settle the last day."""
        _in_order(self.first_day, last_day)
        self.last_day, self.ended = last_day, True
        self._changed(ResidenceEnded())

    def _changed(self, fact: Fact) -> None:
        self.version += 1
        self.facts.append(fact)


def _in_order(first_day: date, last_day: date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise RuleBroken("end-before-start", "last_day")
