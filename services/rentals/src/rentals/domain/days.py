"""Spans of civil days, first and last day inclusive; no last day means *until further notice*."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included.

    Attributes:
        first: first day.
        last: last day, or None while no end is agreed.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts: callers check first and say it kindly."""
        if self.last is not None and self.last < self.first:
            raise ValueError("a span of days ends before it starts")

    def overlap(self, other: "Days") -> bool:
        """Say whether some day belongs to both spans."""
        starts_in_time = other.last is None or self.first <= other.last
        ends_late_enough = self.last is None or other.first <= self.last
        return starts_in_time and ends_late_enough

    def cover(self, day: date) -> bool:
        """Say whether a day belongs to the span."""
        return self.first <= day and (self.last is None or day <= self.last)
