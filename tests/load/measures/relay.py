"""Outbox rows -> Kafka, beside an idempotent producer that sends the same payloads from memory.

And what the outbox row adds to a commit, and what a relay without work uses.
"""

from statistics import median

from bed import Bed
from figures import Figure
from peers.carrying import Carried, an_outbox
from peers.programs import servers_of
from peers.spent import roots_of
from rounds import judged

ROWS = 30_000
COMMITS = 500
IDLE_SECONDS, IDLE_PERCENT = 3.0, 0.5
RATE_TARGET, COMMIT_TARGET = 0.5, 1.25  # T5


async def measure(bed: Bed) -> list[Figure]:
    """Return the relay's rate, the commit's price and the idle relay's CPU."""
    servers = servers_of(bed.network.servers)
    postmaster = (await roots_of(servers))["postgres"]
    rows, commits = bed.many(ROWS, 2_000), bed.many(COMMITS, 100)
    outbox = await bed.stack.enter_async_context(an_outbox(servers))
    sent = await bed.alternate(
        {"relay": lambda: outbox.carry(rows), "producer": lambda: outbox.produce(rows)}
    )
    committed = await bed.alternate(
        {
            "with": lambda: outbox.commits(commits, publishing=True),
            "without": lambda: outbox.commits(commits, publishing=False),
        }
    )
    with_row, without = ([median(each) for each in committed[side]] for side in committed)
    idle = [await outbox.idle(IDLE_SECONDS, postmaster) * 100 for _ in range(bed.rounds)]
    return [
        judged(
            "outbox rows to Kafka", "/s", _rates(sent["relay"]), _rates(sent["producer"]),
            against=f"idempotent producer, {median(_rates(sent['producer'])):,.0f}/s",
            samples=rows * bed.rounds, target=RATE_TARGET, at_least=True,
        ),
        judged(
            "commit with an outbox row, p50", "ms", with_row, without,
            against="the same commit without", samples=commits * bed.rounds, target=COMMIT_TARGET,
        ),
        judged(
            "idle relay with its database, CPU", "% of a core", idle, [IDLE_PERCENT] * bed.rounds,
            against=f"{IDLE_PERCENT} %", samples=bed.rounds, target=1.0,
        ),
    ]  # fmt: skip


def _rates(rounds: list[Carried]) -> list[float]:
    return [each.rate for each in rounds]
