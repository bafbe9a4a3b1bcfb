"""Resolve who a typed document belongs to, without saying whether anybody knew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from lianfang_common.clock import CIVIL_ZONE
from lianfang_common.errors import Forbidden, NotFound, Throttled
from lianfang_edge.idempotency import Answer
from population.domain.documents import Document, DocumentKind
from population.domain.limits import Limits
from population.domain.names import read_name, read_phone
from population.domain.person import Typed
from population.domain.rights import RESOLVING, require
from population.use_cases.ports import UnitOfWork

Audience = Literal["rentals", "incidents"]


@dataclass(frozen=True, slots=True)
class ResolveIdentity:
    """What was typed, and for which premises or incident it is meant."""

    name: str
    document_kind: DocumentKind
    document_number: str
    phone: str | None
    audience: Audience
    object_id: UUID


async def resolve_identity(command: ResolveIdentity, uow: UnitOfWork) -> Answer:
    """Resolve an identity; the answer's facts are for the receipt and are shown to nobody.

    Raises:
        Invalid: name, number or phone cannot be right.
        Forbidden: the role resolves nothing, or not for this audience.
        NotFound: a landlord asks for premises that are not his own, or that nobody has filed; the
            answer is the same, and nobody is made.
        Throttled: the account has resolved its numbers for today.
    """
    caller = uow.caller
    require(caller.role, RESOLVING)
    landlord = caller.role == "landlord"
    if landlord and command.audience != "rentals":
        raise Forbidden
    name = read_name(command.name)
    document = Document.read(
        command.document_kind, command.document_number, uow.today, "document_number"
    )
    phone = read_phone(command.phone) if command.phone else None
    if landlord and not await uow.lettings.lets(command.object_id, caller.account):
        raise NotFound("premises-unknown", "object_id")
    resolved = await uow.identities.resolve(
        caller,
        name,
        document,
        phone,
        command.audience,
        command.object_id,
        uow.limits.forget_after,
    )
    if resolved.numbers_today > allowed_numbers(caller.role, uow.limits):
        raise Throttled("too-many-numbers", seconds_of_day_left(uow.now))
    expires_at = uow.now.replace(microsecond=0) + uow.limits.receipt_lifetime
    return Answer(
        200,
        resolved.receipt_id,
        1,
        {"person_id": str(resolved.person_id), "expires_at": expires_at.isoformat()},
    )


async def read_back(receipt_id: UUID, uow: UnitOfWork) -> Typed:
    """Return what the caller's account typed, never what population knows; audited.

    Raises:
        Forbidden: the role resolves nothing.
        NotFound: no receipt of this account, or one from so long ago that the person may have
            been forgotten.
    """
    require(uow.caller.role, RESOLVING)
    typed = await uow.identities.typed(receipt_id, uow.now - uow.limits.forget_after)
    await uow.audit.add("read_back", "receipt", receipt_id)
    return typed


def allowed_numbers(role: str, limits: Limits) -> int:
    """Return how many numbers a role may resolve a day."""
    return limits.landlord_numbers if role == "landlord" else limits.officer_numbers


def seconds_of_day_left(now: datetime) -> int:
    """Return when counting begins anew: at midnight in Asia/Shanghai."""
    local = now.astimezone(CIVIL_ZONE)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - local).total_seconds()) + 1
