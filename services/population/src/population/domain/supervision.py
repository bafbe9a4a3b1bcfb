"""The register of supervision and help: a closed list of statutory grounds, each with an end.

An entry states organ, document, start, end and the next review. The day after its end it is
delisted by itself and sealed. Exactly one office answers for an active entry.

Source: features 4.2; the list is closed, and a ground that is not on it cannot be entered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from lianfang_common.errors import Invalid, RuleBroken, StaleVersion, VersionRequired
from lianfang_common.ids import new_id

REVIEW_DAYS_MAX = 184  # a ground is looked at twice a year at least
ORGAN_CHARACTERS_MAX = 80
DOCUMENT_CHARACTERS_MAX = 60

State = Literal["active", "delisted"]


@dataclass(frozen=True, slots=True)
class Category:
    """One statutory ground.

    Attributes:
        statutes: codes of the articles that can carry it.
        years_max: longest term that the statutes allow, None where a judgment sets it.
    """

    statutes: frozenset[str]
    years_max: int | None


CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {
        "community_correction": Category(
            frozenset({"community-correction-law-17", "community-correction-law-27"}), None
        ),
        "resettlement_help": Category(frozenset({"prison-law-37"}), 5),
        "community_drug_treatment": Category(frozenset({"narcotics-control-law-33"}), 3),
        "community_drug_recovery": Category(frozenset({"narcotics-control-law-48"}), 3),
        "domestic_violence_order": Category(
            frozenset(
                {
                    "anti-domestic-violence-law-16",
                    "anti-domestic-violence-law-17",
                    "anti-domestic-violence-law-32",
                }
            ),
            1,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Why, by whom and for how long somebody is on the register.

    Attributes:
        deciding_organ: which organ decided.
        document_number: number of its document.
        ends_on: last day, inclusive.
        review_due_on: last day for the next review.
    """

    category: str
    statute: str
    deciding_organ: str
    document_number: str
    starts_on: date
    ends_on: date
    review_due_on: date

    def check(self, today: date) -> None:
        """Raise `Invalid` naming the field that the register cannot take."""
        category = CATEGORIES.get(self.category)
        if category is None:
            raise Invalid("category-unknown", "category")
        if self.statute not in category.statutes:
            raise Invalid("statute-does-not-carry-category", "statute")
        if not 2 <= len(self.deciding_organ) <= ORGAN_CHARACTERS_MAX:
            raise Invalid("organ-missing", "deciding_organ")
        if not 2 <= len(self.document_number) <= DOCUMENT_CHARACTERS_MAX:
            raise Invalid("document-missing", "document_number")
        if self.ends_on < self.starts_on:
            raise Invalid("end-before-start", "ends_on")
        if self.ends_on < today:
            raise Invalid("ended-already", "ends_on")
        years = category.years_max
        if years is not None and (self.ends_on - self.starts_on).days > years * 366:
            raise Invalid("term-too-long", "ends_on", years=years)
        _check_review(self.review_due_on, self.ends_on, today)


@dataclass(frozen=True, slots=True)
class Listed:
    """The entry was made."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The entry was reviewed and stays."""


@dataclass(frozen=True, slots=True)
class ReviewMissed:
    """The day of the review passed."""


@dataclass(frozen=True, slots=True)
class Delisted:
    """The entry ended."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Another office answers from now on."""

    previous_office: UUID


Fact = Listed | Reviewed | ReviewMissed | Delisted | Moved


@dataclass(slots=True)
class Entry:
    """One entry, without the person: the link is opened by the API and the matcher alone.

    Attributes:
        responsible_office: the one office that answers for it.
        review_missed: whether the present review day passed.
    """

    id: UUID
    category: str
    ends_on: date
    review_due_on: date
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None
    state: State = "active"
    review_missed: bool = False
    version: int = 0
    facts: list[Fact] = field(default_factory=list, compare=False)

    @classmethod
    def listed(
        cls,
        ground: Ground,
        responsible_office: UUID,
        justice_office: UUID,
        assisting_committee: UUID | None,
    ) -> "Entry":
        """Make the entry of a checked ground."""
        entry = cls(
            id=new_id(),
            category=ground.category,
            ends_on=ground.ends_on,
            review_due_on=ground.review_due_on,
            responsible_office=responsible_office,
            justice_office=justice_office,
            assisting_committee=assisting_committee,
        )
        entry._changed(Listed())
        return entry

    def review(self, next_due_on: date, today: date, expected_version: int | None) -> None:
        """Record a review and the day of the next one.

        Raises:
            VersionRequired, StaleVersion: the caller did not name the newest version.
            Invalid: the day is past, too far, or after the end.
        """
        expect(self.version, expected_version)
        self._must_be_active()
        _check_review(next_due_on, self.ends_on, today)
        self.review_due_on, self.review_missed = next_due_on, False
        self._changed(Reviewed())

    def miss_review(self, today: date) -> None:
        """State that the day of the review passed; said once."""
        due = self.state == "active" and self.review_due_on < today <= self.ends_on
        if due and not self.review_missed:
            self.review_missed = True
            self._changed(ReviewMissed())

    def delist(self, expected_version: int | None) -> None:
        """End the entry by decision.

        Raises:
            VersionRequired, StaleVersion: the caller did not name the newest version.
        """
        expect(self.version, expected_version)
        self._must_be_active()
        self._end()

    def end_by_date(self, today: date) -> None:
        """End the entry if its last day is over."""
        if self.state == "active" and self.ends_on < today:
            self._end()

    def move_to(self, office: UUID, justice_office: UUID) -> None:
        """Make another office responsible, in the moment in which it accepts."""
        self._must_be_active()
        previous, self.responsible_office = self.responsible_office, office
        self.justice_office = justice_office
        self._changed(Moved(previous))

    def _end(self) -> None:
        self.state = "delisted"
        self._changed(Delisted())

    def _must_be_active(self) -> None:
        if self.state != "active":
            raise RuleBroken("entry-delisted")

    def _changed(self, fact: Fact) -> None:
        self.version += 1
        self.facts.append(fact)


def expect(version: int, expected: int | None) -> None:
    """Pass if the caller named the newest version.

    Raises:
        VersionRequired: it named none.
        StaleVersion: it named another.
    """
    if expected is None:
        raise VersionRequired
    if expected != version:
        raise StaleVersion


def _check_review(due_on: date, ends_on: date, today: date) -> None:
    if due_on < today:
        raise Invalid("review-day-past", "review_due_on")
    if due_on > ends_on:
        raise Invalid("review-after-end", "review_due_on")
    if due_on > today + timedelta(days=REVIEW_DAYS_MAX):
        raise Invalid("review-too-late", "review_due_on", days=REVIEW_DAYS_MAX)
