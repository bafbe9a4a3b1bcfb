"""What population does when rentals says something: a handler reads, and calls one use case."""

from collections.abc import Sequence

from lianfang_common.subscriptions import Received, Subscription, each
from population.consumed import (
    LandlordAccounts,
    LandlordRecorded,
    TenancyEnded,
    TenancyExtended,
    TenancyRegistered,
)
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.change_residences import (
    EndResidences,
    ExtendResidences,
    end_residences,
    extend_residences,
)
from population.use_cases.ports import UnitOfWork
from population.use_cases.record_landlords import LandlordNamed, record_landlords
from population.use_cases.record_residences import TenantNamed, record_residences


async def on_tenancy_registered(
    batch: Sequence[Received[TenancyRegistered]], uow: UnitOfWork
) -> None:
    """Record the residences of all tenants of a batch in two statements."""
    tenants = [
        TenantNamed(
            person_id=tenant.person_id,
            receipt_id=tenant.receipt_id,
            tenancy_id=received.event.tenancy_id,
            premises_id=received.event.premises_id,
            grid=received.event.grid,
            first_day=received.event.first_day,
            last_day=received.event.last_day,
        )
        for received in batch
        for tenant in received.event.tenants
    ]
    await record_residences(tenants, uow)


async def on_landlord_recorded(
    batch: Sequence[Received[LandlordRecorded]], uow: UnitOfWork
) -> None:
    """Keep the persons whom receipts named as landlords."""
    landlords = [
        LandlordNamed(event.person_id, event.receipt_id, event.premises_id, event.recorded_on)
        for event in (received.event for received in batch)
    ]
    await record_landlords(landlords, uow)


async def on_landlord_accounts(received: Received[LandlordAccounts], uow: PopulationUnit) -> None:
    """Keep which accounts may let premises."""
    event = received.event
    await uow.lettings.state(event.premises_id, event.accounts, version=received.aggregate_version)


async def on_tenancy_extended(received: Received[TenancyExtended], uow: UnitOfWork) -> None:
    """Move the last day of the residences that follow the tenancy."""
    event = received.event
    await extend_residences(ExtendResidences(event.tenancy_id, event.last_day), uow)


async def on_tenancy_ended(received: Received[TenancyEnded], uow: UnitOfWork) -> None:
    """End the residences that follow the tenancy."""
    event = received.event
    await end_residences(EndResidences(event.tenancy_id, event.last_day), uow)


SUBSCRIPTIONS = (
    Subscription("rentals.tenancy.registered.v1", TenancyRegistered, on_tenancy_registered),
    Subscription("rentals.landlord.recorded.v1", LandlordRecorded, on_landlord_recorded),
    Subscription(
        "rentals.landlord.accounts-recorded.v1", LandlordAccounts, each(on_landlord_accounts)
    ),
    Subscription(
        "rentals.landlord.accounts-stated.v1", LandlordAccounts, each(on_landlord_accounts)
    ),
    Subscription("rentals.tenancy.extended.v1", TenancyExtended, each(on_tenancy_extended)),
    Subscription("rentals.tenancy.ended.v1", TenancyEnded, each(on_tenancy_ended)),
)
