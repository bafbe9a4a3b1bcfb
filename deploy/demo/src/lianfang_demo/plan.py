"""What happens in a working morning, from eight to twelve: who acts when, decided by a seed.

The plan knows rooms by their number and leaves to a draw what only the running network can answer:
which premises, which person. What follows from another act names it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from random import Random

from lianfang_demo.profiles import Profile

BEGINS = timedelta(hours=8)
LASTS = timedelta(hours=4)
_SHARE_OF_DAY = LASTS / timedelta(hours=24)
# 110 lettings a day over 20,000 premises, in the ten hours in which offices and landlords register.
LETTINGS_A_PREMISES = 110 / 20_000 * (LASTS / timedelta(hours=10))
_INCIDENTS_MIN, _LETTINGS_MIN = 2, 4

CRIMINAL = ("burglary", "theft", "fraud")
_OTHER = ("noise", "public_disorder", "lost_property", "traffic_obstruction", "help_request")
_SEEN_BY_COMMITTEES = ("fire_hazard", "blocked_exit", "noise")
_TAKING = timedelta(minutes=3)
_REVIEWED_AFTER, _ACCEPTED_AFTER = timedelta(minutes=75), timedelta(minutes=65)


class Kind(StrEnum):
    """What somebody does."""

    INCIDENT = "incident"
    ARRIVAL = "arrival"
    CLOSING = "closing"
    TENANCY = "tenancy"
    OWN_TENANCY = "own-tenancy"
    EXTENSION = "extension"
    ENDING = "ending"
    TAKING = "taking"
    REPORT = "report"
    RECEIPT = "receipt"
    MOVE = "move"
    REVIEW = "review"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the morning.

    Attributes:
        number: its own, from 0 on.
        at: how long after eight o'clock.
        room: number of the room in the district.
        about: number of the act that it follows from.
        choice: classification of an incident or report; empty for other acts.
        alone: nobody takes the incident over, so that it escalates.
    """

    number: int
    at: timedelta
    kind: Kind
    room: int
    about: int | None = None
    choice: str = ""
    alone: bool = False


def plan(profile: Profile, rooms: int, seed: int) -> tuple[Act, ...]:
    """Return the acts of a morning in order; the same seed gives the same.

    Args:
        profile: tells how much happens.
        rooms: how many rooms there are.
        seed: decides the rest.
    """
    planned = _Plan(rooms, Random(seed))  # noqa: S311 - a play, the same for the same seed
    planned.incidents(max(_INCIDENTS_MIN, round(profile.incidents_a_day * _SHARE_OF_DAY)))
    planned.lettings(max(_LETTINGS_MIN, round(profile.premises * LETTINGS_A_PREMISES)))
    planned.reports(max(1, rooms // 6))
    planned.move()
    return tuple(sorted(planned.acts, key=lambda act: (act.at, act.number)))


class _Plan:
    def __init__(self, rooms: int, random: Random) -> None:
        self._rooms = rooms
        self._random = random
        self.acts: list[Act] = []

    def incidents(self, count: int) -> None:
        """Plan incidents; the first is left alone, the others are handled by their room."""
        alone = self._add(Kind.INCIDENT, timedelta(minutes=1), 0, choice="burglary")
        self.acts[alone.number] = replace(alone, alone=True)
        for _ in range(count - 1):
            criminal = self._random.random() < 0.5
            choice = self._random.choice(CRIMINAL if criminal else _OTHER)
            opened = self._add(Kind.INCIDENT, self._between(3, 215), self._room(), choice=choice)
            self._follow(opened, Kind.TAKING, _TAKING)
            if criminal:
                self._follow(opened, Kind.ARRIVAL, timedelta(minutes=self._random.randint(5, 8)))
            if choice != "help_request":  # of which no committee hears
                self._follow(opened, Kind.RECEIPT, timedelta(minutes=12))
            self._follow(opened, Kind.CLOSING, timedelta(minutes=self._random.randint(25, 60)))

    def lettings(self, count: int) -> None:
        """Plan tenancies: of five, three are registered, one of them extended, another ended."""
        changed = max(1, count // 5)
        for nth in range(count - 2 * changed):
            kind = Kind.TENANCY if nth else Kind.OWN_TENANCY
            # What is changed later is registered in time for it.
            latest = 150 if nth < 2 * changed else 225
            # The demo landlord lets premises in the first communities alone.
            room = self._room() if nth else 0
            let = self._add(kind, self._between(4, latest), room)
            if nth % 3 != 2:
                self._follow(let, Kind.TAKING, _TAKING)
            if nth % 4 == 0:
                self._follow(let, Kind.RECEIPT, timedelta(minutes=10))
            if nth < 2 * changed:
                what = Kind.EXTENSION if nth < changed else Kind.ENDING
                self._follow(let, what, timedelta(minutes=self._random.randint(20, 60)))

    def reports(self, count: int) -> None:
        """Plan what committees report; the room takes it over."""
        for _ in range(count):
            choice = self._random.choice(_SEEN_BY_COMMITTEES)
            made = self._add(Kind.REPORT, self._between(10, 200), self._room(), choice=choice)
            self._follow(made, Kind.TAKING, _TAKING)

    def move(self) -> None:
        """Plan how a person on the register moves, is reviewed and accepted."""
        moved = self._add(Kind.MOVE, self._between(12, 25), self._room())
        self._follow(moved, Kind.REVIEW, _REVIEWED_AFTER)
        self._follow(moved, Kind.ACCEPTANCE, _REVIEWED_AFTER + _ACCEPTED_AFTER)

    def _follow(self, act: Act, kind: Kind, after: timedelta) -> None:
        if act.at + after < LASTS:
            self._add(kind, act.at + after, act.room, about=act.number)

    def _add(
        self, kind: Kind, at: timedelta, room: int, *, about: int | None = None, choice: str = ""
    ) -> Act:
        act = Act(len(self.acts), at, kind, room, about, choice)
        self.acts.append(act)
        return act

    def _between(self, first: int, last: int) -> timedelta:
        """Return a moment between two minutes after eight, to the second."""
        return timedelta(seconds=self._random.randint(first * 60, last * 60))

    def _room(self) -> int:
        return self._random.randrange(self._rooms)
