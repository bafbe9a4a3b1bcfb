"""What a head reads of a week: figures by office, and the notices that each figure counts.

Both are one query: a figure is a condition, counted by office or listed. Two guards: the query
names the caller's own desk and, for the desks below, the caller's areas; the row policy `week`
lets the same through, only to a transaction that says it reads the week. Restricted notices have
no place and are in no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args
from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.unit import Unit
from notifications.domain.desk import ROLES_BELOW
from notifications.domain.digest import Week
from notifications.domain.notice import Notice
from notifications.storage.notice_rows import COLUMNS, notice_of

Figure = Literal[
    "raised",
    "acknowledged_in_time",
    "acknowledged_late",
    "settled",
    "waiting",
    "escalated",
    "overdue",
    "arrivals_missed",
]

ARRIVAL_MISSED = "incidents.incident.arrival-missed.v1"

# Of a week's notices each is in exactly one of the six figures from `acknowledged_in_time` to
# `overdue`. $9 is the moment of the question.
_CONDITIONS: MappingProxyType[Figure, str] = MappingProxyType(
    {
        "raised": "true",
        "acknowledged_in_time": "state = 'acknowledged'"
        " and (acknowledge_by is null or acknowledged_at <= acknowledge_by)",
        "acknowledged_late": "state = 'acknowledged' and acknowledged_at > acknowledge_by",
        "settled": "state = 'settled'",
        "waiting": "state = 'raised' and (acknowledge_by is null or acknowledge_by > $9)",
        "escalated": "state = 'escalated'",
        "overdue": "state = 'stale' or state = 'raised' and acknowledge_by <= $9",
        # One that went up is the same miss, told to the next desk.
        "arrivals_missed": f"event_type = '{ARRIVAL_MISSED}' and escalated_from is null",
    }
)
FIGURES: tuple[Figure, ...] = get_args(Figure)

_SEEN = (
    "(office_id = $4 and role = $5 or role = any ($6::text[]) and exists ("
    "select 1 from unnest($7::text[], $8::text[]) as area (first_code, end_code)"
    " where grid >= area.first_code and grid < area.end_code))"
)
_OF_WEEK = (
    "raised_at >= $1 and raised_at < $2 and raised_at <= $9::timestamptz"
    " and event_type = any ($3::text[])"
)
_READING = "set local app.reading = 'week'"


@dataclass(frozen=True, slots=True)
class Listing:
    """Which notices of a week are asked for.

    Attributes:
        figure: the figure that counts them.
        office: of which office alone, or None for all in sight.
        before: id of the last notice of the page before.
        limit: rows at most.
    """

    figure: Figure
    office: UUID | None
    before: UUID | None
    limit: int


class WeekQueries:
    """Reads of one transaction for a head, whose role is a key of `ROLES_BELOW`.

    Args:
        unit: the open transaction.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def figures(self, week: Week, event_types: Sequence[str]) -> list[dict[str, Any]]:
        """Return every figure of each office that has notices in the week, by `office_id`.

        Args:
            week: when the notices were raised.
            event_types: those whose notices may be counted.
        """
        counts = ", ".join(
            f"count(*) filter (where {_CONDITIONS[each]}) as {each}" for each in FIGURES
        )
        rows = await self._fetch(
            f"select office_id, {counts} from notices where {_OF_WEEK} and {_SEEN}"  # noqa: S608
            " group by office_id order by office_id",
            self._values(week, event_types),
        )
        return [dict(row) for row in rows]

    async def notices(
        self, week: Week, event_types: Sequence[str], wanted: Listing
    ) -> list[Notice]:
        """Return the notices that a figure counts, the newest first."""
        values = self._values(week, event_types)
        asked = (
            f"select {COLUMNS} from notices"  # noqa: S608 - our own text
            f" where {_OF_WEEK} and {_SEEN} and ({_CONDITIONS[wanted.figure]})"
        )
        if wanted.office:
            values.append(wanted.office)
            asked += f" and office_id = ${len(values)}"
        if wanted.before:
            values.append(wanted.before)
            asked += f" and id < ${len(values)}"
        values.append(wanted.limit)
        rows = await self._fetch(f"{asked} order by id desc limit ${len(values)}", values)
        return [notice_of(row) for row in rows]

    async def _fetch(self, asked: str, values: Sequence[object]) -> Sequence[Any]:
        driver = await driver_of(self._unit.connection)
        await driver.execute(_READING)
        rows: Sequence[Any] = await driver.fetch(asked, *values)
        return rows

    def _values(self, week: Week, event_types: Sequence[str]) -> list[object]:
        principal, now = self._unit.principal, self._unit.now
        assert principal
        begins, ends = week.bounds
        return [
            begins,
            ends,
            list(event_types),
            principal.office,
            principal.role,
            list(ROLES_BELOW[principal.role]),
            [area.first for area in principal.areas],
            [area.end for area in principal.areas],
            now,
        ]
