"""The package's rules: complete, within the limits, and explained."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from notifications_builders import BOOK, RULES

from notifications.consumed import FACT_READERS
from notifications.domain.explain import explain
from notifications.domain.manifest import manifest_of
from notifications.domain.names import EVENTS, FIELDS
from notifications.domain.rule import Condition
from notifications.domain.rulefile import RulesUnusable, read_rules
from notifications.use_cases.preview_rule import preview

SERVICES = Path(__file__).resolve().parents[3]
PUBLISHED = re.compile(r'TYPE: ClassVar(?:\[str\])? = "([a-z-]+\.[a-z-]+\.[a-z-]+\.v\d+)"')
RULES_FOLDER = SERVICES / "notifications/src/notifications/rules"
FILE = "\n".join(path.read_text() for path in sorted(RULES_FOLDER.glob("*.toml")))


def published_types() -> set[str]:
    """Return every event type that a service of this checkout declares."""
    sources = sorted(SERVICES.glob("*/src/*/published.py"))
    return {found for source in sources for found in PUBLISHED.findall(source.read_text())}


def contracts() -> dict[str, dict[str, object]]:
    """Return the published schemas that the services have committed."""
    paths = SERVICES.glob("*/contracts/publishes/*/schema.json")
    return {path.parent.name: json.loads(path.read_text()) for path in paths}


def test_every_published_event_type_has_a_receiver_or_says_why_not():
    ruled = {rule.event for rule in BOOK.current()}
    assert published_types() - ruled == set(), "orphans: nobody decided who hears of these"
    assert published_types() == set(BOOK.events)
    assert all(rule.reason.zh and rule.reason.en for rule in BOOK.current())


def test_the_withheld_fields_are_all_that_the_publisher_sends_besides():
    found = contracts()
    assert set(found) == published_types(), "run make contracts"
    for event_type, schema in found.items():
        properties = schema["properties"]
        assert isinstance(properties, dict)
        assert set(BOOK.events[event_type].fields) == set(properties), event_type


def test_every_event_that_somebody_is_told_of_has_a_reader_of_all_that_is_sent():
    told = {rule.event for rule in BOOK.current() if rule.mode != "none"}
    settling = {each.event for each in BOOK.settlements}
    assert told | settling == set(FACT_READERS)
    for each in BOOK.settlements:
        assert each.subject.field in FACT_READERS[each.event].model_fields, each.event
    for rule in BOOK.current():
        if rule.mode == "single":
            read = set(FACT_READERS[rule.event].model_fields) | {"community", "day"}
            assert set(rule.fields) <= read, rule.id
            target = rule.target.field
            assert target is None or target in read, rule.id


def test_no_reader_reads_more_than_some_rule_sends_or_decides_by():
    decided = set(Condition.__slots__) | {"classification", "grid"}
    for event_type, reader in FACT_READERS.items():
        rules = [rule for rule in BOOK.current() if rule.event == event_type]
        used = {field for rule in rules for field in rule.fields}
        used |= {rule.target.field for rule in rules if rule.target}
        used |= {each.subject.field for each in BOOK.settlements if each.event == event_type}
        assert set(reader.model_fields) <= used | decided, event_type


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_every_rule_is_explained_in_both_languages(rule_id):
    text = explain(RULES[rule_id], BOOK)
    assert re.search(r"[\u4e00-\u9fff]", text.zh)
    assert text.en.startswith("When ")
    assert "{" not in text.zh + text.en


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_no_explanation_shows_a_code(rule_id):
    text = explain(RULES[rule_id], BOOK)
    assert not re.search(r"[A-Za-z]", text.zh)
    assert not re.search(r"[a-z][_.][a-z]", text.en)


def test_every_event_and_every_field_of_a_notice_has_a_name():
    assert {rule.told_type for rule in BOOK.current()} == set(EVENTS)
    told = [rule for rule in BOOK.current() if rule.mode != "none"]
    assert {field for rule in told for field in (*rule.fields, *rule.withheld)} == set(FIELDS)


@pytest.mark.parametrize("rule_id", sorted(r.id for r in BOOK.current() if r.mode != "none"))
def test_every_notice_has_a_preview_in_both_languages(rule_id):
    shown = preview(RULES[rule_id], BOOK).rendered
    assert shown and shown.title.zh and shown.title.en
    words = shown.title.zh + shown.body.zh + shown.title.en + shown.body.en
    assert "{" not in words and "None" not in words


def test_high_notices_escalate_to_the_station_and_no_chain_is_longer_than_three_desks():
    for rule in BOOK.current():
        assert len(rule.chain) <= 3
        if rule.urgency == "high":
            assert rule.chain[-1] == "station_head", rule.id
        if rule.acknowledge_within:
            assert len(rule.chain) * rule.acknowledge_within < rule.stale_after, rule.id
            assert rule.acknowledge_within >= timedelta(minutes=1)


def changed(rule_id: str, **values: str) -> str:
    """Return the rule file with one rule's lines replaced."""
    head, rest = FILE.split(f'id = "{rule_id}"', 1)
    body, *after = rest.split("\n[[", 1)
    for name, value in values.items():
        line = f"{name} = {value}"
        body, count = re.subn(rf"^{name} = .*$", lambda _, line=line: line, body, flags=re.M)
        body += "" if count else f"\n{line}"
    return f'{head}id = "{rule_id}"{body}' + "".join(f"\n[[{each}" for each in after)


