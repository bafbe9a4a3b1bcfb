"""Areas and offices: the tree of codes, and which office works for which grids since when.

The smallest place is the grid, 15 digits; a committee's area and a police room's section are two
sets of grids that need not match. Sets are versioned: a grid that moves keeps its history.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from lianfang_common.errors import Invalid

Level = Literal["county", "street", "community", "grid"]
OfficeKind = Literal["bureau", "station", "room", "committee", "justice"]

LEVELS: Final[Mapping[int, Level]] = {6: "county", 9: "street", 12: "community", 15: "grid"}


@dataclass(frozen=True, slots=True)
class Area:
    """One node of the tree.

    Attributes:
        code: 6 digits of the county and 3 more for each step down to the grid.
    """

    code: str
    name_zh: str
    name_en: str

    @property
    def level(self) -> Level:
        """Return what the area is; the length of its code says so."""
        return LEVELS[len(self.code)]

    @property
    def parent_code(self) -> str | None:
        """Return the code of the area above, None for a county."""
        return self.code[:-3] if len(self.code) > 6 else None


@dataclass(frozen=True, slots=True)
class Office:
    """One office with the grids that it works for now.

    Attributes:
        lead_parent: office it reports to.
        guide_parent: second parent, which sees but does not write.
    """

    id: UUID
    kind: OfficeKind
    name_zh: str
    name_en: str
    lead_parent: UUID | None
    guide_parent: UUID | None
    grids: frozenset[str]


@dataclass(frozen=True, slots=True)
class District:
    """The whole tree and all offices, as one file defines them."""

    areas: tuple[Area, ...]
    offices: tuple[Office, ...]

    def check(self) -> None:
        """Raise `Invalid` with the path of the first thing that does not fit."""
        codes = {area.code for area in self.areas}
        for place, area in enumerate(self.areas):
            _check_area(area, codes, f"areas.{place}")
        if len(codes) < len(self.areas):
            raise Invalid("area-defined-twice", "areas")
        ids = {office.id for office in self.offices}
        if len(ids) < len(self.offices):
            raise Invalid("office-defined-twice", "offices")
        for place, office in enumerate(self.offices):
            for name in ("lead_parent", "guide_parent"):
                parent = getattr(office, name)
                if parent is not None and (parent not in ids or parent == office.id):
                    raise Invalid("office-unknown", f"offices.{place}.{name}")
            if not office.grids <= codes or any(len(code) != 15 for code in office.grids):
                raise Invalid("grid-unknown", f"offices.{place}.grids")
        held = Counter((office.kind, grid) for office in self.offices for grid in office.grids)
        if any(count > 1 for count in held.values()):
            raise Invalid("grid-held-twice", "offices")


@dataclass(frozen=True, slots=True)
class GridChange:
    """What one office gains and loses."""

    gained: frozenset[str]
    lost: frozenset[str]

    @classmethod
    def between(cls, before: Iterable[str], after: Iterable[str]) -> "GridChange":
        """Return the difference of two sets of grids."""
        old, new = frozenset(before), frozenset(after)
        return cls(gained=new - old, lost=old - new)

    def __bool__(self) -> bool:
        """Say whether anything changes."""
        return bool(self.gained or self.lost)


def last_day_before(valid_from: date) -> date:
    """Return the last day of a set that another replaces: the day before."""
    return valid_from - timedelta(days=1)


def _check_area(area: Area, codes: set[str], field: str) -> None:
    if not (area.code.isascii() and area.code.isdigit() and len(area.code) in LEVELS):
        raise Invalid("area-code-malformed", f"{field}.code")
    if area.parent_code is not None and area.parent_code not in codes:
        raise Invalid("area-unknown", f"{field}.code")
