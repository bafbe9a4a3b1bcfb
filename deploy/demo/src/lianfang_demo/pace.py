"""Plays a plan at a speed: each act in its turn, none before its moment, by an injected clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from lianfang_demo.plan import LASTS, Act


class Clock(Protocol):
    """Tells the time and waits."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class MachineClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await asyncio.sleep(seconds)


class Pace:
    """The morning's clock: eight o'clock is the moment at which it is made.

    Args:
        clock: the machine's, but in tests.
        speed: minutes of the morning in one real minute, above 0.
    """

    def __init__(self, clock: Clock, speed: float) -> None:
        self.clock = clock
        self._speed = speed
        self._began = clock.monotonic()

    async def until(self, at: timedelta) -> None:
        """Return when so much of the morning has passed, never earlier."""
        due = self._began + at.total_seconds() / self._speed
        while (left := due - self.clock.monotonic()) > 0:
            await self.clock.sleep(left)

    async def play(self, acts: Sequence[Act], perform: Callable[[Act], Awaitable[None]]) -> None:
        """Perform acts in their order until the morning is over.

        One that takes long makes the next ones late; none is left out, none overtakes another.
        """
        for act in acts:
            await self.until(act.at)
            await perform(act)
        await self.until(LASTS)
