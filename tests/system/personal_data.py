"""Finds personal data in bytes: document numbers by their check digit, seeded phones and names.

A number counts only at digit boundaries and with a right check digit (GB 11643, ISO 7064
mod 11-2), so that an 18-digit id or a grid code is not mistaken for a person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NUMBER = re.compile(rb"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(frozen=True)
class Finding:
    """Where personal data stood, and of which kind; the value itself is not repeated."""

    place: str
    kind: str


def has_right_check_digit(number: str) -> bool:
    """Say whether 18 characters end with the check digit of the first 17."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17].upper() == _CHECK[total % 11]


class PersonalDataScan:
    """Looks for document numbers of any person and for the phones and names of known ones.

    Args:
        phones: as stored and as typed.
        names: full names of seeded or typed persons, two characters or more.
    """

    def __init__(self, phones: Iterable[str], names: Iterable[str]) -> None:
        self._phones = [phone.encode() for phone in phones]
        self._names = [
            form
            for name in names
            for form in (name.encode(), name.encode("unicode_escape"), _percent(name))
        ]

    def look(self, place: str, text: bytes) -> Iterator[Finding]:
        """Yield what stands in the text."""
        for match in _NUMBER.finditer(text):
            if has_right_check_digit(match.group().decode()):
                yield Finding(place, "document number")
        for phone in self._phones:
            if re.search(rb"(?<!\d)" + re.escape(phone) + rb"(?!\d)", text):
                yield Finding(place, "phone")
        for name in self._names:
            if name in text:
                yield Finding(place, "name")


def _percent(text: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text.encode()).encode()
