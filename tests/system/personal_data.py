"""Finds personal data in bytes: document numbers by their check digit, known phones and names.

A number counts only at digit boundaries, with a right check digit (GB 11643, ISO 7064 mod 11-2)
and with a day on which somebody can be born, so that an 18-digit id or the digits of a fraction are
not mistaken for a person. Text is looked at as it stands, and with `\\uXXXX` and percent escapes
read, whatever stands around them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

# The digits behind a decimal point are a measure.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?<!\d\.)\d{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)(?:86)?(1\d{10})(?!\d)")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_BORN_FROM, _BORN_TO = 1880, 2100


@dataclass(frozen=True)
class Finding:
    """Where personal data stood, and of which kind; the value itself is not repeated."""

    place: str
    kind: str


def can_be_a_person(number: str) -> bool:
    """Say whether 18 characters hold a possible birth date and end with their check digit."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return _BORN_FROM <= born.year < _BORN_TO and _has_right_check_digit(number)


def _has_right_check_digit(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17].upper() == _CHECK[total % 11]


class PersonalDataScan:
    """Looks for document numbers of any person and for the phones and names of known ones.

    Args:
        phones: as stored and as typed, 11 digits.
        names: full names of seeded or typed persons, two characters or more.
    """

    def __init__(self, phones: Iterable[str], names: Iterable[str]) -> None:
        self._phones = frozenset(phones)
        self._names = frozenset(names)
        self._lengths = {len(name) for name in self._names}

    def look(self, place: str, text: bytes) -> Iterator[Finding]:
        """Yield what stands in the text, each kind once."""
        plain = text.decode(errors="replace")
        for kind in sorted({kind for form in _forms(plain) for kind in self._kinds(form)}):
            yield Finding(place, kind)

    def _kinds(self, text: str) -> Iterator[str]:
        if any(can_be_a_person(match.group()) for match in _NUMBER.finditer(text)):
            yield "document number"
        if any(match.group(1) in self._phones for match in _PHONE.finditer(text)):
            yield "phone"
        if any(self._holds_a_name(match.group()) for match in _HAN.finditer(text)):
            yield "name"

    def _holds_a_name(self, run: str) -> bool:
        return any(
            run[begin : begin + length] in self._names
            for length in self._lengths
            for begin in range(len(run) - length + 1)
        )


def _forms(text: str) -> Iterator[str]:
    yield text
    if "\\u" in text:
        yield _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    if "%" in text:
        yield unquote(text)
