"""Tenancies: who rents which room from which day to which, and what may be changed about it.

One room is let to one tenancy a day, and the whole premises only while no room is let. The
database holds the same rule as an exclusion constraint; here it gets its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from lianfang_common.errors import Invalid, RuleBroken
from rentals.domain.days import Days
from rentals.domain.landlords import Landlord
from rentals.domain.receipts import NamedPerson

TENANTS_MAX = 20  # more in one tenancy is a dormitory, which is filed as a hostel room by room
TERM_YEARS_MAX = 20  # Civil Code, art. 705: what exceeds twenty years is void
LATE_AFTER_DAYS = 3  # local notices on letting: report within three days of moving in
AHEAD_YEARS_MAX = 1  # homes are let weeks ahead; what begins later is a slip of the hand


class ReceiptUsed(Invalid):
    """The receipt has named a person once already."""

    def __init__(self, field: str) -> None:
        super().__init__("receipt-used", field)


@dataclass(frozen=True, slots=True)
class Taken:
    """A room that is let: what another tenancy needs to know of it.

    Attributes:
        tenancy_id: by which tenancy.
        room: its number, or None where the whole premises are let.
        days: from when to when.
    """

    tenancy_id: UUID
    room: int | None
    days: Days

    def is_in_the_way_of(self, room: int | None, days: Days) -> bool:
        """Say whether a room cannot be let on these days because of this."""
        same_place = room is None or self.room is None or room == self.room
        return same_place and self.days.overlap(days)


class TenanciesOverlap(RuleBroken):
    """The room is let to somebody else on some of the days.

    Args:
        field: what the caller said of the days.
        taken: what is in the way; None where the constraint found it, which does not say.
    """

    def __init__(self, field: str, taken: Taken | None = None) -> None:
        super().__init__("tenancies-overlap", field, **_facts(taken))


def _facts(taken: Taken | None) -> dict[str, str | int]:
    if taken is None:
        return {}
    facts: dict[str, str | int] = {
        "tenancy_id": str(taken.tenancy_id),
        "first_day": str(taken.days.first),
    }
    if taken.room is not None:
        facts["room"] = taken.room
    if taken.days.last is not None:
        facts["last_day"] = str(taken.days.last)
    return facts


@dataclass(frozen=True, slots=True)
class TenancyRegistered:
    """Tenants have rented a room or the whole premises."""

    tenancy_id: UUID
    premises_id: UUID
    grid: str
    tenants: tuple[NamedPerson, ...]
    days: Days
    registered_by: str


@dataclass(frozen=True, slots=True)
class TenancyExtended:
    """The tenancy ends later than was agreed before."""

    tenancy_id: UUID
    premises_id: UUID
    grid: str
    last_day: date


@dataclass(frozen=True, slots=True)
class TenancyEnded:
    """The tenants leave, with their last day."""

    tenancy_id: UUID
    premises_id: UUID
    grid: str
    last_day: date


TenancyEvent = TenancyRegistered | TenancyExtended | TenancyEnded


@dataclass(slots=True)
class Tenancy:
    """One letting of a room, or of whole premises, to one or more tenants.

    Attributes:
        id: its id.
        premises_id: what is let.
        grid: where that is.
        room: number of the room, or None for the whole premises.
        tenants: who rents.
        days: from when to when, inclusive.
        landlord: who lets, as far as it is known.
        registered_by: `officer` or `landlord`.
        ended: whether its end was recorded; then nothing changes any more.
        version: raised with every change.
        events: what happened since it was loaded.
    """

    id: UUID
    premises_id: UUID
    grid: str
    room: int | None
    tenants: tuple[NamedPerson, ...]
    days: Days
    landlord: Landlord | None
    registered_by: str
    ended: bool = False
    version: int = 1
    events: list[TenancyEvent] = field(default_factory=list)

    @classmethod
    def register(
        cls,
        tenancy_id: UUID,
        premises_id: UUID,
        grid: str,
        room: int | None,
        tenants: Sequence[NamedPerson],
        first_day: date,
        last_day: date | None,
        *,
        landlord: Landlord | None,
        taken: Sequence[Taken],
        registered_by: str,
        today: date,
    ) -> "Tenancy":
        """Register a new tenancy.

        Raises:
            Invalid: the days cannot be right, or a tenant is named twice.
            ReceiptUsed: one receipt stands for two tenants.
            TenanciesOverlap: the room is let already.
        """
        days = days_of(first_day, last_day, today)
        _check_tenants(tenants)
        _check_free(room, days, taken, "first_day")
        tenancy = cls(
            tenancy_id, premises_id, grid, room, tuple(tenants), days, landlord, registered_by
        )
        tenancy.events.append(
            TenancyRegistered(tenancy_id, premises_id, grid, tenancy.tenants, days, registered_by)
        )
        return tenancy

    def extend(self, last_day: date, taken: Sequence[Taken]) -> None:
        """Agree on a later last day.

        Args:
            last_day: the new last day, inclusive.
            taken: the other tenancies of the premises that may be in the way.

        Raises:
            RuleBroken: `tenancy-ended`, or `tenancy-open-ended` where no end is agreed.
            Invalid: `extension-not-later`, or `term-too-long`.
            TenanciesOverlap: the room is let to somebody else afterwards.
        """
        self._check_runs()
        if self.days.last is None:
            raise RuleBroken("tenancy-open-ended", "last_day")
        if last_day <= self.days.last:
            raise Invalid("extension-not-later", "last_day")
        _check_term(self.days.first, last_day)
        days = Days(self.days.first, last_day)
        others = [other for other in taken if other.tenancy_id != self.id]
        _check_free(self.room, days, others, "last_day")
        self.days = days
        self.events.append(TenancyExtended(self.id, self.premises_id, self.grid, last_day))

    def end(self, last_day: date) -> None:
        """Record the last day; afterwards the tenancy changes no more.

        Raises:
            RuleBroken: `tenancy-ended`, it has an end already.
            Invalid: `ends-before-start`, or `ends-after-agreed`: that would be an extension.
        """
        self._check_runs()
        if last_day < self.days.first:
            raise Invalid("ends-before-start", "last_day")
        if self.days.last is not None and last_day > self.days.last:
            raise Invalid("ends-after-agreed", "last_day")
        _check_term(self.days.first, last_day)
        self.days = Days(self.days.first, last_day)
        self.ended = True
        self.events.append(TenancyEnded(self.id, self.premises_id, self.grid, last_day))

    def _check_runs(self) -> None:
        if self.ended:
            raise RuleBroken("tenancy-ended")


def days_of(first_day: date, last_day: date | None, today: date) -> Days:
    """Return the days that a registration asks for.

    Raises:
        Invalid: they end before they start, begin too far away, or last too long.
    """
    if last_day is not None and last_day < first_day:
        raise Invalid("ends-before-start", "last_day")
    if first_day > years_after(today, AHEAD_YEARS_MAX):
        raise Invalid("first-day-too-far", "first_day", years=AHEAD_YEARS_MAX)
    if years_after(first_day, TERM_YEARS_MAX) < today:
        raise Invalid("first-day-too-old", "first_day", years=TERM_YEARS_MAX)
    if last_day is not None:
        _check_term(first_day, last_day)
    return Days(first_day, last_day)


def registered_late(first_day: date, registered_on: date) -> bool:
    """Say whether a tenancy was registered later than the rule for reporting allows."""
    return registered_on > first_day + timedelta(days=LATE_AFTER_DAYS)


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _check_term(first_day: date, last_day: date) -> None:
    if last_day >= years_after(first_day, TERM_YEARS_MAX):
        raise Invalid("term-too-long", "last_day", years=TERM_YEARS_MAX)


def _check_free(room: int | None, days: Days, others: Sequence[Taken], field: str) -> None:
    for other in others:
        if other.is_in_the_way_of(room, days):
            raise TenanciesOverlap(field, other)


def _check_tenants(tenants: Sequence[NamedPerson]) -> None:
    persons: set[UUID] = set()
    receipts: set[UUID] = set()
    for place, tenant in enumerate(tenants):
        if tenant.receipt_id in receipts:
            raise ReceiptUsed(f"tenants.{place}.receipt")
        if tenant.person_id in persons:
            raise Invalid("tenant-named-twice", f"tenants.{place}.receipt")
        receipts.add(tenant.receipt_id)
        persons.add(tenant.person_id)
