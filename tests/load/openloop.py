"""Load at a stated rate, whatever the answers take.

Arrivals are drawn once, as of independent users, and kept to: what cannot be sent in time because
those before are slow waits, and its waiting counts. A load that waits for answers before it sends
the next one measures an idle system.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """Return moments within a span at which requests are due, `rate` a second on average."""
    random, moment, found = Random(seed), 0.0, []
    while (moment := moment + random.expovariate(rate)) < seconds:
        found.append(moment)
    return found


async def at_rate(
    rate: float, seconds: float, act: Callable[[float], Awaitable[float]], *, seed: int = 1
) -> list[float]:
    """Do something at a rate; return what each gave.

    Args:
        rate: how often a second on average.
        seconds: how long requests become due; answers are awaited beyond.
        act: is given the moment (`perf_counter`) at which it was due; returns what it took.
        seed: the same seed draws the same arrivals.
    """
    begun = time.perf_counter()
    running = []
    for due in arrivals(rate, seconds, seed):
        wait = begun + due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        running.append(asyncio.ensure_future(act(begun + due)))
    return list(await asyncio.gather(*running))


async def by_workers(count: int, workers: int, act: Callable[[], Awaitable[None]]) -> None:
    """Do something `count` times, by workers of which each waits for its answer."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await act()

    await asyncio.gather(*(work() for _ in range(workers)))
