"""Who acts: account, office, role and the areas that the role covers.

An area is a range of place codes: digits, compared as text. A code of fewer digits covers
every longer one that begins with it.
"""

import re
from dataclasses import dataclass
from uuid import UUID

_CODE = re.compile(r"\d{2,15}")
_ROLE = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True, order=True)
class AreaRange:
    """Place codes from `first` up to, not including, `end`."""

    first: str
    end: str

    def __post_init__(self) -> None:
        """Refuse anything but digits: the range is written into SQL text."""
        if not (_CODE.fullmatch(self.first) and _CODE.fullmatch(self.end)):
            raise ValueError("an area range is made of digits")

    def covers(self, code: str) -> bool:
        """Say whether a place code lies in the range."""
        return self.first <= code < self.end

    @classmethod
    def of_prefix(cls, code: str) -> "AreaRange":
        """Return the range of all places whose code begins with `code`."""
        return cls(code, str(int(code) + 1).zfill(len(code)))


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller, as the gateway's service token states it."""

    account: UUID
    role: str
    office: UUID | None = None
    areas: tuple[AreaRange, ...] = ()
    purpose: str | None = None

    def covers(self, code: str) -> bool:
        """Say whether a place lies in the caller's areas."""
        return any(area.covers(code) for area in self.areas)

    def local_settings(self) -> str:
        """Return the `SET LOCAL` statements that carry the scope into one transaction.

        Raises:
            ValueError: the role holds anything but lower-case letters, digits and `_`.
        """
        if not _ROLE.fullmatch(self.role):
            raise ValueError("a role is made of lower-case letters, digits and _")
        ranges = ",".join(f"[{area.first},{area.end})" for area in sorted(self.areas))
        office = "" if self.office is None else str(self.office)
        return (
            f"SET LOCAL app.scope='{{{ranges}}}';SET LOCAL app.office='{office}';"
            f"SET LOCAL app.role='{self.role}';SET LOCAL app.account='{self.account}'"
        )
