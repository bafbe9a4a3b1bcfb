"""The times and counts that the rules use; their defaults and reasons stand in the settings."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lianfang_common.clock import CIVIL_ZONE


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rules of population count with.

    Attributes:
        review_within: how long A's officer has to review a match.
        accept_within: how long B has to accept.
        receipt_lifetime: how long an identity receipt can be used.
        forget_after: when a person that nothing names is deleted.
        landlord_numbers: document numbers that a landlord may resolve a day.
        officer_numbers: the same for an officer.
        check_within: how long a new residence is open on the desk of its place.
        glass_open_for: how long a break-glass reading stays open.
    """

    review_within: timedelta = timedelta(hours=24)
    accept_within: timedelta = timedelta(days=3)
    receipt_lifetime: timedelta = timedelta(minutes=10)
    forget_after: timedelta = timedelta(days=7)
    landlord_numbers: int = 10
    officer_numbers: int = 500
    check_within: timedelta = timedelta(days=7)
    glass_open_for: timedelta = timedelta(hours=3)


def day_after(day: date) -> datetime:
    """Return the moment when a civil day is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=CIVIL_ZONE)
