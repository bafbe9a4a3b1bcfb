"""When a consumer must stop parking messages, and stand still instead."""

from collections import deque


class Brake:
    """Stops a consumer before it empties its topics into the dead letters.

    Args:
        ratio: of bad messages among the last `window`, above which nothing more is parked.
        minimum: bad messages that are parked in any case.
    """

    def __init__(self, ratio: float = 0.5, minimum: int = 20, window: int = 200) -> None:
        self._ratio = ratio
        self._minimum = minimum
        self._seen: deque[bool] = deque(maxlen=window)

    def holds(self, bad: int, good: int) -> bool:
        """Say whether that many more would be too many."""
        bad_in_all, seen = bad + sum(self._seen), bad + good + len(self._seen)
        return bad > 0 and bad_in_all > self._minimum and bad_in_all > self._ratio * seen

    def note(self, bad: int, good: int) -> None:
        """Remember the outcome of a batch."""
        self._seen.extend([True] * bad + [False] * good)
