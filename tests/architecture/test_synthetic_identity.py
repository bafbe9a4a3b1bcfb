"""No file holds a document number that could be somebody's: only region code 99xxxx is used."""

import re
import sys

from source import ROOT
from test_self import BINARY, _tracked

sys.path.insert(0, str(ROOT / "tests/system"))
from personal_data import can_be_a_person

NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")


def test_every_document_number_in_the_repository_is_synthetic():
    real = [
        f"{name}:{number}"
        for name in _tracked()
        if not name.endswith(tuple(BINARY))
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1)
        for found in NUMBER.findall(line)
        if can_be_a_person(found) and not found.startswith("99")
    ]
    assert not real
