"""Routing rules as data: which event, where, of which class, goes to which desk with which fields.

A rule is immutable once defined; changing one means a new version. Conditions are a closed
structure over things and classes: there is no way to write one about a person.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from notifications.domain.desk import Role

Mode = Literal["single", "digest", "none"]
Urgency = Literal["high", "normal", "low"]
TargetKind = Literal["room_of_grid", "station_of_grid", "committee_of_grid", "office_in_event"]

DERIVED_FIELDS = ("community", "day")
"""Not in any event: the community's name, and the civil day of the event."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule applies; every part that is given has to hold."""

    classification_in: tuple[str, ...] | None = None
    criminal: bool | None = None
    against_person: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Which office is addressed: by the event's place, or named in a field of the event."""

    kind: TargetKind
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about: a kind, and the field with its id; None is the recipient's area."""

    kind: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Texts with `{field}` places; a line with an empty place is left out."""

    id: str
    version: int
    title: Phrase
    lines: tuple[Phrase, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Return what identifies this version."""
        return self.id, self.version


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one routing rule.

    `fields` is the allow-list: nothing else of the event reaches the notice. A rule of mode
    `none` says in `reason` why nobody is told. `withheld` is worked out when the version is
    defined and kept with it: an event that grows a field later changes no manifest. `told_as` is
    the type that the desk reads instead of the event's, where that would tell too much.
    """

    id: str
    version: int
    event: str
    mode: Mode
    reason: Phrase
    condition: Condition = Condition()
    target: Target | None = None
    role: Role | None = None
    urgency: Urgency = "normal"
    fields: tuple[str, ...] = ()
    subject: Subject | None = None
    template: tuple[str, int] | None = None
    acknowledge_within: timedelta | None = None
    stale_after: timedelta = timedelta(days=7)
    chain: tuple[Role, ...] = ()
    withheld: tuple[str, ...] = ()
    told_as: str | None = None

    @property
    def told_type(self) -> str:
        """Return the type that the desk reads."""
        return self.told_as or self.event

    @property
    def key(self) -> tuple[str, int]:
        """Return what identifies this version."""
        return self.id, self.version

    def next_role(self, role: Role) -> Role | None:
        """Return who is told when a role does not acknowledge; None at the chain's end."""
        if role not in self.chain:
            return None
        place = self.chain.index(role) + 1
        return self.chain[place] if place < len(self.chain) else None


@dataclass(frozen=True, slots=True)
class Settlement:
    """An event after which the notices of some rules about its subject wait for nobody.

    Args:
        event: the published type.
        subject: of the notices that it settles; the field holds their subject in the event.
        rules: whose notices.
        reason: what their desks are told.
    """

    event: str
    subject: Subject
    rules: tuple[str, ...]
    reason: Phrase


@dataclass(frozen=True, slots=True)
class EventKind:
    """What is known of a published event type.

    Args:
        type: the published type.
        fields: every field that the publisher sends, read or not.
        instants: fields that are moments, days: fields that are civil days.
        restricted: whether its topic is; then only ids, offices and due times are ever sent.
        example: made-up values for the preview.
    """

    type: str
    fields: tuple[str, ...]
    example: dict[str, object]
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words for codes, by field and code, and the marks that a title can bear."""

    labels: dict[str, dict[str, Phrase]]
    other: Phrase
    flagged: Phrase
    escalated: Phrase


@dataclass(frozen=True)
class Rulebook:
    """Everything that routing is decided by, apart from the directory."""

    rules: tuple[Rule, ...]
    templates: dict[tuple[str, int], Template]
    events: dict[str, EventKind]
    vocabulary: Vocabulary
    settlements: tuple[Settlement, ...] = ()

    def current(self) -> tuple[Rule, ...]:
        """Return the newest version of each rule, by id."""
        newest: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.id not in newest or newest[rule.id].version < rule.version:
                newest[rule.id] = rule
        return tuple(newest[rule_id] for rule_id in sorted(newest))
