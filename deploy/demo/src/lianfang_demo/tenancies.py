"""What users do with tenancies through the gateway: let a room, extend, end."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lianfang_demo.client import Session, demand
from lianfang_demo.rooms import free_room
from lianfang_demo.zone import today

TENANCIES = "/api/v1/rentals/tenancies"
LET_DAYS = 30  # a room can be let a year ahead: so many mornings find one free


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a tenancy names: typed by the user, and sent to population alone."""

    name: str
    document_number: str


@dataclass(frozen=True, slots=True)
class Let:
    """A room that is let.

    Attributes:
        sent_at: moment at which the registration was sent, on the monotonic clock.
    """

    tenancy_id: str
    sent_at: float


async def let(session: Session, premises_ids: Sequence[str], person: Named) -> Let:
    """Name a person to population, and register a tenancy of a month in a room that is free.

    Raises:
        LookupError: every room of these premises is let until further notice.
        Unexpected: the network refused.
    """
    premises_id, room, first_day = await free_room(session, premises_ids, today())
    named = {
        "name": person.name,
        "document_kind": "resident_id",
        "document_number": person.document_number,
        "audience": "rentals",
        "object_id": premises_id,
    }
    resolved = await session.post("/api/v1/population/identity-resolutions", named)
    tenancy = {
        "premises_id": premises_id,
        "room": room,
        "tenants": [{"receipt": demand(resolved, 200)["receipt"]}],
        "first_day": str(first_day),
        "last_day": str(first_day + timedelta(days=LET_DAYS - 1)),
    }
    sent_at = time.monotonic()
    made = demand(await session.post(TENANCIES, tenancy), 201)
    return Let(str(made["id"]), sent_at)


async def extend(session: Session, tenancy_id: str) -> date:
    """Agree on a last day a month later, and return it.

    Raises:
        Unexpected: the network refused; the room may be let to somebody else afterwards.
    """
    read = await session.get(f"{TENANCIES}/{tenancy_id}")
    agreed = date.fromisoformat(demand(read, 200)["last_day"])
    return await _set(session, tenancy_id, "extensions", agreed + timedelta(days=30), read.etag)


async def end(session: Session, tenancy_id: str) -> date:
    """Record today as the last day, or the first day where that is later, and return it.

    Raises:
        Unexpected: the network refused.
    """
    read = await session.get(f"{TENANCIES}/{tenancy_id}")
    first_day = date.fromisoformat(demand(read, 200)["first_day"])
    return await _set(session, tenancy_id, "endings", max(today(), first_day), read.etag)


async def _set(
    session: Session, tenancy_id: str, what: str, last_day: date, version: str | None
) -> date:
    body = {"last_day": str(last_day)}
    changed = await session.post(f"{TENANCIES}/{tenancy_id}/{what}", body, if_match=version)
    demand(changed, 200, 201)
    return last_day
