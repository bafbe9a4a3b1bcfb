"""Runs what `make check` and `make test` consist of, part by part, and says which one fails."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lianfang_local.console import check_console
from lianfang_local.faults import Fault
from lianfang_local.images import lint_images
from lianfang_local.network import Network
from lianfang_local.profiles import ROOT
from lianfang_local.progress import Progress
from lianfang_local.promtool import check_rules
from lianfang_local.servers import SERVERS, start_servers

SYSTEM_SETTINGS = ROOT / "tests/system/settings.env"
_PACKAGES = ("libs/*/src", "services/*/src", "deploy/*/src")
_FOLDERS = ("libs", "services", "deploy", "tests", "conftest.py")
# What gives way to others may take long.
_UNIT = ("-q", "-n", "2", "-m", "not (servers or system or console or keycloak)", "--timeout=600")
_SLOWEST = ("--durations=60", "--durations-min=1")
_BY_FILE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
_INTEGRATION = ("-q", *_BY_FILE, "-m", "servers and not system", "--timeout=300", *_SLOWEST)
_SYSTEM = ("tests", "-q", "-p", "no:randomly", "-m", "system", *_SLOWEST)
_CONSOLE = ("tests/console", "-q", *_BY_FILE, "-p", "no:randomly", "-m", "console", *_SLOWEST)
_CHAOS = (sys.executable, "tests/chaos/chaos.py", "--minutes", "0.5")
_NOTHING_COLLECTED = 5
# What needs no server takes the time that tests of servers spend in waiting, and no other.
_GIVING_WAY = ("nice", "-n", "10")


@dataclass(frozen=True, slots=True)
class Part:
    """One command of the suite, with what it is called when it is told about."""

    title: str
    arguments: Sequence[str]


def fast_parts() -> list[Part]:
    """Return what needs no server."""
    packages = [str(path.relative_to(ROOT)) for shape in _PACKAGES for path in ROOT.glob(shape)]
    return [
        Part("formatting", [_tool("ruff"), "format", "--check", "-q", *_FOLDERS]),
        Part("rules of the code", [_tool("ruff"), "check", "-q", *_FOLDERS]),
        Part("architecture", [_tool("lint-imports")]),
        Part("contracts", [_tool("lianfang-contracts"), "check"]),
        Part("types", [_tool("mypy"), *sorted(packages)]),
        Part("unit tests", [_tool("pytest"), *_UNIT]),
    ]


def check(progress: Progress, before: Sequence[str] = ()) -> None:
    """Run the fast parts, two at a time; every failure is told before the first one is raised.

    Args:
        progress: told of each part.
        before: words before each command.
    """
    parts = [Part(part.title, [*before, *part.arguments]) for part in fast_parts()]
    with ThreadPoolExecutor(max_workers=2) as pool:
        failures = list(pool.map(lambda part: _run(part, progress), parts))
    if failed := [title for title in failures if title]:
        raise Fault(f"failed: {', '.join(failed)}", "the reason stands above")


def test(network: Network) -> None:
    """Run everything that CI runs; stop what was started for it, however it ends."""
    progress = network.progress
    ran_before = [name for name in SERVERS if network.processes.running(name)]
    try:
        _side_by_side(
            progress,
            lambda: check(progress, _GIVING_WAY),
            lambda: _check_console(network),
            lambda: _test_at_servers(network),
        )
        _stage(progress, "the whole network", lambda: network.up(read_settings(SYSTEM_SETTINGS)))
        _demand(Part("system tests", [_tool("pytest"), *_SYSTEM]), progress)
        _demand(Part("console tests", [_tool("pytest"), *_CONSOLE]), progress)
        _demand(Part("chaos tests", _CHAOS), progress)
    finally:
        if ran_before:
            network.stop_services()
        else:
            network.down()
    progress.say(f"everything passed after {progress.seconds:.0f} s")


def _check_console(network: Network) -> None:
    with network.progress.step("web console and its unit tests"):
        check_console(network.profile.cache, network.progress)


def _test_at_servers(network: Network) -> None:
    """Start what tests need, check what needs a download, and run what needs no service."""
    profile, progress = network.profile, network.progress
    start_servers(profile, network.processes, progress)
    with progress.step("Prometheus rules"):
        check_rules(profile.cache, progress)
    lint_images(profile.cache, progress)
    _demand(Part("integration tests", [_tool("pytest"), *_INTEGRATION]), progress)


def _side_by_side(progress: Progress, *works: Callable[[], None]) -> None:
    """Do several things at once; every fault is told, and the first one is raised."""
    faults: list[Fault] = []
    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            try:
                done.result()
            except Fault as fault:
                faults.append(fault)
    for further in faults[1:]:
        progress.warn(f"lianfang: {further}")
    if faults:
        raise faults[0]


def read_settings(path: Path) -> dict[str, str]:
    """Return the lines `NAME=value` of a file; lines that begin with # are remarks."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=")[::2] for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def _demand(part: Part, progress: Progress) -> None:
    if _run(part, progress):
        raise Fault(f"failed: {part.title}", "the reason stands above")


def _stage(progress: Progress, title: str, work: Callable[[], None]) -> None:
    progress.say(f"{title} …")
    work()


def _run(part: Part, progress: Progress) -> str | None:
    """Run one part; return its title when it failed."""
    progress.say(f"{part.title} …")
    began = time.monotonic()
    report = _report(part)
    with report.open("w") as output:
        done = subprocess.run(
            list(part.arguments),
            cwd=ROOT,
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    seconds = time.monotonic() - began
    failed = done.returncode not in {0, _NOTHING_COLLECTED}
    text = report.read_text(errors="replace")
    summary = text.strip().splitlines()[-1:] if part.title.endswith("tests") else []
    word = "FAILED" if failed else "passed"
    progress.say(f"{part.title:<24}{word} {seconds:6.1f} s  {' '.join(summary)}")
    if failed:
        progress.warn(text)
    return part.title if failed else None


def _environment() -> dict[str, str]:
    """Return this environment, but let Python keep what it compiled: it saves each start 2 s."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _report(part: Part) -> Path:
    """Return the file that a part writes to, so that a hanging one can be looked at."""
    folder = ROOT / "build/reports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{part.title.replace(' ', '-')}.txt"


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)
