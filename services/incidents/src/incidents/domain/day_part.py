"""The coarse time that leaves the police: part of the day, never the minute."""

from datetime import datetime
from typing import Literal

from lianfang_common.clock import CIVIL_ZONE

DayPart = Literal["morning", "afternoon", "evening", "night"]


def day_part(moment: datetime) -> DayPart:
    """Return the part of the day of a moment, by the wall clock of Asia/Shanghai.

    Morning is 06:00 to 12:00, afternoon to 18:00, evening to 22:00, night until 06:00; a part
    begins with its first minute.
    """
    hour = moment.astimezone(CIVIL_ZONE).hour
    if hour < 6 or hour >= 22:
        return "night"
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 18 else "evening"