TENANCY = "tenancy-registered.committee"
INCIDENT = "incident.committee"
HELP = "help-item-changed.committee"
RESTRICTED = "residence-change-confirmed.receiving"


@pytest.mark.parametrize(
    ("rule_id", "values", "fault"),
    [
        (TENANCY, {"fields": '["community", "day", "premises_id"]'}, "a committee reads"),
        (TENANCY, {"fields": '["community", "day", "tenants"]'}, "sends who somebody is"),
        (TENANCY, {"fields": '["community", "day", "name"]'}, "does not have"),
        (TENANCY, {"subject": '{ kind = "tenancy", field = "tenancy_id" }'}, "a committee reads"),
        (TENANCY, {"fields": '["community"]'}, "names fields that are not sent"),
        (RESTRICTED, {"fields": '["case_id", "accept_due_at", "justice_office"]'}, "nothing shows"),
        (INCIDENT, {"condition": "{ against_person = false }"}, "allow-list"),
        (INCIDENT, {"condition": '{ classification_in = ["theft"] }'}, "allow-list"),
        (INCIDENT, {"condition": "{ hukou = true }"}, "hukou"),
        (INCIDENT, {"template": '["nowhere", 1]'}, "has no template"),
        (INCIDENT, {"event": '"rentals.tenancy.lost.v1"'}, "no such event"),
        (RESTRICTED, {"fields": '["case_id", "accept_due_at", "grid"]'}, "restricted|have"),
        (RESTRICTED, {"chain": '["room_head"]'}, "begins with"),
        (RESTRICTED, {"chain": '["officer", "officer"]'}, "twice"),
        (RESTRICTED, {"chain": "[]"}, "belong together"),
        (RESTRICTED, {"chain": '["officer", "justice"]'}, "only police desks"),
        (HELP, {"told_as": '"population.supervision.moved.v1"'}, "neutral type and name"),
        (TENANCY, {"told_as": '"help-item.new"'}, "under another type"),
        (TENANCY, {"withheld": "['premises_id']"}, "says itself what is withheld"),
        ("premises-filed", {"reason": '{ zh = "", en = "" }'}, "says no reason"),
    ],
)
def test_a_rule_that_would_tell_too_much_or_cannot_work_is_refused(rule_id, values, fault):
    with pytest.raises(RulesUnusable, match=fault):
        read_rules(changed(rule_id, **values))


def test_a_committee_rule_that_names_what_happened_is_refused():
    with pytest.raises(RulesUnusable, match="neutral type and name"):
        read_rules(FILE.replace(f'id = "{HELP}"', 'id = "supervision-moved.committee"'))


def test_nothing_about_a_help_item_but_its_own_words_tells_one_event_from_another():
    """New, changed, ended: the rule, its manifest and its explanation say no more than that."""
    told = [rule for rule in BOOK.current() if rule.told_as]
    assert {rule.told_as for rule in told} == {
        *("help-item.new", "help-item.changed", "help-item.ended"),
    }
    assert len({rule.withheld for rule in told}) == 1
    for rule in told:
        text = explain(rule, BOOK)
        said = f"{rule.id} {manifest_of(rule, 'committee')} {text.zh} {text.en}"
        for word in ("supervision", "moved", "listed", "移交", "监督"):
            assert word not in said.replace("delisted", "").replace("responsible", ""), rule.id


def test_the_same_version_of_a_rule_is_not_defined_twice():
    with pytest.raises(RulesUnusable, match="defined twice"):
        read_rules(FILE + FILE[FILE.rindex("\n[[rule]]") :])
