"""For every role and every event: what a rule does not allow reaches no word, event or manifest."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notifications_builders import (
    BOOK,
    COMMITTEE,
    GRID,
    GRID_2,
    NOW,
    OTHER_GRID,
    ROOM,
    RULES,
    a_directory,
    a_draft,
    a_fact,
    an_incident,
    routed,
)

from notifications import published
from notifications.consumed import FACT_READERS
from notifications.domain.desk import Desk
from notifications.domain.digest import Week, compose_digest
from notifications.domain.fact import Fact
from notifications.domain.manifest import manifest_of, sealed_text
from notifications.domain.notice import Notice
from notifications.domain.rule import Phrase
from notifications.use_cases.preview_rule import example_fact, preview

CODES = {
    "classification": sorted(BOOK.vocabulary.labels["classification"]),
    "method": sorted(BOOK.vocabulary.labels["method"]),
    "tip": sorted(BOOK.vocabulary.labels["tip"]),
    "day_part": sorted(BOOK.vocabulary.labels["day_part"]),
}
FREE_TEXT = st.text(alphabet="张王李赵钱ABCXYZ0123456789", max_size=18).map(lambda t: f"某甲{t}")
LONG_AGO = st.dates(date(1950, 1, 1), date(2020, 12, 31))
SECRETS = {
    "tenants": st.uuids().map(lambda each: [{"person_id": each, "receipt_id": each}]),
    "person_id": st.uuids(),
    "name": FREE_TEXT,
    "phone": st.integers(0, 99_999).map(lambda n: f"199000{n:05d}"),
    "document_number": st.integers(10**16, 10**17).map(lambda n: f"{n}X"),
    "narrative": FREE_TEXT,
}


def values_of(event_type: str) -> st.SearchStrategy[dict[str, object]]:
    """Return values for all fields that a publisher sends, and for some that it never should."""
    strategies: dict[str, st.SearchStrategy[object]] = {}
    for field in BOOK.events[event_type].fields:
        if field == "grid":
            strategies[field] = st.sampled_from([GRID, GRID_2, OTHER_GRID])
        elif field in CODES:
            strategies[field] = st.sampled_from(CODES[field]) | FREE_TEXT
        elif field in ("criminal", "against_person"):
            strategies[field] = st.booleans()
        elif field.endswith(("_day", "_on")):
            strategies[field] = LONG_AGO
        elif field.endswith(("_at", "_by")) and field != "registered_by":
            strategies[field] = LONG_AGO.map(lambda day: datetime(*day.timetuple()[:6], tzinfo=UTC))
        elif field.endswith(("_id", "_office", "_committee")):
            strategies[field] = st.uuids()
        else:
            strategies[field] = FREE_TEXT
    return st.fixed_dictionaries({**strategies, **SECRETS})


def tokens_of(value: object) -> list[str]:
    """Return how a value would show if it leaked."""
    match value:
        case UUID():
            return [str(value), value.hex]
        case datetime():
            # Moments are shown by the clock of Asia/Shanghai; the day is enough to find one.
            return [value.date().isoformat(), (value + timedelta(hours=8)).date().isoformat()]
        case date():
            return [value.isoformat()]
        case list():
            return [token for each in value for id_ in each.values() for token in tokens_of(id_)]
        case str():
            return [value]
    return []


def everything_told(notice: Notice, rule_id: str) -> str:
    """Return all that leaves for a desk: the event, the manifest, and what is sealed."""
    rule = RULES[rule_id]
    manifest = manifest_of(rule, notice.desk.role)
    event = published.raised(notice).model_dump_json()
    return event + sealed_text(notice, manifest) + json.dumps([manifest.sent, manifest.withheld])


@pytest.mark.parametrize("event_type", sorted(FACT_READERS))
@settings(max_examples=25)
@given(data=st.data())
def test_no_withheld_value_and_no_free_text_reaches_any_desk(event_type, data):
    fields = data.draw(values_of(event_type))
    fact = Fact(uuid4(), event_type, NOW, fields)
    for draft in routed(fact).drafts:
        notice = Notice.of(draft, NOW, 1.0)
        above = Notice.of(draft, NOW, 1.0).escalate(
            Desk(ROOM, "room_head"), draft.rule, BOOK.vocabulary.escalated, NOW, 1.0
        )
        shown = {field: fields[field] for field in draft.rule.fields if field in fields}
        allowed = {token for value in shown.values() for token in tokens_of(value)}
        # The recipient's own office is in the envelope, and so is nobody else's.
        allowed |= set(tokens_of(draft.desk.office_id))
        for told in (everything_told(notice, draft.rule.id), everything_told(above, draft.rule.id)):
            for field, value in fields.items():
                for token in tokens_of(value):
                    hidden = token not in allowed or (isinstance(value, str) and field != "grid")
                    if hidden and token not in CODES.get(field, ()):
                        assert token not in told, (draft.rule.id, field)


@pytest.mark.parametrize("event_type", sorted(FACT_READERS))
@settings(max_examples=10)
@given(data=st.data())
def test_a_manifest_depends_on_event_role_and_rule_alone(event_type, data):
    first, second = (
        Fact(uuid4(), event_type, NOW, data.draw(values_of(event_type))) for _ in range(2)
    )
    manifests: dict[tuple[str, str], set[object]] = {}
    for fact in (first, second):
        for draft in routed(fact).drafts:
            key = (draft.rule.id, draft.desk.role)
            manifests.setdefault(key, set()).add(manifest_of(draft.rule, draft.desk.role))
    assert all(len(found) == 1 for found in manifests.values())


@settings(max_examples=40)
@given(values=values_of("incidents.incident.opened.v1"))
def test_a_committee_reads_no_code_that_has_no_word(values):
    """Class, part of day, method and tip come out of closed lists, in the desk's language."""
    fact = Fact(uuid4(), "incidents.incident.opened.v1", NOW, {**values, "against_person": False})
    for draft in routed(fact).drafts:
        if draft.desk.role == "committee":
            words = draft.rendered.body.en + draft.rendered.title.en
            for field in ("method", "tip", "day_part"):
                code = str(values[field])
                word = BOOK.vocabulary.labels[field].get(code, BOOK.vocabulary.other).en
                assert word in words


