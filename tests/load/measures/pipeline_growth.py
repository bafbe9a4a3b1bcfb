"""Event -> stored notice with 1 and 2 partitions, and as many consumers of one group; for a city
with 4 too."""

from functools import partial

from bed import Bed
from figures import Figure
from peers.programs import OURS, servers_of
from peers.throughput import one_round
from rounds import judged

FACTS = 8_000
MEMBERS = (1, 2, 4)


async def measure(bed: Bed) -> list[Figure]:
    """Return rate and CPU an event of each, beside one partition and one consumer."""
    servers, count = servers_of(bed.network.servers), bed.many(FACTS, 2_000)
    chosen = MEMBERS[: 2 + bed.city]
    sides = {
        str(many): partial(one_round, servers, OURS, count, partitions=many, processes=many)
        for many in chosen
    }
    found = await bed.alternate(sides, warm_up=False)
    figures = []
    for many in chosen:
        rounds, one = found[str(many)], found["1"]
        named = f"event to notice, {many} partitions and consumers"
        figures += [
            judged(
                f"{named}, events a second", "/s",
                [entry.events_per_second for entry in rounds],
                [entry.events_per_second for entry in one],
                against="one of each", samples=count * len(rounds), at_least=True,
            ),
            judged(
                f"{named}, CPU an event", "us",
                [entry.us_per_event() for entry in rounds], [entry.us_per_event() for entry in one],
                against="one of each", samples=count * len(rounds),
            ),
        ]  # fmt: skip
    return figures
