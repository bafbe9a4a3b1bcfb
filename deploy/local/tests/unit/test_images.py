"""Images are linted by the programs that the lock names, and each finding is told."""

import sys
from pathlib import Path

import pytest

from lianfang_local import images, wheels
from lianfang_local.faults import Fault
from lianfang_local.progress import Progress

QUIET = Progress(quiet=True)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that find nothing."""
    folder = tmp_path / "programs"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/hadolint").write_text("#!/bin/sh\nexit 0\n")
    (folder / "bin/hadolint").chmod(0o755)
    (folder / "compose_lint.py").write_text("")
    monkeypatch.setattr(images, "unpacked", lambda *_: folder)
    return folder


def test_a_finding_of_either_program_is_told_and_named(
    tmp_path: Path, programs: Path, capsys: pytest.CaptureFixture[str]
):
    images.lint_images(tmp_path, QUIET)
    (programs / "bin/hadolint").write_text("#!/bin/sh\necho DL3002 last user is root\nexit 1\n")
    (programs / "compose_lint.py").write_text("print('CL-0001 socket'); raise SystemExit(1)")
    with pytest.raises(Fault, match="hadolint, compose-lint"):
        images.lint_images(tmp_path, QUIET)
    told = capsys.readouterr().err
    assert "DL3002" in told
    assert "CL-0001" in told


def test_wheels_that_cannot_be_had_are_one_sentence_and_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".tools/bin").mkdir(parents=True)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/images.lock").write_text("a-program==1\n")
    uv = tmp_path / ".tools/bin/uv"
    monkeypatch.setattr(wheels, "ROOT", tmp_path)
    uv.write_text("#!/bin/sh\necho no such index >&2\nexit 1\n")
    uv.chmod(0o755)
    for _ in range(2):
        with pytest.raises(Fault, match=r"programs could not be installed \(no such index\); look"):
            wheels.unpacked("images", "programs", "look around", tmp_path / "cache", QUIET)
    uv.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "os.makedirs(sys.argv[sys.argv.index('--target') + 1])\n"
    )
    found = wheels.unpacked("images", "programs", "look around", tmp_path / "cache", QUIET)
    assert found.is_dir()
    assert [path.name for path in found.parent.iterdir()] == [found.name]
