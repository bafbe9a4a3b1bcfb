"""Whatever two offices, a timer and an end date do in whatever order: one office answers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from population_builders import JUSTICE_A, JUSTICE_B, ROOM_A, ROOM_B, office_id

from lianfang_common.errors import NotFound, RuleBroken, StaleVersion, VersionRequired
from population.domain.limits import Limits
from population.domain.residence_change import (
    AcceptanceMissed,
    Accepted,
    CaseClosed,
    Refused,
    ResidenceChange,
    ReviewMissed,
)
from population.domain.supervision import Entry, Moved

LIMITS = Limits()
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STRANGER = office_id("stranger")
# Those with a part in the case act more often than those without, or few runs would get far.
EVERYBODY = (ROOM_A, ROOM_A, ROOM_A, ROOM_B, ROOM_B, ROOM_B, JUSTICE_B, STRANGER)


def an_entry() -> Entry:
    return Entry(
        id=office_id("entry"),
        category="community_correction",
        ends_on=(NOW + timedelta(days=30)).date(),
        review_due_on=(NOW + timedelta(days=10)).date(),
        responsible_office=ROOM_A,
        justice_office=JUSTICE_A,
        assisting_committee=None,
        version=1,
    )


def a_case() -> ResidenceChange:
    return ResidenceChange.opened(office_id("entry"), ROOM_A, NOW, LIMITS)


class Handover(RuleBasedStateMachine):
    """Two cases of one entry, and everybody who may or may not act, in any order."""

    @initialize()
    def open_two_cases(self) -> None:
        self.now = NOW
        self.entry = an_entry()
        self.cases = [a_case(), a_case()]
        self.moves: list[UUID] = []

    def attempt(self, act) -> None:
        """Do something or be refused; a refusal changes nothing."""
        before = (
            self.entry.responsible_office,
            self.entry.version,
            [c.version for c in self.cases],
        )
        try:
            act()
        except RuleBroken:
            after = (
                self.entry.responsible_office,
                self.entry.version,
                [c.version for c in self.cases],
            )
            assert after == before

    offices = st.sampled_from(EVERYBODY)
    which = st.integers(0, 1)

    @rule(which=which, by=offices)
    def confirm(self, which: int, by: UUID) -> None:
        case = self.cases[which]
        self.attempt(lambda: case.confirm(by, ROOM_B, JUSTICE_B, self.now, LIMITS, case.version))

    @rule(which=which, by=offices)
    def accept(self, which: int, by: UUID) -> None:
        case = self.cases[which]
        waits = case.state == "confirmed"
        self.attempt(lambda: case.accept(by, self.entry, case.version))
        if waits and case.state == "accepted":
            assert by == case.receiving_office == self.entry.responsible_office
            self.moves.append(by)

    @rule(which=which, by=offices)
    def refuse(self, which: int, by: UUID) -> None:
        case = self.cases[which]
        self.attempt(lambda: case.refuse(by, "wrong_area", self.now, LIMITS, case.version))

    @rule(which=which, by=offices)
    def visit(self, which: int, by: UUID) -> None:
        case = self.cases[which]
        self.attempt(lambda: case.visit(by, case.version))

    @rule(which=which, by=offices)
    def mistake(self, which: int, by: UUID) -> None:
        case = self.cases[which]
        self.attempt(lambda: case.mistake(by, case.version))

    @rule(hours=st.integers(1, 100))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for case in self.cases:
            case.miss_review(self.now)
            case.miss_acceptance(self.now)

    @precondition(lambda self: self.entry.state == "active" and len(self.moves) > 0)
    @rule()
    def end(self) -> None:
        for case in self.cases:
            case.expire(self.entry.responsible_office)
        self.entry.delist(self.entry.version)

    @invariant()
    def one_office_answers(self) -> None:
        """The entry has the office of its last move, else A."""
        expected = self.moves[-1] if self.moves else ROOM_A
        assert self.entry.responsible_office == expected
        moved = [fact for fact in self.entry.facts if isinstance(fact, Moved)]
        accepted = [f for c in self.cases for f in c.facts if isinstance(f, Accepted)]
        assert len(moved) == len(accepted) == len(self.moves)

    @invariant()
    def a_case_is_on_somebodys_clock_or_over(self) -> None:
        for case in self.cases:
            if case.state == "confirmed":
                assert case.accept_due_at is not None and case.receiving_office is not None
            assert case.is_open or case.state in ("accepted", "closed")
            assert case.version == len(case.facts)
            assert (case.state == "closed") == (case.outcome is not None)

    @invariant()
    def a_miss_is_said_once_for_each_clock(self) -> None:
        for case in self.cases:
            reviews = 1 + sum(isinstance(fact, Refused) for fact in case.facts)
            assert sum(isinstance(fact, ReviewMissed) for fact in case.facts) <= reviews
            confirmations = sum(type(fact).__name__ == "Confirmed" for fact in case.facts)
            missed = sum(isinstance(fact, AcceptanceMissed) for fact in case.facts)
            assert missed <= confirmations
            assert sum(isinstance(f, Accepted | CaseClosed) for f in case.facts) <= 1


Handover.TestCase.settings = settings(max_examples=200, stateful_step_count=25)
TestHandover = Handover.TestCase


@pytest.mark.parametrize(("version", "error"), [(None, VersionRequired), (7, StaleVersion)])
def test_every_change_names_the_newest_version(version, error):
    found, asked, entry = a_case(), a_case(), an_entry()
    asked.confirm(ROOM_A, ROOM_B, JUSTICE_B, NOW, LIMITS, 1)
    for act in (
        lambda: found.confirm(ROOM_A, ROOM_B, JUSTICE_B, NOW, LIMITS, version),
        lambda: found.mistake(ROOM_A, version),
        lambda: found.visit(ROOM_A, version),
        lambda: asked.must_wait_for_acceptance(version),
        lambda: asked.accept(ROOM_B, entry, version),
        lambda: asked.refuse(ROOM_B, "wrong_area", NOW, LIMITS, version),
        lambda: asked.visit(ROOM_B, version),
        lambda: entry.review((NOW + timedelta(days=12)).date(), NOW.date(), version),
        lambda: entry.delist(version),
    ):
        with pytest.raises(error):
            act()
    assert (found.version, asked.version, entry.version) == (1, 2, 1)


def test_a_stranger_learns_nothing_even_from_a_wrong_version():
    case = a_case()
    for act in (
        lambda: case.confirm(STRANGER, ROOM_B, JUSTICE_B, NOW, LIMITS, 7),
        lambda: case.accept(STRANGER, an_entry(), 7),
        lambda: case.refuse(STRANGER, "wrong_area", NOW, LIMITS, 7),
        lambda: case.visit(STRANGER, 7),
        lambda: case.mistake(STRANGER, 7),
    ):
        with pytest.raises(NotFound):
            act()


def test_b_cannot_accept_what_a_no_longer_answers_for():
    case, entry = a_case(), an_entry()
    case.confirm(ROOM_A, ROOM_B, JUSTICE_B, NOW, LIMITS, 1)
    entry.move_to(STRANGER, JUSTICE_A)
    with pytest.raises(RuleBroken, match="responsibility-moved"):
        case.accept(ROOM_B, entry, 2)
    assert entry.responsible_office == STRANGER and case.state == "confirmed"


def test_a_place_that_became_the_own_is_no_change_of_office():
    with pytest.raises(RuleBroken, match="place-is-own"):
        a_case().confirm(ROOM_A, ROOM_A, JUSTICE_A, NOW, LIMITS, 1)
