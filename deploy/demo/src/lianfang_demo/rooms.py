"""Finds a room that can still be let, so that the morning can be played again and again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from lianfang_demo.client import Session


async def free_room(
    session: Session, premises_ids: Sequence[str], today: date
) -> tuple[str, int, date]:
    """Return premises, room and the first day from which it is free.

    Args:
        session: who looks.
        premises_ids: where to look, in this order.
        today: a room that is free today is taken at once.

    Raises:
        LookupError: every room is let until further notice.
    """
    best: tuple[date, str, int] | None = None
    for premises_id in premises_ids:
        reply = await session.get(f"/api/v1/rentals/premises/{premises_id}")
        if reply.status != 200:
            continue
        for room in range(1, int(reply.body["rooms"]) + 1):
            day = free_from(room, reply.body["tenancies"], today)
            if day is not None and (best is None or day < best[0]):
                best = (day, premises_id, room)
        if best is not None and best[0] == today:
            break
    if best is None:
        raise LookupError("every room is let until further notice")
    return best[1], best[2], best[0]


def free_from(room: int, tenancies: Sequence[dict[str, Any]], today: date) -> date | None:
    """Return the first day from which a room stays free, or None if it never is."""
    day = today
    for tenancy in tenancies:
        if tenancy["room"] not in (None, room):
            continue
        if tenancy["last_day"] is None:
            return None
        day = max(day, date.fromisoformat(tenancy["last_day"]) + timedelta(days=1))
    return day
