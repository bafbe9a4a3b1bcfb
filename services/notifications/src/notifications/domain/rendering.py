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
    derived: dict[str, object] = {"day": civil_date(fact.occurred_at)}
    if community:
        derived["community"] = Phrase(community.name_zh, community.name_en)
    return Redacted(
        {
            field: value
            for field in rule.fields
            if isinstance(value := derived.get(field, fact.fields.get(field)), Value)
        }
    )


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
    words = {
        field: phrase
        for field, value in redacted.values.items()
        if (phrase := _words(field, value, vocabulary))
    }
    zh = {field: phrase.zh for field, phrase in words.items()}
    en = {field: phrase.en for field, phrase in words.items()}
    mark = vocabulary.flagged if flagged else Phrase("", "")
    return Rendered(
        title=Phrase(
            (_fill(template.title.zh, zh) or vocabulary.other.zh) + mark.zh,
            (_fill(template.title.en, en) or vocabulary.other.en) + mark.en,
        ),
        body=Phrase(
            "\n".join(line for text in template.lines if (line := _fill(text.zh, zh))),
            "\n".join(line for text in template.lines if (line := _fill(text.en, en))),
        ),
    )


def _words(field: str, value: Value, vocabulary: Vocabulary) -> Phrase | None:
    match value:
        case Phrase():
            return value
        case datetime():
            moment = value.astimezone(CIVIL_ZONE).strftime("%Y-%m-%d %H:%M")
            return Phrase(moment, moment)
        case UUID() | date():
            return Phrase(str(value), str(value))
        case str() if field in vocabulary.labels:
            return vocabulary.labels[field].get(value, vocabulary.other)
    return None


def _fill(text: str, words: Mapping[str, str]) -> str | None:
    try:
        return text.format_map(words)
    except KeyError:
        return None
