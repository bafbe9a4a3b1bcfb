"""The repository speaks of the project alone, and names no server of anyone's network."""

import re
import subprocess

from source import ROOT

FOREIGN = re.compile(
    r"pypi\.org|pythonhosted|repo\.maven|registry\.npmjs|deb\.debian|proxy\.golang"
    r"|/root/|/tmp/bash_jobs",
    re.IGNORECASE,
)
LOOSE_END = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
BINARY = {".png", ".webp", ".ico", ".woff2"}


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [
        name
        for name in listed.splitlines()
        if (ROOT / name).is_file()
        and (ROOT / name).suffix not in BINARY
        and not name.startswith("tests/architecture/test_self.py")
    ]


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}"
        for name in _tracked()
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    assert not _lines_with(FOREIGN)


def test_nothing_is_left_for_later_in_the_source():
    assert not _lines_with(LOOSE_END)


def test_no_secret_looking_value_is_committed():
    assert not _lines_with(re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"))
