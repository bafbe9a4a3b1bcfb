"""One program, one round: facts committed at a rate, and how long each waits for its notices."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lianfang_common.testing.servers import Servers
from peers.facts import some_facts, write_facts
from peers.programs import (
    CELERY,
    FASTSTREAM,
    FASTSTREAM_BATCH,
    FLOOR_BYTES,
    OURS,
    Program,
    Stage,
    staged,
)
from peers.throughput import topics_with

WARM_UP = 40
"""First facts of a round, which meet processes that have never worked; left out."""

_PUBLISHERS = {
    OURS: ("-m", "peers.ours_publisher"),
    FLOOR_BYTES: ("-m", "peers.raw_publisher"),
    FASTSTREAM: ("-m", "peers.faststream_publisher"),
    FASTSTREAM_BATCH: ("-m", "peers.faststream_publisher"),
    CELERY: ("-m", "peers.django_peer.feed"),
}


async def waits(
    servers: Servers,
    program: Program,
    count: int,
    rate: float,
    *,
    partitions: int = 2,
    processes: int = 1,
) -> list[float]:
    """Return the milliseconds from a fact's commit to that of its notices, for each fact.

    For the floor it is from the sending to the commit of the batch.

    Raises:
        RuntimeError: a fact was not told of within the time.
    """
    prefix = f"bench.{secrets.token_hex(4)}."
    facts = some_facts(count + WARM_UP, seed=2, prefix=prefix, traced=False)
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_facts(folder / "facts", facts)
        async with (
            topics_with(servers, [], prefix, partitions) as topics,
            staged(servers, program, topics, folder) as consuming,
            _publishing(servers, program, topics, folder, consuming) as publishing,
        ):
            consuming.moments, publishing.moments = str(folder / "stored"), str(folder / "done")
            command = [part.format(count=0) for part in program.command]
            for nth in range(processes):
                consuming.go(await consuming.start(command, 1 + nth))
            # Members find each other, and the subscriptions stand, before the first fact.
            await asyncio.sleep(3 + processes)
            publisher = [*_PUBLISHERS[program], str(folder / "facts"), str(rate)]
            publishing.go(await publishing.start(publisher))
            await _until_told(folder / "stored", len(facts), len(facts) / rate + 30)
        done, stored = _moments(folder / "done"), _moments(folder / "stored")
    counted = [str(fact.message_id) for fact in facts[WARM_UP:]]
    return [(stored[each] - done[each]) * 1000 for each in counted]


@asynccontextmanager
async def _publishing(
    servers: Servers, program: Program, topics: list[str], folder: Path, consuming: Stage
) -> AsyncIterator[Stage]:
    """Publishers have a database of their own, but for Django, where the queue is all between."""
    if program is CELERY:
        stage = Stage(servers, program, consuming.database, topics, folder)
        stage.group = consuming.group
        try:
            yield stage
        finally:
            await stage.close()
    else:
        async with staged(servers, program, topics, folder) as stage:
            yield stage


async def _until_told(file: Path, count: int, longest: float) -> None:
    """Wait until every fact was told of; the file is small, and seldom looked at."""
    until = time.monotonic() + longest
    while (told := len(_moments(file))) < count:
        if time.monotonic() > until:
            raise RuntimeError(f"{told} of {count} facts had their notices in time")
        await asyncio.sleep(0.25)


def _moments(file: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        fact, moment = line.split()
        found.setdefault(fact, float(moment))
    return found
