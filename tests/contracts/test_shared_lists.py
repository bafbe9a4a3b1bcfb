"""Lists that two services hold and must agree on.

Ids of lists travel without their labels, so who shows them must have a label for each.
"""

import importlib
import re
import tomllib

import pytest
from contract_files import ROOT, published

RULES = ROOT / "services/notifications/src/notifications/rules"


def labels(kind: str) -> dict[str, dict[str, str]]:
    """Return the labels that notices are rendered with, by id."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(RULES.glob("*.toml")):
        vocabulary = tomllib.loads(file.read_text()).get("vocabulary", {})
        found |= vocabulary.get("labels", {}).get(kind, {})
    return found


@pytest.mark.parametrize(
    ("kind", "entries"),
    [("method", "METHODS"), ("tip", "TIPS"), ("classification", "CLASSIFICATIONS")],
)
def test_notices_have_a_label_for_every_id_that_incidents_sends(kind, entries):
    ids = getattr(importlib.import_module("incidents.catalog"), entries)
    assert set(ids) <= set(labels(kind))
    assert all(text["zh"] and text["en"] for text in labels(kind).values())


def test_the_gateway_shows_no_request_that_population_does_not_show():
    behind = importlib.import_module("population.api.app").RESTRICTED_ROUTES
    before = importlib.import_module("gateway.paths").RESTRICTED_ROUTES
    assert set(before) == set(behind)


def test_every_published_classification_and_part_of_the_day_has_a_label():
    fields = published()["incidents.incident.opened.v1"].schema["properties"]
    for kind in ("classification", "day_part"):
        assert set(fields[kind]["enum"]) <= set(labels(kind))


def test_the_console_calls_a_field_as_the_explanation_of_a_rule_does():
    """A manifest is shown by the console's names, the rule behind it by those of notifications."""
    source = (ROOT / "services/gateway/console/src/rules/fieldtexts.ts").read_text()
    zh, en = (
        dict(re.findall(r'^ +(\w+): "(.*)",$', part, re.MULTILINE))
        for part in source.split("  },\n  {")
    )
    names = importlib.import_module("notifications.domain.names").FIELDS
    assert {name: (text.zh, text.en) for name, text in names.items()} == {
        name: (zh.get(name), en.get(name)) for name in names
    }
