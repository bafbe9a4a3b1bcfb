"""Who may see which row, worked out anew from plain facts; this file imports no service.

The guards of the services compare ranges and subqueries; here an office is a set of grids, a
grant is a row of a list, and each rule is one sentence.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from uuid import UUID

COUNTY_DIGITS = 6
ROOM = frozenset({"officer", "room_head"})
AT_A_DESK = ROOM | {"station_head", "committee", "justice", "bureau"}


class Verdict(Enum):
    """What a caller meets: the row, nothing at all, or a door that is shut to the whole role."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    REFUSED = "refused"


@dataclass(frozen=True)
class User:
    """An account: its role, its office and the grids of that office."""

    name: str
    account: UUID
    role: str
    office: UUID | None = None
    grids: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Grant:
    """A row opened to an office or an account, for good or until a moment."""

    subject: UUID
    office: UUID | None = None
    account: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Placed:
    """A row at a place; `subject` is what a grant would have to name."""

    id: UUID
    grid: str
    subject: UUID | None = None


@dataclass(frozen=True)
class Person:
    """A person by the grids of all its residences, and what it can be searched by."""

    id: UUID
    homes: tuple[str, ...]
    name: str
    pinyin: str
    number: str = field(repr=False)


@dataclass(frozen=True)
class Case:
    """A residence-change case: its state and the offices that were told of it."""

    id: UUID
    entry: UUID
    state: str
    told: frozenset[UUID]
    receiving: UUID | None = None
    justice: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """An entry of the register: the offices that its document and its history name."""

    id: UUID
    person: UUID
    responsible: UUID | None
    justice: UUID
    assisting: UUID | None
    last_day: date
    delisted: bool = False


@dataclass(frozen=True)
class Glass:
    """A reading without an open item that nobody has looked at yet; `lead` leads its office."""

    id: UUID
    office: UUID
    lead: UUID | None


@dataclass(frozen=True)
class Told:
    """What was told to one desk.

    Attributes:
        grid: where, or "" for a place that the desk is not told.
        restricted: whether it is of supervision, help or a residence change.
    """

    id: UUID
    office: UUID
    role: str
    grid: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class Oracle:
    """The rules.

    Attributes:
        grants: every grant there is.
        cases: every residence-change case, since one may open an entry.
        now: moment of the question.
        today: the civil day of that moment.
    """

    grants: tuple[Grant, ...]
    cases: tuple[Case, ...]
    now: datetime
    today: date

    def covers(self, user: User, grid: str) -> bool:
        """Whether a place is the caller's: its office's grids, or for who sees it, the county."""
        if user.role == "bureau":
            return grid[:COUNTY_DIGITS] in {own[:COUNTY_DIGITS] for own in user.grids}
        return user.role in AT_A_DESK and grid in user.grids

    def granted(self, user: User, subject: UUID | None) -> bool:
        """Whether a grant that still holds names the caller's account or office."""
        return any(
            grant.subject == subject
            and (grant.until is None or grant.until > self.now)
            and (
                (grant.account is not None and grant.account == user.account)
                or (grant.office is not None and grant.office == user.office)
            )
            for grant in self.grants
        )

    def let(self, user: User, row: Placed) -> Verdict:
        """Premises and tenancies: area or grant."""
        if user.role not in ROOM | {"landlord", "station_head", "bureau"}:
            return Verdict.REFUSED
        return _shown(self.covers(user, row.grid) or self.granted(user, row.subject))

    def names_persons(self, user: User) -> bool:
        """Whether a tenancy names its persons to the caller, by id."""
        return user.role in ROOM | {"station_head", "bureau"}

    def incident(self, user: User, row: Placed) -> Verdict:
        """Incidents and reports: by area. A committee has its notices and nothing else."""
        if user.role not in ROOM | {"station_head", "bureau"}:
            return Verdict.REFUSED
        return _shown(self.covers(user, row.grid))

    def person(self, user: User, row: Person) -> Verdict:
        """A person is seen where it lives or lived."""
        if user.role not in ROOM | {"station_head"}:
            return Verdict.REFUSED
        return _shown(any(self.covers(user, grid) for grid in row.homes))

    def entry(self, user: User, row: Entry) -> Verdict:
        """An entry is known to the offices that it names, and to those asked to take it over."""
        if user.role not in ROOM | {"justice", "committee"}:
            return Verdict.REFUSED
        if row.delisted or row.last_day < self.today or user.office is None:
            return Verdict.HIDDEN
        asked = {
            office
            for case in self.cases
            if case.entry == row.id and case.state == "confirmed"
            for office in (case.receiving, case.justice)
        }
        named = {row.responsible, row.justice, row.assisting} | asked
        return _shown(user.office in named - {None})

    def case(self, user: User, row: Case) -> Verdict:
        """A case is known to the offices that were told of it."""
        if user.role not in ROOM | {"justice"}:
            return Verdict.REFUSED
        return _shown(user.office is not None and user.office in row.told)

    def glass(self, user: User, row: Glass) -> Verdict:
        """Broken glass is shown to the superiors of the office, there and above."""
        if user.role not in {"room_head", "station_head"}:
            return Verdict.REFUSED
        return _shown(user.office is not None and user.office in (row.office, row.lead))

    def told(self, user: User, row: Told) -> Verdict:
        """A notice is its desk's: that office and that role."""
        return _shown((user.office, user.role) == (row.office, row.role))

    def week(self, user: User, row: Told) -> Verdict:
        """A week is its heads': their own desk, and the desks below at places of their areas."""
        below = {"station_head": ROOM, "bureau": ROOM | {"station_head"}}.get(user.role)
        if below is None:
            return Verdict.REFUSED
        own = self.told(user, row) is Verdict.SHOWN
        under = row.role in below and self.covers(user, row.grid)
        return _shown(not row.restricted and (own or under))

    def feed(self, user: User, row: Told) -> Verdict:
        """The live view is open to who sits at a desk."""
        if user.office is None or user.role not in AT_A_DESK:
            return Verdict.REFUSED
        return self.told(user, row)


def _shown(visible: bool) -> Verdict:
    return Verdict.SHOWN if visible else Verdict.HIDDEN
