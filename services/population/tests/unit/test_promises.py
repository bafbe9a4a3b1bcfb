"""What population never stores and never says, held by its own declarations."""

import ast
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from lianfang_edge.problems import MESSAGES as COMMON
from population import consumed, published
from population.domain.supervision import CATEGORIES
from population.handlers import SUBSCRIPTIONS
from population.messages import MESSAGES
from population.published import TOPICS
from population.storage.tables import metadata

SOURCE = Path(published.__file__).parent
EVENTS = [
    each
    for each in vars(published).values()
    if isinstance(each, type) and getattr(each, "TYPE", None)
]
RESTRICTED_FIELDS = {
    *("entry_id", "case_id", "responsible_office", "previous_office", "receiving_office"),
    *("justice_office", "assisting_committee", "review_due_on", "review_due_at"),
    "accept_due_at",
}
NEVER_STORED = {
    *("religion", "faith", "ethnicity", "nationality", "party", "political", "petition"),
    *("petitioner", "hiv", "health", "disease", "pregnancy", "fertility", "sexual", "orientation"),
    *("biometric", "face", "fingerprint", "plate", "location", "trace", "relative", "informant"),
    *("score", "risk", "rating", "hukou", "origin", "province", "arrest", "fine", "birth"),
}


@pytest.mark.parametrize("event", [e for e in EVENTS if e.TOPIC.restricted])
def test_a_restricted_event_carries_ids_offices_and_due_times_alone(event):
    assert set(event.model_fields) <= RESTRICTED_FIELDS


def test_the_restricted_topics_are_those_of_the_register_and_live_a_week():
    restricted = {topic.name for topic in TOPICS if topic.restricted}
    assert restricted == {"population.supervision", "population.residence-change"}
    assert {topic.retention_days for topic in TOPICS if topic.restricted} == {7}


def test_no_event_has_a_field_of_identity_or_of_a_category():
    words = {word for event in EVENTS for name in event.model_fields for word in name.split("_")}
    assert not words & {"document", "number", "phone", "pinyin", "category", "statute", "hash"}
    named = {event.TYPE for event in EVENTS if "name_zh" in event.model_fields}
    assert all(kind.startswith("population.area.") for kind in named)


def test_no_column_holds_what_must_not_be_collected_or_scored():
    words = {
        word
        for table in metadata.tables.values()
        for column in table.columns
        for word in re.split(r"[^a-z]+", column.name)
    }
    assert not words & NEVER_STORED


def test_the_statutory_categories_are_a_reviewed_list():
    assert set(CATEGORIES) == {
        "community_correction",
        "resettlement_help",
        "community_drug_treatment",
        "community_drug_recovery",
        "domestic_violence_order",
    }


def test_every_problem_has_words_in_both_languages():
    raised = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"Invalid", "RuleBroken", "Throttled"}
                and isinstance(node.args[0], ast.Constant)
            ):
                raised.add(node.args[0].value)
    assert raised and raised <= set(MESSAGES) | set(COMMON)
    assert all(text.zh and text.en for text in MESSAGES.values())


def test_a_reader_ignores_what_it_does_not_know():
    told = {
        "tenancy_id": "01939c1e-0000-7000-8000-000000000001",
        "last_day": None,
        "grid": "990101001001001",
        "colour": "green",
    }
    assert consumed.TenancyExtended.model_validate(told).last_day is None
    with pytest.raises(ValidationError):
        consumed.TenancyEnded.model_validate(told)


def test_every_reader_is_subscribed():
    readers = {subscription.model for subscription in SUBSCRIPTIONS}
    defined = {one for one in vars(consumed).values() if isinstance(one, type)}
    assert readers == {one for one in defined if one.__module__ == consumed.__name__} - {
        consumed.NamedTenant
    }
    assert {s.type.rsplit(".", 2)[0] for s in SUBSCRIPTIONS} == {
        "rentals.tenancy",
        "rentals.landlord",
    }
