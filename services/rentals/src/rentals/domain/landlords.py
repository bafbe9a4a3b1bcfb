"""Who lets premises: a person, known here by an id alone, or an organisation.

An organisation is known by its unified social credit code (GB 32100-2015): 18 characters, the
last one a check character over the others.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang_common.errors import Invalid

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}\d{{6}}[{_ALPHABET}]{{10}}")
NAME_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class LettingPerson:
    """A person who lets premises.

    Attributes:
        person_id: population's id.
        receipt_id: the receipt that proved who was meant.
    """

    person_id: UUID
    receipt_id: UUID

    @property
    def identity(self) -> object:
        """What tells this landlord from every other; a second receipt names the same person."""
        return self.person_id


@dataclass(frozen=True, slots=True)
class LettingOrganisation:
    """An organisation that lets premises.

    Attributes:
        name: as its licence has it.
        credit_code: unified social credit code.
    """

    name: str
    credit_code: str

    @property
    def identity(self) -> object:
        """What tells this landlord from every other."""
        return self.credit_code

    @classmethod
    def named(cls, name: str, credit_code: str, field: str) -> "LettingOrganisation":
        """Return an organisation, or say which of its fields cannot be right.

        Args:
            name: 2 to 80 characters.
            credit_code: 18 characters with a right check character.
            field: path of the organisation in the request body.

        Raises:
            Invalid: slug `organisation-name` or `credit-code`.
        """
        name = name.strip()
        if not 2 <= len(name) <= NAME_CHARACTERS_MAX or any(c.isdigit() for c in name):
            raise Invalid("organisation-name", f"{field}.name")
        if not _SHAPE.fullmatch(credit_code) or credit_code[-1] != check_character(credit_code):
            raise Invalid("credit-code", f"{field}.credit_code")
        return cls(name, credit_code)


@dataclass(frozen=True, slots=True)
class LandlordRecorded:
    """A receipt has named who lets premises: on their file, or for one tenancy."""

    premises_id: UUID
    landlord: LettingPerson
    recorded_on: date


@dataclass(frozen=True, slots=True)
class AccountsRecorded:
    """Which accounts may see and let premises from now on; all of them, or none."""

    premises_id: UUID
    accounts: tuple[UUID, ...]


Landlord = LettingPerson | LettingOrganisation


def check_character(code: str) -> str:
    """Return the check character of a credit code's first 17 characters (GB 32100-2015, 5.5)."""
    total = sum(
        _ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17])
    )
    return _ALPHABET[(31 - total % 31) % 31]
