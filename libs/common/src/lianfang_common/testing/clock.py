"""Time that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class MockClock:
    """A clock that a test holds."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment that the test set."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Let time pass."""
        self._now += step
