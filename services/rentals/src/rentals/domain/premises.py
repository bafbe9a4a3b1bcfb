"""Premises: rooms that are let, filed once, with the tenancies that follow."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from lianfang_common.errors import Invalid
from rentals.domain.landlords import Landlord
from rentals.domain.receipts import NamedPerson
from rentals.domain.tenancy import Taken, Tenancy

ROOMS_MAX = 200  # a hostel of more rooms is several premises, one a floor
# Digits, single letters and the words of a house number: nothing that could name a person, and
# at most ten digits, too few for a phone or document number however they are grouped.
_LABEL = re.compile(
    r"(?!(?:\D*\d){11})[A-Z]?\d{1,4}[A-Z]?"
    r"(?:(?:号|栋|幢|座|单元|楼|层|弄|巷|-){1,3}[A-Z]?\d{1,4}[A-Z]?){0,4}(?:号|室|房)?"
)
_GRID = re.compile(r"\d{15}")


class PremisesKind(StrEnum):
    """What kind of premises is let."""

    FLAT = "flat"
    HOUSE = "house"
    SHARED_FLAT = "shared_flat"
    HOSTEL = "hostel"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class PremisesFiled:
    """Premises have been entered."""

    premises_id: UUID
    grid: str
    kind: PremisesKind
    rooms: int


@dataclass(slots=True)
class Premises:
    """The file of one premises.

    Attributes:
        id: its id.
        grid: 15 digits of the grid where it is; never rewritten.
        kind: what it is.
        rooms: number of rooms that can be let one by one.
        label: house and room number as the door has it; never a name.
        landlord: who lets it, as far as it is known.
        version: raised with every change.
        events: what happened since it was loaded.
    """

    id: UUID
    grid: str
    kind: PremisesKind
    rooms: int
    label: str
    landlord: Landlord | None = None
    version: int = 1
    events: list[PremisesFiled] = field(default_factory=list)

    @classmethod
    def file(
        cls,
        premises_id: UUID,
        grid: str,
        kind: PremisesKind,
        rooms: int,
        label: str,
        landlord: Landlord | None = None,
    ) -> "Premises":
        """Open the file of premises.

        Raises:
            Invalid: `grid-code`, `rooms-count` or `house-number`, each naming its field.
        """
        if not _GRID.fullmatch(grid):
            raise Invalid("grid-code", "grid")
        if not 1 <= rooms <= ROOMS_MAX:
            raise Invalid("rooms-count", "rooms", most=ROOMS_MAX)
        if not _LABEL.fullmatch(label):
            raise Invalid("house-number", "label")
        filed = cls(premises_id, grid, kind, rooms, label, landlord)
        filed.events.append(PremisesFiled(premises_id, grid, kind, rooms))
        return filed

    def let(
        self,
        tenancy_id: UUID,
        room: int | None,
        tenants: Sequence[NamedPerson],
        first_day: date,
        last_day: date | None,
        *,
        landlord: Landlord | None,
        taken: Sequence[Taken],
        registered_by: str,
        today: date,
    ) -> Tenancy:
        """Let a room, or the whole premises, to tenants.

        Args:
            tenancy_id: id of the new tenancy.
            room: number of the room from 1 on, or None for the whole premises.
            tenants: who moves in.
            first_day: first day of the tenancy.
            last_day: last day, inclusive, or None.
            landlord: who lets; None means whom the file names.
            taken: the tenancies of these premises that may be in the way.
            registered_by: `officer` or `landlord`.
            today: the present civil day.

        Raises:
            Invalid: a room that does not exist, or what `Tenancy.register` refuses.
            TenanciesOverlap: the room is let already.
        """
        if room is not None and not 1 <= room <= self.rooms:
            raise Invalid("no-such-room", "room", most=self.rooms)
        return Tenancy.register(
            tenancy_id,
            self.id,
            self.grid,
            room,
            tenants,
            first_day,
            last_day,
            landlord=landlord or self.landlord,
            taken=taken,
            registered_by=registered_by,
            today=today,
        )

    def change_landlord(self, landlord: Landlord) -> bool:
        """Record who lets the premises from now on; tenancies keep whom they were let by.

        Returns:
            whether somebody else let them until now.
        """
        former, self.landlord = self.landlord, landlord
        return former is not None and former.identity != landlord.identity
