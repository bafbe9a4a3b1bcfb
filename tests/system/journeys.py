"""The journeys as a user makes them: resolve, register, report, review; and what each desk got."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import SystemRandom
from typing import Any
from uuid import uuid4

from network import created

from lianfang_demo.client import Reply, Session
from lianfang_demo.people import document_number
from lianfang_demo.zone import today

_labels = count(SystemRandom().randrange(1, 9_999))
_OLDEST_DAYS = 19 * 365  # rentals takes tenancies that began in the last twenty years
_TRIES = 20
TYPED_NAMES = ("测试租客甲", "测试租客乙")
TYPED_PHONE = "19900099999"
OPEN = {"raised", "escalated", "stale"}
"""The states in which a notice waits to be acknowledged."""


def a_document_number() -> str:
    """Return a synthetic number that no seeded person has, born on a day before 1930."""
    random = SystemRandom()
    born = date(1890, 1, 1) + timedelta(days=random.randrange(40 * 365))
    return document_number(born, random.randrange(1_000))


async def resolve(
    session: Session, premises_id: str, *, name: str = TYPED_NAMES[0], number: str | None = None
) -> str:
    """Name a person at premises and return the receipt."""
    reply = await session.post(
        "/api/v1/population/identity-resolutions",
        {
            "name": name,
            "document_kind": "resident_id",
            "document_number": number or a_document_number(),
            "phone": TYPED_PHONE,
            "audience": "rentals",
            "object_id": premises_id,
        },
    )
    assert reply.status == 200, (reply.status, reply.body)
    return str(reply.body["receipt"])


async def post_tenancy(
    session: Session,
    premises_id: str,
    receipts: list[str],
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    key: str | None = None,
) -> Reply:
    """Post a tenancy of one day in the past on which nobody rents yet, unless days are given."""
    for _ in range(1 if first_day else _TRIES):
        # Every other day: the one between is free for an extension.
        ago = timedelta(days=2 * SystemRandom().randrange(_OLDEST_DAYS // 2))
        begin = first_day or today() - ago
        reply = await session.post(
            "/api/v1/rentals/tenancies",
            {
                "premises_id": premises_id,
                "tenants": [{"receipt": receipt} for receipt in receipts],
                "first_day": str(begin),
                "last_day": str(last_day or begin),
            },
            key=key,
        )
        if reply.status != 409:
            break
    return reply


async def register_tenancy(session: Session, premises_id: str, **named: str) -> dict[str, Any]:
    """Resolve one person and register a tenancy; return its body."""
    receipt = await resolve(session, premises_id, **named)
    return created(await post_tenancy(session, premises_id, [receipt]))


async def file_premises(officer: Session, grid: str) -> str:
    """File premises and wait until incidents knows them; return their id."""
    body = created(
        await officer.post(
            "/api/v1/rentals/premises",
            {
                "grid": grid,
                "kind": "flat",
                "rooms": 2,
                "label": f"{next(_labels) % 9_999 + 1}号楼-1",
            },
        )
    )
    premises_id = str(body["id"])

    async def known() -> bool:
        reply = await report(officer, "lost_property", premises_id=premises_id)
        return reply.status == 201

    await until("the new premises in incidents", known)
    return premises_id


async def report(
    session: Session, classification: str, *, key: str | None = None, **fields: Any
) -> Reply:
    """Report something that happened just now."""
    body = {
        "source": "walk_in",
        "classification": classification,
        "occurred_at": datetime.now(UTC).isoformat(),
        **fields,
    }
    return await session.post("/api/v1/incidents/reports", body, key=key)


def an_external_id() -> str:
    """Return an id as the 110 feed gives it."""
    return f"110-{uuid4().hex[:12]}"


async def rows_of(session: Session, path: str, at_most: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of a list, page by page.

    Args:
        session: who asks.
        path: of the list.
        at_most: turn no further page when there are more; all are read by default.
    """
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        query = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        reply = await session.get(path, **query)
        assert reply.status == 200, (reply.status, reply.body)
        found += reply.body["items"]
        cursor = reply.body.get("next")
        if not cursor or (at_most is not None and len(found) > at_most):
            return found


async def notices(session: Session, subject: str | None = None) -> list[dict[str, Any]]:
    """Return the notices of a user's desk, newest first; all of them or those about a subject."""
    found = await rows_of(session, "/api/v1/notifications/notices", at_most=2_000)
    return [row for row in found if subject is None or row.get("subject_id") == subject]


async def until(awaited: str, look: Callable[[], Awaitable[Any]], seconds: float = 30.0) -> Any:
    """Return the first true thing that `look` finds.

    Raises:
        AssertionError: nothing came in time; says what was awaited and what was seen last.
    """
    end = time.monotonic() + seconds
    while True:
        seen = await look()
        if seen:
            return seen
        assert time.monotonic() < end, f"awaited within {seconds:.0f} s: {awaited}; saw {seen!r}"
        await asyncio.sleep(0.05)


async def the_notice(session: Session, subject: str, seconds: float = 10.0) -> dict[str, Any]:
    """Wait for the one notice about a subject at a user's desk."""
    found = await until(f"a notice about {subject}", lambda: notices(session, subject), seconds)
    assert len(found) == 1, found
    return dict(found[0])


class Watch:
    """What a desk got since the watch began; a committee's notices name no subject to look for."""

    def __init__(self, session: Session, known: set[str]) -> None:
        self._session = session
        self._known = known

    @classmethod
    async def of(cls, session: Session) -> "Watch":
        """Begin to watch a user's desk."""
        return cls(session, {row["id"] for row in await notices(session)})

    async def fresh(self) -> list[dict[str, Any]]:
        """Return the notices that came since."""
        return [row for row in await notices(self._session) if row["id"] not in self._known]

    async def gets(self, number: int) -> list[dict[str, Any]]:
        """Wait until so many came, and fail if more did."""

        async def enough() -> list[dict[str, Any]]:
            found = await self.fresh()
            return found if len(found) >= number else []

        found = await until(f"{number} notices at a desk", enough)
        assert len(found) == number, found
        return list(found)
