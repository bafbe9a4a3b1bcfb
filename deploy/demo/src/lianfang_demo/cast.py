"""Who plays: the community offices of whatever district runs, each with its people and communities.

Offices are found by the district's file and users by their role, so that every profile can play.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from lianfang_demo.stack import Stack


@dataclass(frozen=True, slots=True)
class Community:
    """A community with the login of its committee.

    Attributes:
        code: twelve digits.
        zh, en: its name.
    """

    code: str
    zh: str
    en: str
    committee: str


@dataclass(frozen=True, slots=True)
class Room:
    """A community office, with the logins of those around it.

    Attributes:
        office_id: of the office.
        zh, en: its name.
        grids: where it works.
        communities: those that lie wholly in its section.
        officer, head, chief: of the room, and of its station.
        justice: of the justice office of the same place.
    """

    office_id: str
    zh: str
    en: str
    grids: tuple[str, ...]
    communities: tuple[Community, ...]
    officer: str
    head: str
    chief: str
    justice: str

    @property
    def community(self) -> Community:
        """The first community of the section."""
        return self.communities[0]


@dataclass(frozen=True, slots=True)
class Cast:
    """The rooms of a district that have a whole community.

    Attributes:
        stations: the rooms of each station, in the order of the file.
        landlord, feed, bureau: logins of a landlord, of the 110 intake, and of the bureau's desk.
    """

    stations: tuple[tuple[Room, ...], ...]
    landlord: str
    feed: str
    bureau: str

    @classmethod
    def of(cls, stack: Stack) -> Self:
        """Return who plays in a running network.

        Raises:
            LookupError: a part has nobody to play it.
        """
        return cls.found(stack.district(), stack.accounts.values())

    @classmethod
    def found(cls, district: Mapping[str, Any], accounts: Iterable[Mapping[str, Any]]) -> Self:
        """Return who plays, from the district's file and the accounts.

        Raises:
            LookupError: a part has nobody to play it.
        """
        search = _Search(district, accounts)
        stations = [tuple(search.rooms(each)) for each in search.of_kind("station")]
        playing = tuple(rooms for rooms in stations if rooms)
        if sum(map(len, playing)) < 2:
            raise LookupError("fewer than two rooms have a community of their own")
        return cls(playing, *map(search.login, ("landlord", "feed", "bureau")))

    @property
    def rooms(self) -> tuple[Room, ...]:
        """All rooms, station by station."""
        return tuple(room for rooms in self.stations for room in rooms)

    @property
    def first(self) -> Room:
        """The room of the first scenes."""
        return self.stations[0][0]

    @property
    def second(self) -> Room:
        """Another room, of another station where there is one."""
        return self.stations[1][0] if len(self.stations) > 1 else self.stations[0][1]

    def watched(self) -> tuple[str, ...]:
        """Return the logins whose desks the told morning looks at: those concerned, and others."""
        chosen: list[str] = []
        for room in (self.first, self.second):
            chosen += [room.officer, _beside(room, self._rooms_of(room)).officer]
        beside = _beside(self.second, self._rooms_of(self.second))
        others = (*self.second.communities[1:], *beside.communities)
        chosen += [
            self.first.head,
            self.first.community.committee,
            self.second.community.committee,
            *(each.committee for each in others[:1]),
            self.first.justice,
            self.second.justice,
            self.first.chief,
        ]
        return tuple(dict.fromkeys(chosen))

    def _rooms_of(self, room: Room) -> tuple[Room, ...]:
        return next(rooms for rooms in self.stations if room in rooms)


class _Search:
    def __init__(self, district: Mapping[str, Any], accounts: Iterable[Mapping[str, Any]]) -> None:
        self._offices = list(district["offices"])
        self._areas = {area["code"]: area for area in district["areas"]}
        self._logins: dict[tuple[str, str | None], str] = {}
        self._by_role: dict[str, str] = {}
        for account in accounts:
            login, role = account["login"], account["role"]
            self._logins.setdefault((role, account["office_id"]), login)
            self._by_role.setdefault(role, login)

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [office for office in self._offices if office["kind"] == kind]

    def rooms(self, station: Mapping[str, Any]) -> Iterable[Room]:
        for office in self.of_kind("room"):
            if office["lead_parent"] != station["office_id"]:
                continue
            communities = tuple(self._communities(set(office["grids"])))
            if communities:
                yield Room(
                    office_id=office["office_id"],
                    zh=office["name_zh"],
                    en=office["name_en"],
                    grids=tuple(office["grids"]),
                    communities=communities,
                    officer=self.login("officer", office["office_id"]),
                    head=self.login("room_head", office["office_id"]),
                    chief=self.login("station_head", station["office_id"]),
                    justice=self.login("justice", self._justice(office["grids"][0])),
                )

    def login(self, role: str, office_id: str | None = None) -> str:
        found = self._logins.get((role, office_id)) if office_id else self._by_role.get(role)
        if found is None:
            raise LookupError(f"no account has the role {role}" + (" there" if office_id else ""))
        return found

    def _communities(self, section: set[str]) -> Iterable[Community]:
        for office in self.of_kind("committee"):
            if office["grids"] and section.issuperset(office["grids"]):
                area = self._areas[office["grids"][0][:12]]
                committee = self.login("committee", office["office_id"])
                yield Community(area["code"], area["name_zh"], area["name_en"], committee)

    def _justice(self, grid: str) -> str:
        offices = (each for each in self.of_kind("justice") if grid in each["grids"])
        return str(next(offices, {"office_id": "none"})["office_id"])


def _beside(room: Room, rooms: tuple[Room, ...]) -> Room:
    """Return the next room of a station; of the last one, the first."""
    return rooms[(rooms.index(room) + 1) % len(rooms)]
