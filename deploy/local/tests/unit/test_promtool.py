"""Prometheus's tool is given everything that Prometheus will read, and no build server lacks it."""

import json

import pytest

from lianfang_local import promtool
from lianfang_local.faults import Fault
from lianfang_local.grafana import queries
from lianfang_local.progress import Progress

QUIET = Progress(quiet=True)


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """A promtool that keeps what it was given and refuses one command."""

    def make(refused: str = "nothing"):
        program = tmp_path / "promtool"
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n'
            f'case "$1 $2" in "{refused}") echo "it is wrong"; exit 1;; esac\n'
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return tmp_path / "calls"

    return make


def test_configuration_rules_dashboards_and_tests_are_checked(tool, tmp_path):
    calls = tool()
    promtool.check_rules(tmp_path, QUIET)
    config, rules, tests = calls.read_text().splitlines()
    assert config.endswith("deploy/prometheus/prometheus.yaml")
    assert "deploy/prometheus/rules.yaml" in rules and "dashboards.yaml" in rules
    assert tests.endswith("rules_test.yaml")


@pytest.mark.parametrize("refused", ["check config", "check rules", "test rules"])
def test_what_the_tool_refuses_fails(tool, tmp_path, refused, capsys):
    tool(refused)
    with pytest.raises(Fault, match=f"promtool {refused} failed"):
        promtool.check_rules(tmp_path, QUIET)
    assert "it is wrong" in capsys.readouterr().err


def test_every_expression_of_a_dashboard_is_among_what_is_checked():
    (group,) = json.loads(promtool.dashboards_as_rules())["groups"]
    assert [rule["expr"] for rule in group["rules"]] == [q.expression for _, q in queries()]


def test_without_the_tool_a_line_says_so_and_a_build_server_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(promtool, "find_promtool", lambda _: None)
    monkeypatch.delenv("CI", raising=False)
    promtool.check_rules(tmp_path, Progress())
    (line,) = capsys.readouterr().out.splitlines()
    assert "not run" in line
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Fault, match="no promtool"):
        promtool.check_rules(tmp_path, QUIET)


def test_programs_that_were_unpacked_are_at_hand(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert promtool.at_hand("prometheus", tmp_path) is None
    program = tmp_path / "promtool/usr/bin/prometheus"
    program.parent.mkdir(parents=True)
    program.touch()
    assert promtool.at_hand("prometheus", tmp_path) == str(program)
