"""Request -> notice on a live view at stated rates, and with few or many open live views.

Requests become due as independent users make them, and what they wait counts. The sum of the bare
parts is measured before each rate, on the same network at rest. A notice that does not come within
a minute ends the measure.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from statistics import median

from bed import Bed
from figures import Figure
from openloop import at_rate
from parts import Part, bare_commit, empty_hop, produce_to_consume, timed
from rounds import judged, percentile
from whole import Whole, uncounted

from lianfang_demo.live import LiveView

OFFICER = "beihe-officer1"
RATES = {20.0: 4.0, 100.0: 3.0, 300.0: 2.0}  # a second, and for how many seconds
WARM_UP_SECONDS = 1.0
VIEWS = (10, 1_000)
VIEWS_RATE = 20.0
VIEWS_A_SESSION = 10  # the gateway's limit
SHARES = (0.5, 0.99, 0.999)


async def measure(bed: Bed) -> list[Figure]:
    """Return p50, p99 and p99.9 at each rate, and at one rate with 10 and 1,000 live views."""
    parts = [
        await bed.stack.enter_async_context(empty_hop()),
        await bed.stack.enter_async_context(bare_commit(bed.network.servers["postgres_url"])),
        await bed.stack.enter_async_context(produce_to_consume(bed.kafka())),
    ]
    whole = Whole(await bed.session(OFFICER), bed.network.grids_of(OFFICER))
    await bed.stack.enter_async_context(whole.watching())
    await at_rate(VIEWS_RATE, WARM_UP_SECONDS, whole.once)
    found: list[Figure] = []
    for rate, seconds in RATES.items():
        found += await _at(bed, whole, parts, f"at {rate:.0f} commands a second", rate, seconds)
    for count in VIEWS:
        async with _watchers(bed, bed.many(count, VIEWS_A_SESSION)) as heard:
            title = f"at {VIEWS_RATE:.0f} a second with {heard.views} open live views of the desk"
            found += await _at(bed, whole, parts, title, VIEWS_RATE, RATES[VIEWS_RATE], heard)
    if missing := await uncounted(bed, whole.notice_ids):
        raise RuntimeError(f"{missing} notices are not committed or not on their topic")
    return found


class _Heard:
    """How many notices the other open views have been told of."""

    def __init__(self, views: int) -> None:
        self.views = views
        self.notices = 0


async def _at(
    bed: Bed,
    whole: Whole,
    parts: list[Part],
    title: str,
    rate: float,
    seconds: float,
    heard: _Heard | None = None,
) -> list[Figure]:
    taken = await bed.alternate(
        {
            "parts": partial(_sum_of, parts),
            "whole": partial(at_rate, rate, seconds * bed.scale, whole.once),
        },
        warm_up=False,
    )
    told, note = sum(len(times) for times in taken["whole"]), ""
    if heard is not None:
        await _until_heard(heard, told * heard.views)
        note = f"{heard.notices} of {told * heard.views} told to the other views"
    sums = [times[0] for times in taken["parts"]]
    return [
        judged(
            f"request to notice {title}, p{100 * share:g}",
            "ms",
            [percentile(times, share) for times in taken["whole"]],
            sums,
            against=f"sum of the parts' p50 at rest, {median(sums):.1f} ms",
            samples=told,
            note=note,
        )
        for share in SHARES
    ]


async def _sum_of(parts: list[Part]) -> list[float]:
    return [sum([part.times * median(await timed(part.once, 20)) for part in parts])]


async def _until_heard(heard: _Heard, expected: int) -> None:
    for _ in range(100):
        if heard.notices >= expected:
            return
        await asyncio.sleep(0.1)


@asynccontextmanager
async def _watchers(bed: Bed, count: int) -> AsyncIterator[_Heard]:
    """Hold live views of the same desk open, ten to a session, and count what they are told."""
    heard, tasks = _Heard(count), []
    views: list[LiveView] = []
    for start in range(0, count, VIEWS_A_SESSION):
        session = await bed.session(OFFICER)
        for _ in range(min(VIEWS_A_SESSION, count - start)):
            views.append(LiveView(session))
            tasks.append(asyncio.create_task(_count(views[-1], heard)))
    try:
        await asyncio.wait_for(asyncio.gather(*(view.connected.wait() for view in views)), 60)
        yield heard
    finally:
        for task in tasks:
            task.cancel()


async def _count(view: LiveView, heard: _Heard) -> None:
    async for event in view.follow():
        if event.name == "notice-raised":
            heard.notices += 1
