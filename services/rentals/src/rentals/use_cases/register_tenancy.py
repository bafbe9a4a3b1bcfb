"""Register a tenancy: receipts are opened, the premises' rules asked, one row set written."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang_common.clock import civil_date
from lianfang_common.ids import new_id
from lianfang_edge.idempotency import Answer
from rentals.domain.landlords import Landlord, LettingPerson
from rentals.domain.receipts import NamedPerson
from rentals.domain.rights import REGISTERING, require
from rentals.domain.tenancy import ReceiptUsed, days_of
from rentals.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class LetByReceipt:
    """A person who lets, named by an identity receipt."""

    receipt: str


@dataclass(frozen=True, slots=True)
class RegisterTenancy:
    """What a registration says.

    Attributes:
        premises_id: what is let.
        room: number of the room, or None for the whole premises.
        let_by: who lets, where that is not whom the file names.
        tenants: one identity receipt each.
        first_day: first day.
        last_day: last day, inclusive, or None.
    """

    premises_id: UUID
    room: int | None
    let_by: LetByReceipt | Landlord | None
    tenants: tuple[str, ...]
    first_day: date
    last_day: date | None


async def register_tenancy(command: RegisterTenancy, uow: UnitOfWork) -> Answer:
    """Register a tenancy for the caller.

    Raises:
        Forbidden: the caller's role registers none.
        NotFound: no such premises, or out of the caller's sight.
        Invalid: a receipt, the room or the days cannot be right.
        TenanciesOverlap: the room is let already.
    """
    require(uow.caller.role, REGISTERING)
    today = civil_date(uow.now)
    days_of(command.first_day, command.last_day, today)
    tenants = [
        uow.receipts.redeem(receipt, command.premises_id, f"tenants.{place}.receipt")
        for place, receipt in enumerate(command.tenants)
    ]
    landlord = letting(command.let_by, command.premises_id, uow)
    named = landlord if isinstance(landlord, LettingPerson) else None
    to_let = await uow.premises.load_to_let(
        command.premises_id,
        command.room,
        command.first_day,
        command.last_day,
        [*(tenant.receipt_id for tenant in tenants), *([named.receipt_id] if named else [])],
    )
    refuse_used(tenants, named, to_let.used_receipts)
    tenancy = to_let.premises.let(
        new_id(),
        command.room,
        tenants,
        command.first_day,
        command.last_day,
        landlord=landlord,
        taken=to_let.taken,
        registered_by="landlord" if uow.caller.role == "landlord" else "officer",
        today=today,
    )
    await uow.tenancies.add(tenancy, redeemed=named)
    if named is not None:
        await uow.premises.announce_landlord(tenancy.premises_id, named)
    return Answer(201, tenancy.id, tenancy.version, {"premises_id": str(tenancy.premises_id)})


def letting(
    let_by: LetByReceipt | Landlord | None, premises_id: UUID, uow: UnitOfWork
) -> Landlord | None:
    """Return who lets, the receipt opened where there is one.

    Raises:
        Invalid: the receipt is not good.
    """
    if isinstance(let_by, LetByReceipt):
        named = uow.receipts.redeem(let_by.receipt, premises_id, "let_by.receipt")
        return LettingPerson(named.person_id, named.receipt_id)
    return let_by


def refuse_used(
    tenants: list[NamedPerson], landlord: LettingPerson | None, used: frozenset[UUID]
) -> None:
    """Say which receipt named somebody before.

    Raises:
        ReceiptUsed: naming the first such field.
    """
    presented = {tenant.receipt_id for tenant in tenants}
    for place, tenant in enumerate(tenants):
        if tenant.receipt_id in used:
            raise ReceiptUsed(f"tenants.{place}.receipt")
    if landlord is not None and landlord.receipt_id in used | presented:
        raise ReceiptUsed("let_by.receipt")
