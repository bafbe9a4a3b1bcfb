"""Runs Prometheus's own checks on what it is given, where its programs can be had."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from lianfang_local import debian
from lianfang_local.faults import Fault
from lianfang_local.grafana import queries
from lianfang_local.profiles import ROOT
from lianfang_local.progress import Progress

CONFIGURATION = ROOT / "deploy/prometheus/prometheus.yaml"
RULES = ROOT / "deploy/prometheus/rules.yaml"
TESTS = ROOT / "deploy/prometheus/tests"
_PACKAGE = "prometheus"


def check_rules(cache: Path, progress: Progress) -> None:
    """Check configuration, alert rules and dashboards, and run the rules' tests.

    Where Prometheus's tool cannot be had, one line says that this was not done.

    Raises:
        Fault: one of them failed; or the tool cannot be had on a build server.
    """
    tool = find_promtool(cache)
    if tool is None:
        if os.environ.get("CI"):
            raise Fault("there is no promtool", "install Debian's package prometheus")
        progress.say(
            "not run: Prometheus's own checks of rules and dashboards"
            " (no promtool; as root it would be fetched)"
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        dashboards = Path(folder) / "dashboards.yaml"
        dashboards.write_text(dashboards_as_rules())
        for arguments in (
            ["check", "config", str(CONFIGURATION)],
            ["check", "rules", str(RULES), str(dashboards)],
            ["test", "rules", *(str(path) for path in sorted(TESTS.glob("*.yaml")))],
        ):
            done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                progress.warn(done.stdout + done.stderr)
                raise Fault(f"promtool {' '.join(arguments[:2])} failed", "the reason stands above")


def dashboards_as_rules() -> str:
    """Return a file of recording rules made from the dashboards' expressions, to be checked."""
    rules = [
        {
            "record": f"dashboards:{number}",
            "expr": query.expression,
            "labels": {"place": place},  # an error names it
        }
        for number, (place, query) in enumerate(queries())
    ]
    return json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}, ensure_ascii=False)


def find_promtool(cache: Path) -> str | None:
    """Return promtool: the path's, else Debian's, unpacked into the cache and never installed."""
    return debian.find("promtool", _PACKAGE, _unpacked(cache))


def at_hand(program: str, cache: Path) -> str | None:
    """Return a program of Prometheus (`promtool`, `prometheus`) that need not be fetched first."""
    return debian.at_hand(program, _unpacked(cache))


def _unpacked(cache: Path) -> Path:
    return cache / "promtool"
