"""Show what a rule does: in plain sentences, and with the very words that a notice would have."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from lianfang_common.errors import NotFound
from notifications.consumed import FACT_READERS
from notifications.domain.desk import Desk
from notifications.domain.digest import COUNT_MIN, Week, compose_digest
from notifications.domain.directory import Area
from notifications.domain.explain import explain
from notifications.domain.fact import Fact
from notifications.domain.manifest import Manifest, manifest_of
from notifications.domain.rendering import Rendered
from notifications.domain.routing import Addressed, compose
from notifications.domain.rule import Phrase, Rule, Rulebook
from notifications.storage.unit_of_work import NotificationsUnit

EXAMPLE_MOMENT = datetime(2026, 3, 1, 6, 10, tzinfo=UTC)
EXAMPLE_OFFICE = UUID("01990101-0000-7000-8000-000000000010")
EXAMPLE_COMMUNITY = Area(
    area_id=UUID("01990101-0000-7000-8000-000000000020"),
    code="990101001001",
    level="community",
    parent_code="990101001",
    name_zh="示例社区",
    name_en="Example community",
    version=1,
)


@dataclass(frozen=True, slots=True)
class Preview:
    """A rule, what it means, and a notice of made-up values; none for rules that tell nobody."""

    rule: Rule
    explanation: Phrase
    rendered: Rendered | None
    manifest: Manifest | None
    premises_id: UUID | None = None


def preview(rule: Rule, book: Rulebook) -> Preview:
    """Return what a rule does, by the same redaction and rendering as a real notice."""
    if rule.mode == "none":
        return Preview(rule, explain(rule, book), None, None)
    assert rule.role
    if rule.mode == "digest":
        week = Week(date(2026, 2, 23))
        draft = compose_digest(rule, EXAMPLE_OFFICE, week, COUNT_MIN, book, EXAMPLE_MOMENT)
    else:
        addressed = Addressed(rule, Desk(EXAMPLE_OFFICE, rule.role), flagged=False)
        draft = compose(example_fact(rule, book), addressed, EXAMPLE_COMMUNITY, book)
    manifest = manifest_of(rule, rule.role)
    return Preview(rule, explain(rule, book), draft.rendered, manifest, draft.premises_id)


def example_fact(rule: Rule, book: Rulebook) -> Fact:
    """Return a made-up fact of the rule's event, read as a real one would be."""
    event = FACT_READERS[rule.event].model_validate(book.events[rule.event].example)
    return Fact(EXAMPLE_OFFICE, rule.event, EXAMPLE_MOMENT, event.model_dump())


async def list_rules(uow: NotificationsUnit) -> list[Preview]:
    """Return the newest version of every rule, by id."""
    book = await uow.rules.all()
    return [preview(rule, book) for rule in book.current()]


async def get_rule(rule_id: str, uow: NotificationsUnit) -> Preview:
    """Return the newest version of one rule.

    Raises:
        NotFound: there is no such rule.
    """
    book = await uow.rules.all()
    rule = next((rule for rule in book.current() if rule.id == rule_id), None)
    if rule is None:
        raise NotFound
    return preview(rule, book)
