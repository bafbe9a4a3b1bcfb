"""Request -> notice on an open live view, on an idle network, beside the sum of its bare parts.

Two empty HTTP hops, three bare commits, two produce to consume take turns with the whole, one of
each, so that both meet the same idle machine. A notice counts only if its id is committed in
notifications and stands on `notifications.notice`.
"""

from statistics import median

from bed import Bed
from figures import Figure
from parts import bare_commit, empty_hop, produce_to_consume, timed
from rounds import judged, percentile
from whole import Whole, uncounted

OFFICER = "beihe-officer1"
REPEAT = 60
WARM_UP = 30
TARGETS = {0.5: 3.0, 0.99: 6.0}  # T16


async def measure(bed: Bed) -> list[Figure]:
    """Return p50, p99 and p99.9 of the whole, each beside the sum of the parts' medians."""
    parts = [
        await bed.stack.enter_async_context(empty_hop()),
        await bed.stack.enter_async_context(bare_commit(bed.network.servers["postgres_url"])),
        await bed.stack.enter_async_context(produce_to_consume(bed.kafka())),
    ]
    whole = Whole(await bed.session(OFFICER), bed.network.grids_of(OFFICER))
    await bed.stack.enter_async_context(whole.watching())
    hot = sum([part.times * median(await timed(part.once, REPEAT)) for part in parts])
    sums: list[float] = []
    taken: list[list[float]] = []
    for turn in range(-1, bed.rounds):
        whole_times: list[float] = []
        part_times: dict[str, list[float]] = {part.name: [] for part in parts}
        for _ in range(bed.many(REPEAT, 10) if turn >= 0 else WARM_UP):
            for part in parts:
                part_times[part.name] += await timed(part.once, 1)
            whole_times.append(await whole.once())
        if turn >= 0:
            sums.append(sum(part.times * median(part_times[part.name]) for part in parts))
            taken.append(whole_times)
    missing = await uncounted(bed, whole.notice_ids)
    note = f"parts in a tight loop {hot:.1f} ms"
    if missing:
        note += f"; {missing} notices are not committed or not on the topic"
    every = sum(len(times) for times in taken)
    return [
        judged(
            f"request to notice on a live view, idle, p{100 * share:g}",
            "ms",
            [percentile(times, share) for times in taken],
            sums,
            against=f"sum of the parts' p50, {median(sums):.1f} ms",
            samples=every,
            target=target,
            note=note,
            holds=not missing,
        )
        for share, target in TARGETS.items()
    ]
