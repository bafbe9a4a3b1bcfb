"""The residence-change case: a person on the register of A lives in the area of B.

to_review -> confirmed -> accepted; ways out: visit only, mistaken identity, expired. A refusal
leads back to the review, so that the case stays on somebody's clock. A answers for the entry until
B accepts; the acceptance and the move of the entry are one act.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from lianfang_common.errors import NotFound, RuleBroken
from lianfang_common.ids import new_id
from population.domain.limits import Limits
from population.domain.supervision import Entry, expect

State = Literal["to_review", "confirmed", "accepted", "closed"]
Outcome = Literal["visit_only", "mistaken_identity", "expired"]
Refusal = Literal["wrong_area", "not_resident", "documents_missing", "decision_pending"]


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A match waits for a review."""


@dataclass(frozen=True, slots=True)
class ReviewMissed:
    """Nobody reviewed in time."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An officer of A says that it is the person, and that the person lives there."""


@dataclass(frozen=True, slots=True)
class AcceptanceMissed:
    """B stayed silent."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """B answers for the entry from now on."""

    previous_office: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """B does not accept."""

    by: UUID
    justice_office: UUID


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """The case ended without a change of office."""

    responsible_office: UUID


Fact = CaseOpened | ReviewMissed | Confirmed | AcceptanceMissed | Accepted | Refused | CaseClosed


@dataclass(frozen=True, slots=True)
class Link:
    """Whom and what a case is about: population's alone, and sealed where it is stored."""

    person_id: UUID
    residence_id: UUID
    grid: str


@dataclass(frozen=True, slots=True)
class Match:
    """A residence of somebody whose entry an office answers for that does not work there."""

    entry_id: UUID
    responsible_office: UUID
    link: Link


@dataclass(slots=True)
class ResidenceChange:
    """One case.

    Attributes:
        managing_office: A, who answered for the entry when the case was opened.
        receiving_office: B, while it is asked or after it accepted.
        justice_office: the justice office of B's area, as long as B.
        refusal: why B refused last, if it did.
    """

    id: UUID
    entry_id: UUID
    managing_office: UUID
    review_due_at: datetime
    state: State = "to_review"
    receiving_office: UUID | None = None
    justice_office: UUID | None = None
    accept_due_at: datetime | None = None
    review_missed: bool = False
    acceptance_missed: bool = False
    refusal: Refusal | None = None
    outcome: Outcome | None = None
    version: int = 0
    facts: list[Fact] = field(default_factory=list, compare=False)

    @classmethod
    def opened(
        cls, entry_id: UUID, office: UUID, now: datetime, limits: Limits
    ) -> "ResidenceChange":
        """Open the case of a match."""
        case = cls(new_id(), entry_id, office, now + limits.review_within)
        case._changed(CaseOpened())
        return case

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to act."""
        return self.state in ("to_review", "confirmed")

    def confirm(
        self,
        by: UUID,
        receiving_office: UUID,
        justice_office: UUID,
        now: datetime,
        limits: Limits,
        expected_version: int | None,
    ) -> None:
        """Confirm the match and ask B.

        Raises:
            NotFound: `by` is not A.
            RuleBroken: the case does not wait for a review, or A itself works for the place now.
        """
        self._of_managing(by, expected_version)
        self._must_be("to_review")
        if receiving_office == self.managing_office:
            raise RuleBroken("place-is-own")
        self.state = "confirmed"
        self.receiving_office, self.justice_office = receiving_office, justice_office
        self.accept_due_at = now + limits.accept_within
        self.acceptance_missed = False
        self._changed(Confirmed())

    def mistake(self, by: UUID, expected_version: int | None) -> None:
        """Close the case: it is somebody else."""
        self._of_managing(by, expected_version)
        self._must_be("to_review")
        self._close("mistaken_identity", self.managing_office)

    def visit(self, by: UUID, expected_version: int | None) -> None:
        """Close the case: the person only visits. A may say so, and B once it was asked."""
        allowed = {self.managing_office}
        if self.state == "confirmed" and self.receiving_office is not None:
            allowed.add(self.receiving_office)
        if by not in allowed:
            raise NotFound
        expect(self.version, expected_version)
        if not self.is_open:
            raise RuleBroken("case-closed")
        self._close("visit_only", self.managing_office)

    def accept(self, by: UUID, entry: Entry, expected_version: int | None) -> None:
        """Accept, and make B responsible for the entry in the same act.

        Raises:
            NotFound: `by` is not B.
            RuleBroken: the case waits for nobody's acceptance, or A no longer answers for the
                entry.
        """
        receiving, justice = self._of_receiving(by, expected_version)
        if entry.responsible_office != self.managing_office:
            raise RuleBroken("responsibility-moved")
        entry.move_to(receiving, justice)
        self.state = "accepted"
        self._changed(Accepted(self.managing_office))

    def refuse(
        self, by: UUID, reason: Refusal, now: datetime, limits: Limits, expected_version: int | None
    ) -> None:
        """Refuse: A reviews again, its clock runs anew, and B has no more to do with it."""
        receiving, justice = self._of_receiving(by, expected_version)
        self.state, self.refusal = "to_review", reason
        self.review_due_at, self.review_missed = now + limits.review_within, False
        self.receiving_office = self.justice_office = self.accept_due_at = None
        self._changed(Refused(receiving, justice))

    def miss_review(self, now: datetime) -> None:
        """State that nobody reviewed in time; said once for each review."""
        if self.state == "to_review" and not self.review_missed and self.review_due_at <= now:
            self.review_missed = True
            self._changed(ReviewMissed())

    def miss_acceptance(self, now: datetime) -> None:
        """State that B stayed silent; said once for each confirmation."""
        waits = self.state == "confirmed" and not self.acceptance_missed
        if waits and self.accept_due_at is not None and self.accept_due_at <= now:
            self.acceptance_missed = True
            self._changed(AcceptanceMissed())

    def expire(self, responsible_office: UUID) -> None:
        """Close the case because its entry ended, or because another office answers for it.

        Args:
            responsible_office: who answers for the entry now, or answered for it last.
        """
        if self.is_open:
            self._close("expired", responsible_office)

    def must_wait_for_acceptance(self, expected_version: int | None) -> None:
        """Pass if B may answer now; the entry need not be looked at otherwise."""
        expect(self.version, expected_version)
        self._must_be("confirmed")

    def _of_managing(self, by: UUID, expected_version: int | None) -> None:
        if by != self.managing_office:
            raise NotFound
        expect(self.version, expected_version)

    def _of_receiving(self, by: UUID, expected_version: int | None) -> tuple[UUID, UUID]:
        if self.receiving_office is None or self.justice_office is None:
            raise NotFound
        if by != self.receiving_office:
            raise NotFound
        expect(self.version, expected_version)
        self._must_be("confirmed")
        return self.receiving_office, self.justice_office

    def _must_be(self, state: State) -> None:
        if self.state != state:
            raise RuleBroken("case-not-in-that-state" if self.is_open else "case-closed")

    def _close(self, outcome: Outcome, responsible_office: UUID) -> None:
        self.state, self.outcome = "closed", outcome
        self._changed(CaseClosed(responsible_office))

    def _changed(self, fact: Fact) -> None:
        self.version += 1
        self.facts.append(fact)
