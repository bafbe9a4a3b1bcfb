"""What rentals tells others: ids, places, counts of rooms and days; never who somebody is.

The list is complete: premises filed, landlords and their accounts recorded, tenancies registered,
extended, ended.
Nothing here depends on anything that another service knows about a tenant.
"""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from lianfang_common.events import PublishedEvent, Topic
from rentals.domain.landlords import AccountsRecorded, LandlordRecorded
from rentals.domain.premises import Premises, PremisesFiled
from rentals.domain.tenancy import (
    TenancyEnded,
    TenancyEvent,
    TenancyExtended,
    TenancyRegistered,
)

Kind = Literal["flat", "house", "shared_flat", "hostel", "shop"]

PREMISES = Topic("rentals.premises", "Premises that are let, as they are filed.")
LANDLORD = Topic(
    "rentals.landlord", "Who lets premises, where a receipt named a person, and by which accounts."
)
TENANCY = Topic("rentals.tenancy", "Who rents where, from which day to which, by ids alone.")
TOPICS = (PREMISES, LANDLORD, TENANCY)


class _Premises(PublishedEvent):
    TOPIC: ClassVar = PREMISES
    KEY: ClassVar = "premises_id"

    premises_id: UUID
    """The premises; the Kafka key."""
    grid: str
    """Where they are: 15 digits of the grid."""
    kind: Kind
    """What they are."""
    rooms: int
    """Rooms that can be let one by one; 1 or more."""


class PremisesFiledV1(_Premises):
    """Premises have been entered and can be let."""

    TYPE: ClassVar = "rentals.premises.filed.v1"


class PremisesStatedV1(_Premises):
    """How filed premises stand now, for readers that start or start again.

    Applied when its aggregate version is newer than what the reader has.
    """

    TYPE: ClassVar = "rentals.premises.stated.v1"


class LandlordRecordedV1(PublishedEvent):
    """A receipt has named who lets premises: on their file, or for one tenancy.

    Its aggregate version counts such facts of the premises, from 1 on.
    """

    TYPE: ClassVar = "rentals.landlord.recorded.v1"
    TOPIC: ClassVar = LANDLORD
    KEY: ClassVar = "premises_id"

    premises_id: UUID
    """What is let; the Kafka key."""
    person_id: UUID
    """Population's id of the person."""
    receipt_id: UUID
    """Id of the receipt by which population said who was meant; it can check that it did."""
    recorded_on: date
    """Day on which rentals recorded it (Asia/Shanghai)."""


class _LandlordAccounts(PublishedEvent):
    TOPIC: ClassVar = LANDLORD
    KEY: ClassVar = "premises_id"

    premises_id: UUID
    """What is let; the Kafka key."""
    accounts: list[UUID]
    """Accounts that may see and let the premises, all of them; none where nobody may."""


class LandlordAccountsRecordedV1(_LandlordAccounts):
    """From now on these accounts may see and let the premises, and no others.

    Its aggregate version counts the facts of who lets the premises, from 1 on.
    """

    TYPE: ClassVar = "rentals.landlord.accounts-recorded.v1"


class LandlordAccountsStatedV1(_LandlordAccounts):
    """Which accounts may see and let premises now, for readers that start or start again.

    Applied when its aggregate version is newer than what the reader has.
    """

    TYPE: ClassVar = "rentals.landlord.accounts-stated.v1"


class TenantV1(BaseModel):
    """One tenant of a tenancy."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    person_id: UUID
    """Population's id of the person."""
    receipt_id: UUID
    """Id of the receipt by which population said who was meant; it can check that it did."""


class TenancyRegisteredV1(PublishedEvent):
    """Tenants have rented a room or the whole premises."""

    TYPE: ClassVar = "rentals.tenancy.registered.v1"
    TOPIC: ClassVar = TENANCY
    KEY: ClassVar = "tenancy_id"

    tenancy_id: UUID
    """The tenancy; the Kafka key."""
    premises_id: UUID
    """What is let."""
    grid: str
    """Where it is: 15 digits of the grid."""
    tenants: list[TenantV1]
    """Who rents; 1 to 20."""
    first_day: date
    """First day of the tenancy (Asia/Shanghai)."""
    last_day: date | None
    """Last day, inclusive; null while no end is agreed."""
    registered_by: Literal["officer", "landlord"]
    """Which way in the registration took."""


class TenancyExtendedV1(PublishedEvent):
    """The tenancy ends later than was agreed before."""

    TYPE: ClassVar = "rentals.tenancy.extended.v1"
    TOPIC: ClassVar = TENANCY
    KEY: ClassVar = "tenancy_id"

    tenancy_id: UUID
    """The tenancy; the Kafka key."""
    premises_id: UUID
    """What is let."""
    grid: str
    """Where it is: 15 digits of the grid."""
    last_day: date
    """The new last day, inclusive."""


class TenancyEndedV1(PublishedEvent):
    """The tenants leave; the last day is known, today, past or to come."""

    TYPE: ClassVar = "rentals.tenancy.ended.v1"
    TOPIC: ClassVar = TENANCY
    KEY: ClassVar = "tenancy_id"

    tenancy_id: UUID
    """The tenancy; the Kafka key."""
    premises_id: UUID
    """What is let."""
    grid: str
    """Where it is: 15 digits of the grid."""
    last_day: date
    """Last day, inclusive."""


def to_wire(
    event: PremisesFiled | LandlordRecorded | AccountsRecorded | TenancyEvent,
) -> PublishedEvent:
    """Return what is published of something that happened."""
    match event:
        case PremisesFiled():
            return PremisesFiledV1(
                premises_id=event.premises_id,
                grid=event.grid,
                kind=event.kind.value,
                rooms=event.rooms,
            )
        case LandlordRecorded():
            return LandlordRecordedV1(
                premises_id=event.premises_id,
                person_id=event.landlord.person_id,
                receipt_id=event.landlord.receipt_id,
                recorded_on=event.recorded_on,
            )
        case AccountsRecorded():
            return LandlordAccountsRecordedV1(
                premises_id=event.premises_id, accounts=list(event.accounts)
            )
        case TenancyRegistered():
            return TenancyRegisteredV1(
                tenancy_id=event.tenancy_id,
                premises_id=event.premises_id,
                grid=event.grid,
                tenants=[
                    TenantV1(person_id=tenant.person_id, receipt_id=tenant.receipt_id)
                    for tenant in event.tenants
                ],
                first_day=event.days.first,
                last_day=event.days.last,
                registered_by="landlord" if event.registered_by == "landlord" else "officer",
            )
        case TenancyExtended():
            return TenancyExtendedV1(
                tenancy_id=event.tenancy_id,
                premises_id=event.premises_id,
                grid=event.grid,
                last_day=event.last_day,
            )
        case TenancyEnded():
            return TenancyEndedV1(
                tenancy_id=event.tenancy_id,
                premises_id=event.premises_id,
                grid=event.grid,
                last_day=event.last_day,
            )


def to_statement(premises: Premises) -> PremisesStatedV1:
    """Return how premises stand, for a republish."""
    return PremisesStatedV1(
        premises_id=premises.id, grid=premises.grid, kind=premises.kind.value, rooms=premises.rooms
    )
