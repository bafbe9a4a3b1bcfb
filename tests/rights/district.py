"""A made-up district, another for each seed: grids, offices of every shape, and users of each role.

Rooms hold arbitrary sets of grids, so a room may have half a community and two far corners; a
second county begins where the first one ends.
"""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from oracle import User

COUNTIES = ("990101", "990102")
STREETS = ("001", "002")
COMMUNITIES = ("001", "002")
LAST_DIGITS = ("001", "002", "003", "010")
ROOMS_PER_COUNTY = (5, 2)


@dataclass(frozen=True)
class Office:
    """An office and its grids.

    Attributes:
        lead: the office that leads it.
    """

    id: UUID
    kind: str
    grids: frozenset[str]
    lead: UUID | None = None


@dataclass(frozen=True)
class District:
    """Places, offices and users."""

    grids: tuple[str, ...]
    offices: tuple[Office, ...]
    users: tuple[User, ...]

    def of_kind(self, kind: str) -> list[Office]:
        """Return the offices of a kind."""
        return [office for office in self.offices if office.kind == kind]

    def area_codes(self) -> list[str]:
        """Return the code of every area, from county to grid."""
        return sorted({grid[:digits] for grid in self.grids for digits in (6, 9, 12, 15)})


def a_uuid(random: Random) -> UUID:
    """Return an id that the seed decides."""
    return UUID(int=random.getrandbits(128), version=4)


def fresh_uuid(random: Random, moment: datetime) -> UUID:
    """Return an id as one that was made at a moment (UUIDv7): what it names is as old as that."""
    milliseconds, rest = int(moment.timestamp() * 1_000), random.getrandbits(74)
    high, low = rest >> 62, rest & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def ordered_uuid(random: Random, nth: int) -> UUID:
    """Return an id that is greater for a greater `nth`, as ids made one after another are."""
    return UUID(int=(nth << 96) | random.getrandbits(64), version=4)


def a_district(random: Random) -> District:
    """Return the district of a seed."""
    grids = tuple(
        f"{county}{street}{community}{last}"
        for county in COUNTIES
        for street in STREETS
        for community in COMMUNITIES
        for last in LAST_DIGITS
    )
    offices: list[Office] = []
    for county, rooms in zip(COUNTIES, ROOMS_PER_COUNTY, strict=True):
        offices += _county(random, [grid for grid in grids if grid.startswith(county)], rooms)
    return District(grids, tuple(offices), tuple(_users(random, offices)))


def _county(random: Random, grids: list[str], rooms: int) -> list[Office]:
    bureau = Office(a_uuid(random), "bureau", frozenset(grids))
    station = Office(a_uuid(random), "station", frozenset(grids), bureau.id)
    shuffled = random.sample(grids, len(grids))
    found = [bureau, station]
    for nth in range(rooms):
        found.append(Office(a_uuid(random), "room", frozenset(shuffled[nth::rooms]), station.id))
    for digits, kind in ((12, "committee"), (9, "justice")):
        for code in sorted({grid[:digits] for grid in grids}):
            own = frozenset(grid for grid in grids if grid.startswith(code))
            found.append(Office(a_uuid(random), kind, own))
    # A station that leads one room alone, beside the one that leads them all.
    small = next(office for office in found if office.kind == "room")
    second = Office(a_uuid(random), "station", small.grids, bureau.id)
    return [*found, second]


_ROLES = {
    "room": ("officer", "room_head"),
    "station": ("station_head",),
    "bureau": ("bureau",),
    "committee": ("committee",),
    "justice": ("justice",),
}


def _users(random: Random, offices: list[Office]) -> list[User]:
    users = [
        User(f"{role} {nth}", a_uuid(random), role, office.id, office.grids)
        for nth, office in enumerate(offices)
        for role in _ROLES[office.kind]
    ]
    users += [User(f"landlord {nth}", a_uuid(random), "landlord") for nth in range(4)]
    users += [User(role, a_uuid(random), role) for role in ("feed", "ops", "auditor")]
    # Who has lost the office, or whose office has no place.
    users.append(User("officer without office", a_uuid(random), "officer"))
    users.append(User("officer of nowhere", a_uuid(random), "officer", a_uuid(random)))
    users.append(User("committee of nowhere", a_uuid(random), "committee", a_uuid(random)))
    return users
