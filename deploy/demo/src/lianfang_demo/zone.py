"""The civil time of the district."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Return the district's day."""
    return datetime.now(ZONE).date()  # noqa: TID251 - a client's own clock
