"""Who is told of a fact, in four pure stages: match, address, redact, render.

Every stage either passes on or says in a reason code why not, so that "why did nobody hear of
this?" has an answer. The order is fixed here alone; a preview goes the same way as a notice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lianfang_common.clock import civil_date
from notifications.domain.desk import FIRST_ROLE, KIND_OF_ROLE, Desk, OfficeKind
from notifications.domain.directory import Area, Directory
from notifications.domain.fact import Fact
from notifications.domain.rendering import Redacted, Rendered, redact, render
from notifications.domain.rule import Rule, Rulebook, Settlement, TargetKind

Reason = Literal[
    "told-to-nobody",
    "condition-not-met",
    "against-persons-never-singly",
    "no-such-office",
    "not-named-in-the-event",
]

_KIND_OF_TARGET: dict[TargetKind, OfficeKind] = {
    "room_of_grid": "room",
    "station_of_grid": "station",
    "committee_of_grid": "committee",
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that told nobody, and why."""

    rule_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Addressed:
    """A rule with its desk; `flagged` where another office stands in for the place's own."""

    rule: Rule
    desk: Desk
    flagged: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice ready to be raised; its words are final."""

    ce_id: UUID
    rule: Rule
    desk: Desk
    flagged: bool
    occurred_at: datetime
    subject_kind: str
    subject_id: UUID
    grid: str | None
    premises_id: UUID | None
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Counted:
    """A fact that only counts in a desk's digest."""

    rule: Rule
    desk: Desk


@dataclass(frozen=True, slots=True)
class Routed:
    """All that one fact leads to."""

    drafts: tuple[Draft, ...]
    counted: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]


def route(fact: Fact, rules: Iterable[Rule], book: Rulebook, directory: Directory) -> Routed:
    """Take a fact through all stages for every rule of its type."""
    drafts: list[Draft] = []
    counted: list[Counted] = []
    skipped: list[Skipped] = []
    for rule in rules:
        reason = match(fact, rule)
        found = Skipped(rule.id, reason) if reason else address(fact, rule, directory)
        if isinstance(found, Skipped):
            skipped.append(found)
        elif rule.mode == "digest":
            counted.append(Counted(rule, found.desk))
        else:
            community = directory.community(fact.grid) if "grid" in fact.fields else None
            drafts.append(compose(fact, found, community, book))
    return Routed(tuple(drafts), tuple(counted), tuple(skipped))


def match(fact: Fact, rule: Rule) -> Reason | None:
    """Say why a rule does not apply to a fact, or None where it does."""
    if rule.mode == "none":
        return "told-to-nobody"
    wanted, fields = rule.condition, fact.fields
    # Held here too, whatever the rules say: a single notice would tell that somebody was hurt.
    if rule.role == "committee" and rule.mode == "single" and fields.get("against_person"):
        return "against-persons-never-singly"
    met = (
        (wanted.criminal is None or fields.get("criminal") is wanted.criminal)
        and (wanted.against_person is None or fields.get("against_person") is wanted.against_person)
        and (
            wanted.classification_in is None
            or fields.get("classification") in wanted.classification_in
        )
    )
    return None if met else "condition-not-met"


def address(fact: Fact, rule: Rule, directory: Directory) -> Addressed | Skipped:
    """Find the desk that a rule addresses for a fact."""
    assert rule.target and rule.role
    if rule.target.kind == "office_in_event":
        office_id = fact.id_in(rule.target.field)
        if office_id is None:
            return Skipped(rule.id, "not-named-in-the-event")
        return Addressed(rule, Desk(office_id, rule.role), flagged=False)
    kind = _KIND_OF_TARGET[rule.target.kind]
    located = directory.locate(kind, fact.grid, civil_date(fact.occurred_at))
    if located is None:
        return Skipped(rule.id, "no-such-office")
    # The room head of a place without a room is whoever leads the office that stands in.
    stands_in = located.office.kind != KIND_OF_ROLE[rule.role]
    role = FIRST_ROLE[located.office.kind] if stands_in else rule.role
    return Addressed(rule, Desk(located.office.office_id, role), located.flagged)


def compose(fact: Fact, addressed: Addressed, community: Area | None, book: Rulebook) -> Draft:
    """Redact and render: the one way to a notice's words, for notices and previews alike."""
    rule, desk = addressed.rule, addressed.desk
    assert rule.subject and rule.template
    redacted = redact(fact, rule, community)
    subject_kind, subject_id = _subject(rule, redacted, desk, community)
    grid = redacted.values.get("grid")
    premises = redacted.values.get("premises_id")
    return Draft(
        ce_id=fact.ce_id,
        rule=rule,
        desk=desk,
        flagged=addressed.flagged,
        occurred_at=fact.occurred_at,
        subject_kind=subject_kind,
        subject_id=subject_id,
        grid=grid if isinstance(grid, str) else None,
        premises_id=premises if isinstance(premises, UUID) else None,
        rendered=render(
            redacted, book.templates[rule.template], book.vocabulary, flagged=addressed.flagged
        ),
    )


def _subject(
    rule: Rule, redacted: Redacted, desk: Desk, community: Area | None
) -> tuple[str, UUID]:
    assert rule.subject
    if rule.subject.field:
        named = redacted.values[rule.subject.field]
        assert isinstance(named, UUID)
        return rule.subject.kind, named
    if rule.subject.kind == "community" and community:
        return "community", community.area_id
    return "office", desk.office_id


def rules_by_event(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Index rules by the event that they are about."""
    events = {rule.event for rule in rules}
    return {event: tuple(rule for rule in rules if rule.event == event) for event in events}


def settlements_by_event(
    settlements: Sequence[Settlement],
) -> dict[str, tuple[Settlement, ...]]:
    """Index settlements by the event that settles."""
    events = {each.event for each in settlements}
    return {event: tuple(s for s in settlements if s.event == event) for event in events}
