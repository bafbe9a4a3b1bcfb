"""The console tells of every alert what its rule and its panels say."""

import json
import re

import yaml

from lianfang_local.alerts import FILE, alerts_text
from lianfang_local.profiles import ROOT

ALERTS = {each["alert"]: each for each in json.loads(alerts_text())}
RULES = yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())


def test_the_file_is_what_rules_and_panels_make():
    assert FILE.read_text() == alerts_text(), "run make dashboards"


def test_every_rule_is_told_with_its_limits_in_both_languages():
    assert list(ALERTS) == [rule["alert"] for group in RULES["groups"] for rule in group["rules"]]
    for alert in ALERTS.values():
        assert alert["limits"], alert["alert"]
        for text in (alert["title"], *(limit["watches"] for limit in alert["limits"])):
            assert re.search(r"[\u4e00-\u9fff]", text["zh"]), text
            assert re.fullmatch(r"[\x20-\x7e]+", text["en"]), text
            assert "{{" not in text["en"] and "  " not in text["en"], text
        for limit in alert["limits"]:
            assert limit["metric"] and limit["above"] is not None, alert["alert"]


def test_a_rule_with_two_limits_tells_both_and_how_long_they_last():
    behind = ALERTS["ConsumerFallsBehind"]
    assert [(limit["metric"], limit["above"]) for limit in behind["limits"]] == [
        ("common_consumer_lag_events", 500),
        ("common_consumer_late", 0),
    ]
    assert (behind["lasting_seconds"], behind["severity"]) == (120, "page")
    assert behind["runbook"] == "docs/runbooks/ConsumerFallsBehind.md"
    assert ALERTS["ConsumerBraked"]["lasting_seconds"] == 0
