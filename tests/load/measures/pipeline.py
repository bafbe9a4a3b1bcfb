"""Event -> stored notice: throughput and CPU an event, beside floors and peers.

Facts wait in topics of the run's own; each program stores their notices, deadlines, digest counts
and outbox rows in a fresh database, and a round counts only if the rows are all there. CPU is that
of the program's processes, PostgreSQL and Valkey; the broker's is told apart. Peers take part
where `make peers` has made their environment.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from bed import Bed
from figures import Figure, plain
from peers.programs import (
    CELERY,
    FASTSTREAM,
    FASTSTREAM_BATCH,
    FLOOR_BYTES,
    FLOOR_ROWS,
    OURS,
    Program,
    peers_python,
    servers_of,
)
from peers.throughput import Round, one_round
from rounds import judged

FACTS = {
    OURS: 10_000,
    FLOOR_ROWS: 10_000,
    FLOOR_BYTES: 20_000,
    FASTSTREAM: 1_000,
    FASTSTREAM_BATCH: 5_000,
    CELERY: 1_000,
}
FLOOR_TARGET = 2.5  # T4
PEER_TARGETS = {FASTSTREAM: 6.0, CELERY: 8.0}  # T4, as usually written


async def measure(bed: Bed) -> list[Figure]:
    """Return CPU and rate of the service beside both floors, and of each peer beside it."""
    servers = servers_of(bed.network.servers)
    with_peers = peers_python().exists()
    programs = [each for each in FACTS if with_peers or not each.peer]
    sides: dict[str, Callable[[], Awaitable[Round]]] = {
        each.name: partial(one_round, servers, each, bed.many(FACTS[each], 500))
        for each in programs
    }
    found = await bed.alternate(sides, warm_up=False)
    ours, cpu = found[OURS.name], _us(found[OURS.name])
    shares = [entry.foreign for entry in ours]
    note = f"foreign CPU {min(shares):.0%} to {max(shares):.0%}"
    figures = [
        _beside(OURS, ours, FLOOR_ROWS, found, target=FLOOR_TARGET, note=note),
        _beside(OURS, ours, FLOOR_BYTES, found, note=note),
        judged(
            "event to notice, events a second", "/s",
            [entry.events_per_second for entry in ours],
            [entry.events_per_second for entry in found[FLOOR_ROWS.name]],
            against=FLOOR_ROWS.name, samples=sum(entry.events for entry in ours), at_least=True,
        ),
    ]  # fmt: skip
    for program in programs:
        rounds = found[program.name]
        if program.peer:
            figures.append(
                judged(
                    f"event to notice, CPU an event: {program.name}", "us", _us(rounds), cpu,
                    against=OURS.name, samples=sum(entry.events for entry in rounds),
                    target=PEER_TARGETS.get(program), at_least=True,
                )
            )  # fmt: skip
        sides_note = ", ".join(
            f"{side} {sorted(_us(rounds, side))[len(rounds) // 2]:.0f}"
            for side in ("own", "postgres", "valkey")
        )
        figures.append(
            plain(
                f"event to notice, the broker's CPU an event: {program.name}",
                _us(rounds, "kafka"), "us", note=f"besides {sides_note}",
            )
        )  # fmt: skip
    if not with_peers:
        print("the peers took no part: their environment is not there (make peers)")
    return figures


def _us(rounds: list[Round], side: str = "total") -> list[float]:
    return [entry.us_per_event(side) for entry in rounds]


def _beside(
    program: Program,
    rounds: list[Round],
    floor: Program,
    found: dict[str, list[Round]],
    *,
    target: float | None = None,
    note: str = "",
) -> Figure:
    return judged(
        "event to notice, CPU an event", "us", _us(rounds), _us(found[floor.name]),
        against=floor.name, samples=sum(entry.events for entry in rounds), target=target,
        note=note,
    )  # fmt: skip
