"""What PromQL expressions ask for, beside the metrics and labels that the source declares."""

import ast
from functools import cache

import promql_parser
import yaml
from source import ROOT, source_files, tree_of

RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())["groups"]
    for rule in group["rules"]
]

SHOWN_AS = {"Counter": ("_total",), "Gauge": ("",), "Histogram": ("_bucket", "_count", "_sum")}
TARGET = {"service", "job", "instance"}
"""Labels that Prometheus gives to whatever it reads; of a metric's own it changes the name."""
OF_PROMETHEUS = {
    "up": frozenset[str](),
    "ALERTS": frozenset({"alertname", "alertstate", "severity"}),
}


@cache
def declared() -> dict[str, frozenset[str]]:
    """Return the labels of every metric in the source, by the names that Prometheus shows."""
    found = {}
    for path in source_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and (kind := _kind(node)):
                name = str(node.args[0].value).removesuffix("_total" if kind == "Counter" else "")
                for suffix in SHOWN_AS[kind]:
                    found[name + suffix] = frozenset(_labels(node))
    return found


def _kind(call: ast.Call) -> str | None:
    """Return what kind of metric a call declares; a count of things in Python names no metric."""
    named = isinstance(call.func, ast.Name) and call.func.id in SHOWN_AS
    if not (named and call.args and isinstance(call.args[0], ast.Constant)):
        return None
    return call.func.id


def _labels(call: ast.Call) -> list[str]:
    given = [*call.args[2:3], *(each.value for each in call.keywords if each.arg == "labelnames")]
    return [label for each in given for label in ast.literal_eval(each)]


def undeclared(expression: str) -> set[str]:
    """Return the metrics and the labels of an expression that nothing declares.

    Raises:
        ValueError: it is no PromQL.
    """
    known = declared() | OF_PROMETHEUS
    selectors: list[promql_parser.VectorSelector] = []
    asked: set[str] = set()

    def look(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.MatrixSelector):
            node = node.vector_selector
        if isinstance(node, promql_parser.VectorSelector):
            selectors.append(node)
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            asked.update(node.modifier.labels)

    promql_parser.walk(promql_parser.parse(expression), look)
    unknown = {each.name for each in selectors if each.name not in known}
    borne = {label for each in selectors for label in known.get(each.name, ())}
    if any(each.name.endswith("_bucket") for each in selectors):
        borne.add("le")
    for each in selectors:
        own = known.get(each.name, frozenset())
        unknown |= {one.name for one in each.matchers.matchers} - own - TARGET
    return unknown | asked - borne - TARGET
