"""Every alert parses, speaks of metrics that exist, has a runbook and a case in the rule tests."""

import yaml
from queries import RULES, undeclared
from source import ROOT

CASES = yaml.safe_load((ROOT / "deploy/prometheus/tests/rules_test.yaml").read_text())
ROUTES = yaml.safe_load((ROOT / "deploy/prometheus/alertmanager.yaml").read_text())
HEADINGS = ("What the user sees", "First look", "Likely causes", "Undo")


def test_every_expression_parses_and_speaks_of_declared_metrics_and_labels():
    unknown = {rule["alert"]: undeclared(rule["expr"]) for rule in RULES}
    assert not {alert: names for alert, names in unknown.items() if names}


def test_every_alert_has_a_runbook_with_four_headings():
    for rule in RULES:
        path = ROOT / "docs/runbooks" / f"{rule['alert']}.md"
        assert rule["annotations"]["runbook"] == str(path.relative_to(ROOT))
        text = path.read_text()
        assert all(f"**{heading}.**" in text for heading in HEADINGS), rule["alert"]


def test_every_runbook_belongs_to_an_alert():
    written = {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")}
    assert written == {rule["alert"] for rule in RULES}


def test_every_alert_is_seen_firing_in_the_rule_tests():
    fired = {
        case["alertname"]
        for test in CASES["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert fired == {rule["alert"] for rule in RULES}


def test_alerts_go_by_service_to_nobody_until_a_receiver_is_chosen():
    receivers = {each["name"]: each for each in ROUTES["receivers"]}
    assert ROUTES["route"]["group_by"] == ["service"]
    assert receivers[ROUTES["route"]["receiver"]] == {"name": "nobody"}
    assert all("receiver" not in route for route in ROUTES["route"]["routes"])
    (webhook,) = receivers["webhook"]["webhook_configs"]
    assert "url" not in webhook and webhook["url_file"].startswith("/run/secrets/")


def test_every_severity_that_has_a_route_of_its_own_is_that_of_an_alert():
    severities = {rule["labels"]["severity"] for rule in RULES}
    asked = [one for route in ROUTES["route"]["routes"] for one in route["matchers"]]
    assert asked
    assert set(asked) <= {f'severity="{each}"' for each in severities}
