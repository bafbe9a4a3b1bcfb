"""Memory of each service, and how long each needs from its start until it is ready.

Memory is what the running network's processes hold now, shared pages divided among those that
share them. Each service is started in turn on a database of its own, beside the import of what
every service imports (the floor of T13).
"""

import asyncio
import sys
import time
from functools import partial

from bed import SERVICES, Bed
from cpu import proportional_mb, resident_mb, tree
from figures import Figure, plain
from own import OwnService, own_service
from rounds import judged

FLOOR = "import fastapi, sqlalchemy.ext.asyncio, asyncpg, aiokafka, prometheus_client, uvicorn"
T12_TOTAL_MB, T13_START = 450.0, 1.6


async def measure(bed: Bed) -> list[Figure]:
    """Return the memory of each process and of all, and the start of each service."""
    pids = bed.pids(*SERVICES)
    found = [
        plain(f"memory of {name}", [resident_mb(pid)], "MB resident") for name, pid in pids.items()
    ]
    total = proportional_mb([each for pid in pids.values() for each in tree(pid)])
    found.append(
        Figure(
            "memory of the five services together",
            total,
            "MB",
            total / T12_TOTAL_MB,
            f"{T12_TOTAL_MB:.0f} MB",
            1.0,
            total <= T12_TOTAL_MB,
            samples=1,
        )
    )
    owns = [await bed.stack.enter_async_context(own_service(bed, name)) for name in SERVICES]
    taken = await bed.alternate(
        {"floor": _import_floor, **{own.name: partial(_start, own) for own in owns}}
    )
    return found + [
        judged(
            f"start of {own.name} until its API is ready",
            "s",
            taken[own.name],
            taken["floor"],
            against="importing the libraries that it uses",
            samples=bed.rounds,
            target=T13_START,
        )
        for own in owns
    ]


async def _import_floor() -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", FLOOR)
    await process.wait()
    return time.perf_counter() - began


async def _start(own: OwnService) -> float:
    began = time.perf_counter()
    async with own.serve("api"):
        return time.perf_counter() - began
