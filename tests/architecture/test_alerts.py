"""Every alert parses, speaks of metrics that exist, has a runbook and a case in the rule tests."""

import ast
import re

import promql_parser
import yaml
from source import ROOT, source_files, tree_of

RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())["groups"]
    for rule in group["rules"]
]
CASES = yaml.safe_load((ROOT / "deploy/prometheus/tests/rules_test.yaml").read_text())
HEADINGS = ("What the user sees", "First look", "Likely causes", "Undo")
METRIC = re.compile(r"\b(?:common|population|rentals|incidents|notifications|gateway)_\w+")


def _declared() -> set[str]:
    """Names of metrics that the source declares, as Prometheus shows them."""
    names = set()
    for path in source_files():
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in {"Counter", "Gauge", "Histogram"} and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    name = str(first.value)
                    names |= {name, f"{name.removesuffix('_total')}_total", f"{name}_bucket"}
    return names


def test_every_expression_parses():
    for rule in RULES:
        promql_parser.parse(rule["expr"])


def test_every_expression_speaks_of_declared_metrics():
    known = _declared()
    unknown = {
        name
        for rule in RULES
        for name in METRIC.findall(rule["expr"])
        if name not in known
    }  # fmt: skip
    assert not unknown


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
