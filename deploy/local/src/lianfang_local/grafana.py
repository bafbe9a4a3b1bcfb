"""Gives the declared dashboards the form that Grafana reads, and writes them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lianfang_local.dashboards import DASHBOARDS, Dashboard, Panel, Query
from lianfang_local.profiles import ROOT

FOLDER = ROOT / "deploy/grafana/dashboards"
SOURCE = {"type": "prometheus", "uid": "prometheus"}
"""The datasource of deploy/grafana/datasources."""
_SCHEMA = 39  # of Grafana 11 and 12
_COLUMNS = 24
_WIDE, _GRAPH_LINES, _NUMBER_LINES = 12, 8, 4
_TAG = "lianfang"
# What stands for a label's value on the screen, where a line is called by the label alone.
_WORDS = {
    "{{urgency}}": {
        "high": "紧急 / urgent",
        "normal": "一般 / normal",
        "low": "知悉 / to know",
    },
    "{{outcome}}": {
        "begun": "已登录 / logged in",
        "refused": "被拒绝 / refused",
        "throttled": "暂停尝试 / told to wait",
        "wrong": "密码错误 / wrong password",
    },
}


def write_dashboards(folder: Path = FOLDER) -> list[Path]:
    """Write every dashboard's file and return them; one that is declared no more is deleted."""
    written = [folder / f"{each.name}.json" for each in DASHBOARDS]
    for each, path in zip(DASHBOARDS, written, strict=True):
        path.write_text(text_of(each))
    for path in folder.glob("*.json"):
        if path not in written:
            path.unlink()
    return written


def text_of(dashboard: Dashboard) -> str:
    """Return the file of a dashboard."""
    return json.dumps(_document(dashboard), ensure_ascii=False, indent=1) + "\n"


def queries() -> Iterator[tuple[str, Query]]:
    """Yield every query of every dashboard, with where it stands."""
    for dashboard in DASHBOARDS:
        for panel in dashboard.panels:
            for query in panel.queries:
                yield f"{dashboard.name}: {panel.title}", query


def _document(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "uid": f"lianfang-{dashboard.name}",
        "title": dashboard.title,
        "description": dashboard.question,
        "tags": [_TAG],
        "editable": False,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": f"now-{dashboard.hours}h", "to": "now"},
        "graphTooltip": 1,
        "links": [
            {"type": "dashboards", "title": "联防 / lianfang", "tags": [_TAG], "keepTime": True}
        ],
        "schemaVersion": _SCHEMA,
        "panels": [
            _panel(panel, number, place)
            for number, (panel, place) in enumerate(_placed(dashboard.panels), start=1)
        ],
    }


def _placed(panels: tuple[Panel, ...]) -> Iterator[tuple[Panel, dict[str, int]]]:
    """Yield panels with their places: two a row, rows of numbers lower than rows of graphs."""
    x = y = bottom = 0
    for panel in panels:
        height = _NUMBER_LINES if panel.numbers else _GRAPH_LINES
        if x + _WIDE > _COLUMNS:
            x, y = 0, bottom
        yield panel, {"x": x, "y": y, "w": _WIDE, "h": height}
        x, bottom = x + _WIDE, max(bottom, y + height)


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    told = [panel.question]
    if panel.alert:
        told.append(f"告警 / alert: {panel.alert}, docs/runbooks/{panel.alert}.md")
    return {
        "id": number,
        "type": "stat" if panel.numbers else "timeseries",
        "title": panel.title,
        "description": "\n\n".join(told),
        "gridPos": place,
        "datasource": SOURCE,
        "targets": [_target(panel, query, at) for at, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": list(_overrides(panel))},
        "options": _number_options() if panel.numbers else _graph_options(),
    }


def _target(panel: Panel, query: Query, at: int) -> dict[str, Any]:
    # A number is asked for at this moment: the last one of a range may be hours old.
    return {
        "refId": chr(ord("A") + at),
        "datasource": SOURCE,
        "expr": query.expression,
        "legendFormat": query.legend,
        "instant": panel.numbers,
        "range": not panel.numbers,
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.limit is not None:
        # Grafana colours from a step on, an alert fires above its limit. What is to be 0 counts
        # in whole numbers.
        steps.append({"color": "red", "value": panel.limit or 1})
    shown: dict[str, Any] = {
        "unit": panel.unit,
        "min": 0,
        "noValue": "无数据 / no data",
        "thresholds": {"mode": "absolute", "steps": steps},
    }
    if panel.numbers:
        return {**shown, "decimals": 0, "color": {"mode": "thresholds"}}
    line = "off" if panel.limit is None else "line"
    return {
        **shown,
        "color": {"mode": "palette-classic"},
        "custom": {"fillOpacity": 10, "showPoints": "never", "thresholdsStyle": {"mode": line}},
    }


def _overrides(panel: Panel) -> Iterator[dict[str, Any]]:
    for query in panel.queries:
        for value, words in _WORDS.get(query.legend, {}).items():
            yield {
                "matcher": {"id": "byName", "options": value},
                "properties": [{"id": "displayName", "value": words}],
            }


def _number_options() -> dict[str, Any]:
    return {
        "colorMode": "value",
        "graphMode": "none",
        "textMode": "value_and_name",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }


def _graph_options() -> dict[str, Any]:
    return {
        "legend": {
            "showLegend": True,
            "displayMode": "table",
            "placement": "right",
            "calcs": ["lastNotNull", "max"],
            "sortBy": "Max",
            "sortDesc": True,
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
