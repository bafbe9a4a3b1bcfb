"""What the console tells operators of each alert, made of its rule and of the panels of its limits.

`make dashboards` writes the file and a test holds it, so that rules, dashboards and console say one
thing. A threshold has no second place.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # has no types of its own

from lianfang_local.dashboards import DASHBOARDS, Panel
from lianfang_local.profiles import ROOT, SERVICES

FILE = ROOT / "services/gateway/console/src/operations/alerts.json"
_RULES = ROOT / "deploy/prometheus/rules.yaml"
_VALUE_OF_A_LABEL = re.compile(r"\{\{[^}]*\}\}:?\s*")
_METRIC = re.compile(rf"\b(?:up|(?:{'|'.join(('common', *SERVICES))})_\w+)\b")
_SECONDS = {"s": 1, "m": 60, "h": 3_600}


def write_alerts(file: Path = FILE) -> Path:
    """Write what the console tells of the alerts, and return the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(alerts_text())
    return file


def alerts_text() -> str:
    """Return the file: every alert in the order of the rules."""
    groups = yaml.safe_load(_RULES.read_text())["groups"]
    alerts = [_alert(rule) for group in groups for rule in group["rules"]]
    return json.dumps(alerts, ensure_ascii=False, indent=1) + "\n"


def _alert(rule: dict[str, Any]) -> dict[str, Any]:
    english, _, chinese = rule["annotations"]["summary"].partition(" / ")
    return {
        "alert": rule["alert"],
        "severity": rule["labels"]["severity"],
        "title": {"zh": chinese, "en": _VALUE_OF_A_LABEL.sub("", english)},
        "lasting_seconds": _seconds(rule.get("for", "0s")),
        "limits": [_limit(panel) for panel in _panels(rule["alert"])],
        "runbook": rule["annotations"]["runbook"],
    }


def _panels(alert: str) -> list[Panel]:
    """Return the panels that draw an alert's limits; one may be on two dashboards."""
    every = [panel for dashboard in DASHBOARDS for panel in dashboard.panels]
    return list(dict.fromkeys(panel for panel in every if panel.alert == alert))


def _limit(panel: Panel) -> dict[str, Any]:
    chinese, _, english = panel.question.partition(" / ")
    found = _METRIC.search(panel.queries[0].expression)
    return {
        "watches": {"zh": chinese, "en": english},
        "metric": found[0] if found else None,
        "above": panel.limit,
        "unit": panel.unit,
    }


def _seconds(duration: str) -> int:
    return int(duration[:-1]) * _SECONDS[duration[-1]]