@pytest.mark.parametrize(
    "rule_id", sorted(rule.id for rule in BOOK.current() if rule.mode == "single")
)
def test_the_preview_of_a_rule_is_what_is_sent_to_the_byte(rule_id):
    """A notice of the example's values, routed as any other, has the preview's very words."""
    rule = RULES[rule_id]
    fact = example_fact(rule, BOOK)
    sent = [draft for draft in routed(fact).drafts if draft.rule.id == rule_id]
    if not sent:
        # The example of `opened` is criminal; the other officer's rule has one that is not.
        fact = Fact(fact.ce_id, fact.type, fact.occurred_at, {**fact.fields, "criminal": False})
        sent = [draft for draft in routed(fact).drafts if draft.rule.id == rule_id]
    shown = preview(rule, BOOK).rendered
    assert shown is not None
    for draft in sent:
        words = draft.rendered
        assert words.title == shown.title
        assert words.body.zh == shown.body.zh.replace("示例社区", "和平社区")
        assert words.body.en == shown.body.en.replace("Example community", "Heping community")
    assert len(sent) == 1


def test_the_preview_of_the_digest_is_a_digest_to_the_byte():
    rule = RULES["incident-against-person.committee"]
    sent = compose_digest(rule, COMMITTEE, Week(date(2026, 2, 23)), 3, BOOK, NOW)
    assert preview(rule, BOOK).rendered == sent.rendered


def test_two_facts_that_differ_in_withheld_fields_alone_are_told_in_the_same_words():
    words = set()
    for n in range(3):
        ids = {"tenancy_id": str(UUID(int=n)), "premises_id": str(UUID(int=n))}
        fact = a_fact("rentals.tenancy.registered.v1", **ids)
        draft = next(d for d in routed(fact, a_directory()).drafts if d.desk.role == "committee")
        words.add((draft.rendered, draft.subject_id, draft.grid))
    assert len(words) == 1


def test_a_seal_made_by_an_older_version_still_fits():
    draft = a_draft(an_incident("burglary", premises_id=None), "officer")
    notice = Notice.of(draft, NOW, 1.0)
    notice.title = Phrase('引号" \\ 和\u0001\n控制符/\x7f', "é — 😀")
    manifest = manifest_of(draft.rule, "officer")
    ids = {"office_id": str(notice.desk.office_id), "subject_id": str(notice.subject_id)}
    stated = [
        *(manifest.event_type, manifest.role, manifest.rule_id, manifest.rule_version),
        *(manifest.template_id, manifest.template_version, manifest.sent, manifest.withheld),
        *(ids["office_id"], notice.subject_kind, ids["subject_id"], notice.grid),
        *(notice.title.zh, notice.title.en, notice.body.zh, notice.body.en),
    ]
    told = json.dumps(stated, ensure_ascii=False, separators=(",", ":"))
    assert sealed_text(notice, manifest) == f"manifest:{told}"
