"""Commit -> notice stored, at 100 facts a second, one after the other; for a city at 50 too.

Beside it the raw way (sent, consumed, committed in a batch), and the peers: an outbox polled each
100 ms, and a task handed over after the commit. Each way is played in turn in each round.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median

from bed import Bed
from figures import Figure, plain
from peers.programs import (
    CELERY,
    FASTSTREAM,
    FASTSTREAM_BATCH,
    FLOOR_BYTES,
    OURS,
    Program,
    peers_python,
    servers_of,
)
from peers.waiting import waits
from rounds import judged, percentile

RATES = (100, 50)
FACTS = 240
RAW_TARGET = 2.0  # T3, p50 at 100 a second
POLLED_TARGETS = {0.5: 1 / 20, 0.99: 1 / 5}  # T3
QUEUE_TARGETS = {0.5: 1.0, 0.99: 0.3}  # T3


async def measure(bed: Bed) -> list[Figure]:
    """Return p50 and p99 of the service, beside the raw way and beside each peer."""
    servers, count = servers_of(bed.network.servers), bed.many(FACTS, 150)
    programs = [OURS, FLOOR_BYTES]
    if peers_python().exists():
        programs += [FASTSTREAM, *([FASTSTREAM_BATCH] if bed.city else []), CELERY]
    figures: list[Figure] = []
    for rate in RATES[: 1 + bed.city]:
        sides: dict[str, Callable[[], Awaitable[list[float]]]] = {
            each.name: partial(waits, servers, each, count, rate) for each in programs
        }
        found = await bed.alternate(sides, warm_up=False)
        for share in (0.5, 0.99):
            figures += _figures(programs, found, rate, share)
    return figures


def _figures(
    programs: list[Program], found: dict[str, list[list[float]]], rate: int, share: float
) -> list[Figure]:
    name = f"commit to notice stored at {rate}/s, p{100 * share:g}"
    at = {each: [percentile(times, share) for times in found[each.name]] for each in programs}
    samples = sum(len(times) for times in found[OURS.name])
    figures = [
        judged(
            name, "ms", at[OURS], at[FLOOR_BYTES], samples=samples,
            against=f"sent, consumed, committed: {median(at[FLOOR_BYTES]):.1f} ms",
            target=RAW_TARGET if share == 0.5 and rate == 100 else None,
        )
    ]  # fmt: skip
    for peer in programs[2:]:
        targets = {FASTSTREAM: POLLED_TARGETS, CELERY: QUEUE_TARGETS}.get(peer, {})
        figures += [
            plain(f"{name}: {peer.name}", at[peer], "ms", samples=samples),
            judged(
                name, "ms", at[OURS], at[peer], samples=samples, against=peer.name,
                target=targets.get(share) if rate == 100 else None,
            ),
        ]  # fmt: skip
    return figures
