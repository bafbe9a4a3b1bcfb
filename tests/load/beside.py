"""A read over HTTP at a stated rate, beside the same query by the driver as the owner."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median

from bed import Bed
from figures import Figure
from openloop import at_rate, by_workers
from parts import timed
from rounds import judged, percentile

RATE, SECONDS = 50.0, 3.0
P99 = 3.0  # T7
_WARM_UP, _WORKERS = 160, 16

Once = Callable[[], Awaitable[None]]


async def beside_query(bed: Bed, title: str, read: Once, bare: Once) -> list[Figure]:
    """Return p50 and p99 of a read, each beside its bare query; both take turns.

    A service opens its connections, and each prepares its statements, when they are first
    needed: that is done before, since it belongs to the start and not to a read.

    Args:
        bed: where the measure lies.
        title: of the figures.
        read: one request and its answer.
        bare: the same query, without row policies, HTTP and audit.
    """
    await by_workers(_WARM_UP, _WORKERS, read)

    async def due(moment: float) -> float:
        await read()
        return (time.perf_counter() - moment) * 1000

    taken = await bed.alternate(
        {
            "bare": partial(timed, bare, bed.many(200, 20)),
            "read": partial(at_rate, RATE, max(0.5, SECONDS * bed.scale), due),
        }
    )
    return [
        judged(
            f"{title}, {RATE:.0f} a second, p{100 * share:g}",
            "ms",
            [percentile(times, share) for times in taken["read"]],
            [percentile(times, share) for times in taken["bare"]],
            against="the query as owner, without policies,"
            f" {median(percentile(times, share) for times in taken['bare']):.2f} ms",
            samples=sum(map(len, taken["read"])),
            target=target,
        )
        for share, target in ((0.5, None), (0.99, P99))
    ]
