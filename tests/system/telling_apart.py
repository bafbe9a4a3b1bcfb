"""Whether what outsiders see of two groups of persons tells one from the other.

What has a shape (an answer, an event, a log line) must occur in both groups equally often. What
takes time is compared in pairs that ran next to each other: the median of their differences lies in
an interval of order statistics, whatever the noise is distributed like. A difference is found when
the interval leaves zero out, which happens by chance less than once in a million comparisons; the
interval's reach says how small a difference the run could have seen.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from math import comb

FALSE_ALARM = 1e-6


@dataclass
class View:
    """What one registration let outsiders see.

    Attributes:
        shapes: by channel, what it looked like without its ids.
        times: by channel, milliseconds.
    """

    shapes: dict[str, Hashable] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Interval:
    """Where the median of differences lies, in milliseconds."""

    low: float
    high: float

    @property
    def leaves_zero_out(self) -> bool:
        """Whether one group took longer."""
        return self.low > 0 or self.high < 0

    @property
    def reach(self) -> float:
        """The largest difference that the interval does not rule out, in milliseconds."""
        return max(abs(self.low), abs(self.high))


def interval_of_median(differences: Sequence[float], false_alarm: float = FALSE_ALARM) -> Interval:
    """Return the interval that holds the median, but for that probability.

    Source: the sign test, turned around; no distribution is assumed.
    """
    number, ordered = len(differences), sorted(differences)
    outside, left_out = 0.0, 0
    while left_out < number // 2:
        outside += 2 * comb(number, left_out) / 2**number
        if outside > false_alarm:
            break
        left_out += 1
    if left_out == 0:
        return Interval(float("-inf"), float("inf"))
    return Interval(ordered[left_out - 1], ordered[number - left_out])


def intervals(ones: Sequence[View], others: Sequence[View]) -> dict[str, Interval]:
    """Return for each timed channel how much longer the ones took than the others beside them."""
    return {
        channel: interval_of_median(
            [
                one.times[channel] - other.times[channel]
                for one, other in zip(ones, others, strict=True)
            ]
        )
        for channel in ones[0].times
    }


def told_apart_by(ones: Sequence[View], others: Sequence[View]) -> list[str]:
    """Return the channels that tell the two groups apart."""
    channels = {channel for view in (*ones, *others) for channel in view.shapes}
    shapes = [
        channel
        for channel in sorted(channels)
        if _counted(channel, ones) != _counted(channel, others)
    ]
    timed = intervals(ones, others)
    return shapes + [channel for channel in timed if timed[channel].leaves_zero_out]


def _counted(channel: str, views: Sequence[View]) -> Counter[Hashable]:
    return Counter(view.shapes.get(channel) for view in views)
