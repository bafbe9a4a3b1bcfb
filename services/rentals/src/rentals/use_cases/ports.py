"""What the use cases need of storage; the tests' fakes have the same shape."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from lianfang_common.principal import Principal
from rentals.domain.landlords import LettingPerson
from rentals.domain.premises import Premises
from rentals.domain.receipts import NamedPerson
from rentals.domain.tenancy import Taken, Tenancy


class ToLet(Protocol):
    """Premises with what is in the way of letting them."""

    @property
    def premises(self) -> Premises:
        """The file."""
        ...

    @property
    def taken(self) -> tuple[Taken, ...]:
        """Tenancies that may be in the way."""
        ...

    @property
    def used_receipts(self) -> frozenset[UUID]:
        """Those of the presented receipts that were redeemed before."""
        ...


class PremisesPort(Protocol):
    """Keeps premises."""

    async def load(self, premises_id: UUID) -> Premises:
        """Return premises in sight, or raise NotFound."""
        ...

    async def load_to_let(
        self,
        premises_id: UUID,
        room: int | None,
        first_day: date,
        last_day: date | None,
        receipts: Sequence[UUID],
    ) -> ToLet:
        """Return premises in sight with what is in the way, or raise NotFound."""
        ...

    async def add(self, filed: Sequence[Premises]) -> frozenset[UUID]:
        """Add and announce premises; return the ids of the new ones."""
        ...

    async def save_landlord(self, changed: Premises, expected_version: int) -> None:
        """Keep who lets, or raise StaleVersion or ReceiptUsed."""
        ...

    async def announce_landlord(self, premises_id: UUID, landlord: LettingPerson) -> None:
        """Announce whom a receipt named as who lets."""
        ...

    async def end_grants(self, premises_id: UUID, kept: UUID | None) -> None:
        """Close premises to every account but one."""
        ...

    async def grant(self, given: Sequence[tuple[UUID, UUID]]) -> None:
        """Open premises to accounts."""
        ...

    async def announce_accounts(self, premises_ids: Collection[UUID]) -> None:
        """Announce which accounts may let premises."""
        ...


class TenanciesPort(Protocol):
    """Keeps tenancies."""

    async def add(self, tenancy: Tenancy, redeemed: LettingPerson | None = None) -> None:
        """Write and announce a new tenancy, or raise TenanciesOverlap or ReceiptUsed."""
        ...

    async def load(self, tenancy_id: UUID) -> tuple[Tenancy, tuple[Taken, ...]]:
        """Return a tenancy in sight with its neighbours in time, or raise NotFound."""
        ...

    async def save(self, tenancy: Tenancy, expected_version: int) -> None:
        """Keep and announce a changed tenancy, or raise StaleVersion or TenanciesOverlap."""
        ...


class ReceiptsPort(Protocol):
    """Redeems identity receipts."""

    def redeem(self, receipt: str, premises_id: UUID, field: str) -> NamedPerson:
        """Return who is named, or raise Invalid."""
        ...


class PlacesPort(Protocol):
    """Knows the area tree."""

    async def unknown(self, grids: Collection[str]) -> set[str]:
        """Return those of the codes that are no known grid."""
        ...


class UnitOfWork(Protocol):
    """One transaction; whoever opened it commits it."""

    @property
    def now(self) -> datetime:
        """The moment of the whole unit, UTC."""
        ...

    @property
    def caller(self) -> Principal:
        """Who acts."""
        ...

    @property
    def premises(self) -> PremisesPort:
        """Premises."""
        ...

    @property
    def tenancies(self) -> TenanciesPort:
        """Tenancies."""
        ...

    @property
    def receipts(self) -> ReceiptsPort:
        """Identity receipts."""
        ...

    @property
    def places(self) -> PlacesPort:
        """The area tree."""
        ...
