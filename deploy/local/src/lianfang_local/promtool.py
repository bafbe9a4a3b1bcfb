"""Runs Prometheus's own checks on the alert rules where its tool can be had."""

import os
import shutil
import subprocess
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT
from lianfang_local.progress import Progress

RULES = ROOT / "deploy/prometheus/rules.yaml"
TESTS = ROOT / "deploy/prometheus/tests"
_PACKAGE = "prometheus"


def check_rules(cache: Path, progress: Progress) -> None:
    """Check the rules and run their tests, or say in one line that this was not done."""
    tool = find_promtool(cache)
    if tool is None:
        progress.say("not run: the rules' own tests (no promtool; as root it would be fetched)")
        return
    tests = [str(path) for path in sorted(TESTS.glob("*.yaml"))]
    for arguments in (["check", "rules", str(RULES)], ["test", "rules", *tests]):
        done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            progress.warn(done.stdout + done.stderr)
            raise Fault(f"promtool {' '.join(arguments[:2])} failed", "the reason stands above")


def find_promtool(cache: Path) -> str | None:
    """Return promtool: the path's, else Debian's, unpacked into the cache and never installed.

    Installing the package would start a server on every interface of the machine.
    """
    if found := shutil.which("promtool"):
        return found
    folder = cache / "promtool"
    unpacked = folder / "usr/bin/promtool"
    if not unpacked.is_file() and not _fetch(folder):
        return None
    return str(unpacked) if unpacked.is_file() else None


def _fetch(folder: Path) -> bool:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if not _downloaded(folder):
        if os.geteuid() != 0 or not _quietly(["apt-get", "update", "-q"], folder):
            return False
        if not _downloaded(folder):
            return False
    (package,) = folder.glob("*.deb")
    done = _quietly(["dpkg-deb", "-x", str(package), str(folder)], folder)
    package.unlink()
    return done


def _downloaded(folder: Path) -> bool:
    return _quietly(["apt-get", "download", "-q", _PACKAGE], folder)


def _quietly(arguments: list[str], folder: Path) -> bool:
    done = subprocess.run(arguments, cwd=folder, capture_output=True, check=False, timeout=300)
    return done.returncode == 0
