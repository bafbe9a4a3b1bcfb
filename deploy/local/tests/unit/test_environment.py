"""The lock files fit the pyproject files, and name no server."""

import re
import tomllib
from pathlib import Path

import pytest

from lianfang_local import environment
from lianfang_local.environment import GROUPS, ROOT, EnvironmentFault, check_fresh, members

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_NEED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?:==(\S+))?")


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    return {name.lower().replace("_", "-"): version for name, version in _PIN.findall(text)}


def _needs() -> list[str]:
    found = []
    for folder in [ROOT, *members()]:
        content = tomllib.loads((folder / "pyproject.toml").read_text())
        found += content["project"].get("dependencies", [])
        for group in content.get("dependency-groups", {}).values():
            found += group
    return [need for need in found if not need.startswith("lianfang")]


def test_the_lock_files_were_made_from_these_pyproject_files():
    check_fresh()


def test_every_named_dependency_is_locked_as_named():
    pins = _pins("peers") | _pins("dev")
    for need in _needs():
        match = _NEED.match(need)
        assert match, need
        name, version = match.groups()
        locked = pins.get(name.lower().replace("_", "-"))
        assert locked is not None, need
        assert version is None or locked.startswith(version), need


def test_every_locked_package_has_a_digest():
    for lock in (*GROUPS, "tools"):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text()
        blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
        assert all("--hash=sha256:" in block for block in blocks if "==" in block), lock


def test_no_lock_file_names_a_server():
    for path in (ROOT / "requirements").iterdir():
        assert not re.search(r"https?://|--(extra-)?index-url", path.read_text()), path.name


def test_a_changed_dependency_makes_the_locks_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kept = tmp_path / "inputs.sha256"
    kept.write_text((environment.INPUTS).read_text())
    monkeypatch.setattr(environment, "INPUTS", kept)
    check_fresh()
    monkeypatch.setattr(environment, "inputs_digest", lambda: "another")
    with pytest.raises(EnvironmentFault, match="make lock"):
        check_fresh()


def test_a_lock_edited_by_hand_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(environment, "locks_digest", lambda: "another")
    with pytest.raises(EnvironmentFault, match="make lock"):
        check_fresh()
