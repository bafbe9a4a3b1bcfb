"""Every panel asks for what exists, draws its alert's limit, and tells no office apart."""

import re

import pytest
from queries import RULES, TARGET, declared, undeclared
from source import ROOT
from test_not_built import speaks

from lianfang_local.dashboards import DASHBOARDS
from lianfang_local.grafana import queries

PANELS = [panel for dashboard in DASHBOARDS for panel in dashboard.panels]
TOLD = [text for each in (*DASHBOARDS, *PANELS) for text in (each.title, each.question)]
# A label that is new is put here by somebody who has asked whom it tells of.
LABELS = {
    *("group", "kind", "outcome", "part", "reason", "route", "rule", "status", "topic"),
    *("upstream", "urgency"),
}


def test_every_expression_parses_and_speaks_of_declared_metrics_and_labels():
    unknown = [(place, undeclared(query.expression)) for place, query in queries()]
    assert unknown
    assert not [(place, names) for place, names in unknown if names]


def test_a_line_is_called_by_labels_that_its_expression_leaves():
    for place, query in queries():
        left = {
            label
            for labels in re.findall(r"by \(([^)]*)\)", query.expression)
            for label in labels.split(", ")
        }
        assert set(re.findall(r"\{\{(\w+)\}\}", query.legend)) <= left, place


@pytest.mark.parametrize(
    ("expression", "unknown"),
    [
        ("sum(common_outbox_published)", {"common_outbox_published"}),
        ("sum by (office) (gateway_live_clients)", {"office"}),
        ('rate(common_http_requests_total{method="GET"}[5m])', {"method"}),
        ("rate(common_http_request_seconds[5m])", {"common_http_request_seconds"}),
        ("sum by (le, service) (rate(common_http_request_seconds_bucket[5m]))", set()),
        ("sum by (le) (rate(common_http_request_seconds_count[5m]))", {"le"}),
    ],
)
def test_what_nothing_declares_is_found(expression, unknown):
    assert undeclared(expression) == unknown


def test_what_is_no_promql_is_found():
    with pytest.raises(ValueError, match="parenthesis"):
        undeclared("sum(up")


def test_a_panel_draws_the_limit_of_its_alert():
    fires_when = {rule["alert"]: rule["expr"].split(" or ") for rule in RULES}
    for panel in PANELS:
        assert (panel.alert is None) == (panel.limit is None), panel.title
        if panel.alert:
            drawn = {f"{query.expression} > {panel.limit}" for query in panel.queries}
            assert drawn.intersection(fires_when[panel.alert]), panel.title


def test_every_alert_can_be_seen_coming():
    assert {panel.alert for panel in PANELS} - {None} == {rule["alert"] for rule in RULES}


def test_titles_and_questions_are_chinese_first_and_english_after_a_slash():
    for text in TOLD:
        chinese, _, english = text.partition(" / ")
        assert re.search(r"[\u4e00-\u9fff]", chinese), text
        assert re.fullmatch(r"[\x20-\x7e]+", english), text


def test_nothing_on_a_dashboard_speaks_of_what_is_not_built():
    assert not [text for text in TOLD if speaks(text)]


def test_a_metric_is_told_apart_by_things_and_never_by_office_or_person():
    assert set().union(*declared().values()) <= LABELS


def test_no_metric_has_a_label_that_prometheus_would_rename():
    assert not {name for name, labels in declared().items() if labels & TARGET}


def test_the_route_that_is_left_out_exists():
    left_out = {
        path
        for _, query in queries()
        for path in re.findall(r'route!="GET ([^"]+)"', query.expression)
    }
    contract = (ROOT / "services/gateway/contracts/openapi.json").read_text()
    assert left_out
    assert all(f'"{path}"' in contract for path in left_out)
