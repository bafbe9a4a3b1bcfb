"""Rounds that alternate, and what may be concluded from them.

What is measured and what it is held against take turns (A B C, C B A, …), so that a machine that
grows slower during the run slows both. A figure is the median of the rounds' ratios. If its
ceiling moved by more than a quarter between the first and the last round, it counts for nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from typing import TypeVar

from figures import Figure

T = TypeVar("T")

ROUNDS_MIN = 5
MOVED_MAX = 0.25


async def alternate(
    sides: Mapping[str, Callable[[], Awaitable[T]]], rounds: int, *, warm_up: bool = True
) -> dict[str, list[T]]:
    """Let the sides take turns; return what each gave, a value for each round.

    Args:
        sides: what to do, by name; called once a round, in this order and then in the reverse.
        rounds: how many rounds count.
        warm_up: do one round before them that does not count.
    """
    found: dict[str, list[T]] = {name: [] for name in sides}
    order = list(sides)
    for turn in range(-1 if warm_up else 0, rounds):
        for name in order if turn % 2 == 0 else reversed(order):
            value = await sides[name]()
            if turn >= 0:
                found[name].append(value)
    return found


def moved(ceiling: Sequence[float]) -> float:
    """Return by what share a ceiling moved between its first and its last round."""
    return abs(ceiling[-1] - ceiling[0]) / ceiling[0]


def ratios(ours: Sequence[float], ceiling: Sequence[float]) -> list[float]:
    """Return the ratio of each round."""
    return [mine / bare for mine, bare in zip(ours, ceiling, strict=True)]


def judged(
    name: str,
    unit: str,
    ours: Sequence[float],
    ceiling: Sequence[float],
    *,
    against: str,
    samples: int,
    target: float | None = None,
    at_least: bool = False,
    holds: bool = True,
    note: str = "",
) -> Figure:
    """Return the figure of alternating rounds.

    Args:
        name, unit: of the figure.
        ours: one value for each round.
        ceiling: what it is held against, one value for each round.
        against: what that is.
        samples: single measurements behind `ours`.
        target: what the ratio must keep.
        at_least: the ratio must reach the target instead of not exceeding it.
        holds: False if the figure is void for a reason of its own, which `note` tells.
        note: kept, and lengthened if the ceiling has moved.
    """
    each = ratios(ours, ceiling)
    ratio = median(each)
    drift = moved(ceiling)
    steady = drift <= MOVED_MAX
    valid = steady and holds
    met = None
    if target is not None and valid:
        met = ratio >= target if at_least else ratio <= target
    void = "" if steady else f"what it is held against moved by {drift:.0%}"
    return Figure(
        name=name,
        value=median(ours),
        unit=unit,
        ratio=ratio,
        against=against,
        target=target,
        met=met,
        spread=(min(each), max(each)),
        samples=samples,
        valid=valid,
        note="; ".join(part for part in (note, void) if part),
        at_least=at_least,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
