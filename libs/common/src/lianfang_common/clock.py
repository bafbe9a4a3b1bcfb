"""Time as a dependency: code asks a clock that it was given, so that tests can hold it still."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """Return the present moment, in UTC and aware of it."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's moment in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that may ask the machine


def civil_date(moment: datetime) -> date:
    """Return the calendar day of a moment where the network is used (Asia/Shanghai)."""
    return moment.astimezone(CIVIL_ZONE).date()
