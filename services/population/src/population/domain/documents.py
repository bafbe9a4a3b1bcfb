"""Identity documents: what a number must look like, and how much of it may be shown.

A resident id has 18 characters: six of the region, eight of the birth date, three of an order,
and a check character over all of them (GB 11643-1999; ISO 7064, MOD 11-2).
"""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Literal

from lianfang_common.errors import Invalid

DocumentKind = Literal["resident_id", "passport", "other"]

_RESIDENT_ID = re.compile(r"[1-9]\d{16}[\dX]")
_PASSPORT = re.compile(r"[A-Z0-9]{5,17}")
_OTHER = re.compile(r"[A-Z0-9-]{4,30}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_BORN_FROM = date(1880, 1, 1)
_SHOWN_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Document:
    """One document by which a person is known.

    Attributes:
        kind: what was issued.
        number: normalised: no spaces, capital letters.
    """

    kind: DocumentKind
    number: str

    @classmethod
    def read(cls, kind: DocumentKind, typed: str, today: date, field: str) -> "Document":
        """Return the document of a typed number.

        Args:
            kind: what was issued.
            typed: as it came; spaces around and inside do not count.
            today: nobody is born after it.
            field: path of the number in the request body.

        Raises:
            Invalid: `document-number-malformed`, `birth-date-impossible` or `check-digit-wrong`.
        """
        number = "".join(typed.split()).upper()
        if kind == "resident_id":
            _check_resident_id(number, today, field)
        elif not (_PASSPORT if kind == "passport" else _OTHER).fullmatch(number):
            raise Invalid("document-number-malformed", field)
        return cls(kind, number)

    @property
    def lookup(self) -> str:
        """Return the text whose keyed hash finds the document: kinds do not collide."""
        return f"{self.kind}:{self.number}"


def check_character(first_17: str) -> str:
    """Return the check character of a resident id's first 17 digits."""
    total = sum(map(mul, _WEIGHTS, map(int, first_17)))
    return _CHECK_CHARACTERS[total % 11]


def masked(number: str) -> str:
    """Return a number of which the last four characters can be read.

    Neither region nor birth date is shown: who compares a card needs neither.
    """
    shown = number[-_SHOWN_CHARACTERS:] if len(number) > _SHOWN_CHARACTERS else ""
    return "*" * (len(number) - len(shown)) + shown


def _check_resident_id(number: str, today: date, field: str) -> None:
    if not (number.isascii() and _RESIDENT_ID.fullmatch(number)):
        raise Invalid("document-number-malformed", field)
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid("birth-date-impossible", field) from None
    if not _BORN_FROM <= born <= today:
        raise Invalid("birth-date-impossible", field)
    if check_character(number[:17]) != number[17]:
        raise Invalid("check-digit-wrong", field)
