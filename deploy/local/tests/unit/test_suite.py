"""The suite tells every failure, stops at the stage that fails, and cleans up after itself."""

import sys
from pathlib import Path
from typing import Any

import pytest

from lianfang_local import suite
from lianfang_local.faults import Fault
from lianfang_local.network import Network
from lianfang_local.processes import Processes
from lianfang_local.profiles import Profile
from lianfang_local.progress import Progress
from lianfang_local.suite import Part


def _part(title: str, code: int) -> Part:
    return Part(title, [sys.executable, "-c", f"print('{title} said'); raise SystemExit({code})"])


@pytest.fixture(autouse=True)
def _reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "ROOT", tmp_path)


def test_every_failed_part_is_named_and_what_it_said_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    parts = [_part("types", 1), _part("contracts", 0), _part("unit tests", 2)]
    monkeypatch.setattr(suite, "fast_parts", lambda: parts)
    with pytest.raises(Fault, match="types, unit tests"):
        suite.check(Progress())
    told = capsys.readouterr()
    assert "types said" in told.err
    assert "contracts said" not in told.err
    assert "contracts               passed" in told.out


def test_of_things_side_by_side_each_fault_is_told_and_nothing_is_cut_short(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, capsys: pytest.CaptureFixture[str]
):
    def refuse(*_: Any) -> None:
        raise Fault("no server", "start one")

    class _Network(Network):
        def down(self) -> list[str]:
            return []

    for name in ("check_rules", "check_console", "lint_images"):
        monkeypatch.setattr(suite, name, lambda *_: None)
    monkeypatch.setattr(suite, "start_servers", refuse)
    monkeypatch.setattr(suite, "fast_parts", lambda: [_part("types", 1)])
    with pytest.raises(Fault, match="types"):
        suite.test(_Network(profile, Processes(profile.state), Progress()))
    told = capsys.readouterr()
    assert "types said" in told.err
    assert "no server" in told.err


def test_a_part_without_a_test_does_not_fail(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(suite, "fast_parts", lambda: [_part("unit tests", 5)])
    suite.check(Progress(quiet=True))


def test_everything_that_the_guide_asks_for_is_a_fast_part():
    titles = [part.title for part in suite.fast_parts()]
    assert titles == [
        *("formatting", "rules of the code", "architecture", "contracts"),
        *("types", "unit tests"),
    ]


@pytest.mark.parametrize(("running", "expected"), [(None, "down"), (1, "stop_services")])
def test_what_was_started_is_stopped_also_after_a_failure(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, running: int | None, expected: str
):
    done: list[str] = []

    class _Processes(Processes):
        def running(self, name: str) -> int | None:
            return running

    class _Network(Network):
        def down(self) -> list[str]:
            done.append("down")
            return []

        def stop_services(self) -> None:
            done.append("stop_services")

    def refuse(*_: Any) -> None:
        raise Fault("no server", "start one")

    monkeypatch.setattr(suite, "fast_parts", list)
    for name in ("check_rules", "check_console", "lint_images"):
        monkeypatch.setattr(suite, name, lambda *_: None)
    monkeypatch.setattr(suite, "start_servers", refuse)
    network = _Network(profile, _Processes(profile.state), Progress(quiet=True))
    with pytest.raises(Fault, match="no server"):
        suite.test(network)
    assert done == [expected]


def test_settings_are_read_without_remarks_and_empty_lines(tmp_path: Path):
    path = tmp_path / "settings.env"
    path.write_text("# why\n\nPOPULATION_ACCEPT_WITHIN_SECONDS=3\n")
    assert suite.read_settings(path) == {"POPULATION_ACCEPT_WITHIN_SECONDS": "3"}
    assert suite.read_settings(tmp_path / "none.env") == {}
