"""The replica of areas and offices, and the question it answers: whose desk is this grid?

Offices are versioned sets of grids. A fact is routed by the offices of the day on which it
happened, so that a fact that arrives late still reaches who had to act then.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from notifications.domain.desk import KIND_OF_ROLE, Desk, OfficeKind, Role

COMMUNITY_DIGITS, STREET_DIGITS, COUNTY_DIGITS = 12, 9, 6


@dataclass(frozen=True, slots=True)
class Area:
    """One node of the area tree: 6 digits a county, 9 a street, 12 a community, 15 a grid."""

    area_id: UUID
    code: str
    level: str
    parent_code: str | None
    name_zh: str
    name_en: str
    version: int


@dataclass(frozen=True, slots=True)
class Office:
    """One version of an office; it holds from `valid_from` until the next version does."""

    office_id: UUID
    kind: OfficeKind
    name_zh: str
    name_en: str
    lead_parent: UUID | None
    guide_parent: UUID | None
    grids: tuple[str, ...]
    valid_from: date
    version: int


@dataclass(frozen=True, slots=True)
class Located:
    """An office found for a grid; `flagged` where the grid itself has none of the kind."""

    office: Office
    flagged: bool


_STAND_INS: MappingProxyType[OfficeKind, tuple[tuple[int, OfficeKind], ...]] = MappingProxyType(
    {
        "room": (
            (COMMUNITY_DIGITS, "room"),
            (STREET_DIGITS, "station"),
            (COUNTY_DIGITS, "bureau"),
            (0, "bureau"),
        ),
        "station": (
            (COMMUNITY_DIGITS, "station"),
            (STREET_DIGITS, "station"),
            (COUNTY_DIGITS, "bureau"),
            (0, "bureau"),
        ),
        "bureau": ((COUNTY_DIGITS, "bureau"), (0, "bureau")),
        # Nobody stands in for a committee but the community's own: police desks have notices of
        # their own, and a neighbour's committee has no business there.
        "committee": ((COMMUNITY_DIGITS, "committee"),),
        "justice": ((COMMUNITY_DIGITS, "justice"), (STREET_DIGITS, "justice"), (0, "justice")),
    }
)
"""For a grid without an office: how much of its code counts, and which kind is asked."""


@dataclass(frozen=True, slots=True)
class _Term:
    first: date
    end: date
    office: Office

    def holds(self, day: date) -> bool:
        return self.first <= day < self.end


class Directory:
    """Areas and offices, indexed by grid; never changed, replaced as a whole.

    Args:
        areas: newest version of each area.
        offices: all known versions of each office.
    """

    def __init__(self, areas: Iterable[Area], offices: Iterable[Office]) -> None:
        self._areas = {area.code: area for area in areas}
        self._newest: dict[UUID, Office] = {}
        self._terms: dict[tuple[OfficeKind, str], list[_Term]] = defaultdict(list)
        self._stand_ins: dict[tuple[OfficeKind, str], Office | None] = {}
        versions: dict[UUID, list[Office]] = defaultdict(list)
        for office in offices:
            versions[office.office_id].append(office)
        for of_office in versions.values():
            of_office.sort(key=lambda office: office.version)
            self._newest[of_office[-1].office_id] = of_office[-1]
            ends = [later.valid_from for later in of_office[1:]] + [date.max]
            for office, end in zip(of_office, ends, strict=True):
                for grid in office.grids:
                    self._terms[office.kind, grid].append(_Term(office.valid_from, end, office))

    @property
    def empty(self) -> bool:
        """Whether no office is known at all."""
        return not self._newest

    def office(self, office_id: UUID) -> Office | None:
        """Return an office's newest version."""
        return self._newest.get(office_id)

    def community(self, grid: str) -> Area | None:
        """Return the community that a grid lies in."""
        return self._areas.get(grid[:COMMUNITY_DIGITS])

    def locate(self, kind: OfficeKind, grid: str, day: date) -> Located | None:
        """Return the office of a kind that a grid belonged to on a day.

        A grid without one goes to the office of its parent area, flagged. None only where nobody
        stands in: a committee that does not exist, or a directory that knows no such office.
        """
        terms = self._terms.get((kind, grid))
        if terms:
            # What held on the day, or, before any known version, the earliest that is known.
            held = [term for term in terms if term.holds(day)]
            if len(held) == 1:
                chosen = held[0]
            elif held:
                chosen = max(held, key=lambda term: (term.first, term.office.version))
            else:
                chosen = min(terms, key=lambda term: (term.first, term.office.version))
            if held or chosen.first > day:
                return Located(self._newest[chosen.office.office_id], flagged=False)
        for digits, stand_in in _STAND_INS[kind]:
            office = self._covering(stand_in, grid[:digits])
            if office:
                return Located(office, flagged=True)
        return None

    def superior(self, desk: Desk, role: Role) -> Desk | None:
        """Return the desk of a higher role above a desk, or None where none is known."""
        office = self._newest.get(desk.office_id)
        seen: set[UUID] = set()
        while office and office.office_id not in seen:
            if office.kind == KIND_OF_ROLE[role]:
                return Desk(office.office_id, role)
            seen.add(office.office_id)
            office = self._newest.get(office.lead_parent) if office.lead_parent else None
        return None

    def committees(self) -> list[UUID]:
        """Return every committee, in a fixed order."""
        return sorted(each.office_id for each in self._newest.values() if each.kind == "committee")

    def _covering(self, kind: OfficeKind, prefix: str) -> Office | None:
        """Return the office of a kind with most grids under a prefix, the same one each time."""
        if (kind, prefix) not in self._stand_ins:
            counts = Counter(
                {
                    office.office_id: sum(grid.startswith(prefix) for grid in office.grids)
                    for office in self._newest.values()
                    if office.kind == kind
                }
            )
            best = max(counts, key=lambda each: (counts[each], str(each)), default=None)
            found = best is not None and (counts[best] or not prefix)
            self._stand_ins[kind, prefix] = self._newest[best] if best and found else None
        return self._stand_ins[kind, prefix]
