"""From a fact to the words of a notice: redaction first, then both languages, once.

Only what a rule allows reaches the second step, and of that only ids, codes with a label, days
and moments become words. There is no way for free text through here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianfang_common.clock import CIVIL_ZONE, civil_date
from notifications.domain.directory import Area
from notifications.domain.fact import Fact
from notifications.domain.rule import Phrase, Rule, Template, Vocabulary

Value = UUID | date | datetime | str | Phrase
_VALUES = (UUID, date, str, Phrase)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The fields that a rule sends, and nothing else of the fact."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice's words."""

    title: Phrase
    body: Phrase


def redact(fact: Fact, rule: Rule, community: Area | None) -> Redacted:
    """Return what the rule allows of a fact; fields without a value are left out."""
    values: dict[str, Value] = {}
    for field in rule.fields:
        value = fact.fields.get(field)
        if field == "day":
            value = civil_date(fact.occurred_at)
        elif field == "community" and community:
            value = Phrase(community.name_zh, community.name_en)
        if isinstance(value, _VALUES):
            values[field] = value
    return Redacted(values)


def render(
    redacted: Redacted, template: Template, vocabulary: Vocabulary, *, flagged: bool = False
) -> Rendered:
    """Fill a template in both languages; a line that lacks a value is left out.

    Args:
        redacted: what may be shown.
        template: the texts.
        vocabulary: words for codes.
        flagged: whether the place is not on file; the title then says so.
    """
    zh: dict[str, str] = {}
    en: dict[str, str] = {}
    for field, value in redacted.values.items():
        if (words := _words(field, value, vocabulary)) is not None:
            zh[field], en[field] = words
    title_zh = _fill(template.title.zh, zh) or vocabulary.other.zh
    title_en = _fill(template.title.en, en) or vocabulary.other.en
    if flagged:
        title_zh, title_en = title_zh + vocabulary.flagged.zh, title_en + vocabulary.flagged.en
    lines = [(_fill(text.zh, zh), _fill(text.en, en)) for text in template.lines]
    return Rendered(
        title=Phrase(title_zh, title_en),
        body=Phrase(
            "\n".join([line for line, _ in lines if line]),
            "\n".join([line for _, line in lines if line]),
        ),
    )


def _words(field: str, value: Value, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Return a value's words in both languages, or None for a code without a label."""
    if isinstance(value, Phrase):
        return value.zh, value.en
    if isinstance(value, str):
        labels = vocabulary.labels.get(field)
        if labels is None:
            return None
        label = labels.get(value, vocabulary.other)
        return label.zh, label.en
    # A moment is a date too, so it is asked for first.
    plain = _moment(value) if isinstance(value, datetime) else str(value)
    return plain, plain


def _moment(value: datetime) -> str:
    # Several times quicker than strftime, which reads its format anew each time.
    return value.astimezone(CIVIL_ZONE).isoformat(" ", "minutes")[:16]


def _fill(text: str, words: Mapping[str, str]) -> str | None:
    try:
        return text.format_map(words)
    except KeyError:
        return None
