"""What population needs of the tenancies and landlords that rentals records."""

from datetime import date
from uuid import UUID

from lianfang_common.events import ConsumedEvent


class NamedTenant(ConsumedEvent):
    """One tenant of a tenancy."""

    person_id: UUID
    """Whom the receipt named."""
    receipt_id: UUID
    """The receipt's id, as population issued it."""


class TenancyRegistered(ConsumedEvent):
    """What population needs of rentals.tenancy.registered.v1."""

    tenancy_id: UUID
    """The tenancy that the residences follow."""
    premises_id: UUID
    """For which premises; the receipts were issued for it."""
    grid: str
    """Where: code of the grid, 15 digits."""
    tenants: list[NamedTenant]
    """Who lives there."""
    first_day: date
    """First day (Asia/Shanghai)."""
    last_day: date | None
    """Last day, inclusive; none while it is open."""


class LandlordRecorded(ConsumedEvent):
    """What population needs of rentals.landlord.recorded.v1."""

    premises_id: UUID
    """For which premises; the receipt was issued for it."""
    person_id: UUID
    """Whom the receipt named."""
    receipt_id: UUID
    """The receipt's id, as population issued it."""
    recorded_on: date
    """Day on which it was recorded (Asia/Shanghai)."""


class LandlordAccounts(ConsumedEvent):
    """What population needs of rentals.landlord.accounts-recorded.v1 and accounts-stated.v1."""

    premises_id: UUID
    """For which premises."""
    accounts: list[UUID]
    """Who may let them, and so resolves identities for them; all accounts, or none."""


class TenancyExtended(ConsumedEvent):
    """What population needs of rentals.tenancy.extended.v1."""

    tenancy_id: UUID
    """The tenancy."""
    last_day: date | None
    """New last day, inclusive; none while it is open."""


class TenancyEnded(ConsumedEvent):
    """What population needs of rentals.tenancy.ended.v1."""

    tenancy_id: UUID
    """The tenancy."""
    last_day: date
    """Last day, inclusive."""
