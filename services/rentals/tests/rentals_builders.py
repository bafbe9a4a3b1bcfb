"""Builders with plain defaults: a test says only what it is about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from lianfang_common.ids import new_id
from lianfang_common.principal import AreaRange, Principal
from rentals.domain.days import Days
from rentals.domain.landlords import Landlord
from rentals.domain.premises import Premises, PremisesKind
from rentals.domain.receipts import NamedPerson
from rentals.domain.tenancy import Taken, Tenancy

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # nine in the morning in the district
GRID = "990101001001001"
NEIGHBOR_GRID = "990101001002001"


class HeldClock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


def a_person() -> NamedPerson:
    return NamedPerson(uuid4(), new_id())


def some_premises(rooms: int = 3, grid: str = GRID, landlord: Landlord | None = None) -> Premises:
    return Premises.file(new_id(), grid, PremisesKind.SHARED_FLAT, rooms, "3号楼-201", landlord)


def a_tenancy(
    first_day: date = TODAY,
    last_day: date | None = TODAY + timedelta(days=180),
    room: int | None = 1,
    tenants: int = 1,
    premises: Premises | None = None,
    taken: tuple[Taken, ...] = (),
) -> Tenancy:
    return (premises or some_premises()).let(
        new_id(),
        room,
        [a_person() for _ in range(tenants)],
        first_day,
        last_day,
        landlord=None,
        taken=taken,
        registered_by="officer",
        today=TODAY,
    )


def taken(room: int | None, first: date, last: date | None) -> Taken:
    return Taken(new_id(), room, Days(first, last))


def an_officer(*codes: str, role: str = "officer", account: UUID | None = None) -> Principal:
    return Principal(
        account or uuid4(), role, uuid4(), tuple(AreaRange.of_prefix(c) for c in codes or (GRID,))
    )


def a_landlord(account: UUID | None = None) -> Principal:
    return Principal(account or uuid4(), "landlord")


def claims(account: UUID, premises_id: UUID, now: datetime = NOW, **changed: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "aud": "rentals",
        "jti": str(new_id()),
        "sub": str(uuid4()),
        "act": str(account),
        "pur": "tenancy",
        "obj": str(premises_id),
        "exp": int(now.timestamp()) + 600,
        **changed,
    }
