"""Memory of each service, and how long each needs from its start until all of it is at work.

Each service of the network is killed and started again as it runs, with every role: it is ready
when it answers, its database lets it in, and its consumers have their partitions. Beside it
stands the import of what every service imports (the floor of T13). Memory is what the processes
hold afterwards, shared pages divided among those that share them.
"""

import asyncio
import json
import signal
import sys
import time
from functools import partial

from bed import SERVICES, Bed
from cpu import proportional_mb, resident_mb, tree
from figures import Figure
from own import until_ready
from rounds import judged

from lianfang_local.members import Members
from lianfang_local.network import Network
from lianfang_local.processes import Processes, any_runs, port_is_free
from lianfang_local.profiles import open_profile
from lianfang_local.progress import Progress
from lianfang_local.servers import addresses

FLOOR = "import fastapi, sqlalchemy.ext.asyncio, asyncpg, aiokafka, prometheus_client, uvicorn"
T12_FACTOR, T12_MORE_MB, T12_TOTAL_MB = 1.3, 30.0, 450.0
T13_START, T13_ALL_SECONDS = 1.6, 4.0
PORT_SECONDS = 20.0


async def measure(bed: Bed) -> list[Figure]:
    """Return the start of each service and of all at once, and the memory of each and of all."""
    profile = open_profile("test", port_is_free, any_runs)
    processes = Processes(profile.state)
    running = Network(profile, processes, Progress(quiet=True))
    members = running.members(addresses(profile))
    urls = {name: bed.network.url(name) for name in SERVICES}

    async def start(*names: str) -> float:
        for name in names:
            await asyncio.to_thread(_kill, processes, name, profile.port(name))
        return await _start(members, {name: urls[name] for name in names})

    try:
        taken = await bed.alternate(
            {
                "floor": _import_floor,
                **{name: partial(start, name) for name in SERVICES},
                "all": partial(start, *SERVICES),
            },
            warm_up=False,
        )
    finally:
        await asyncio.to_thread(running.up, {})
        bed.network.stack[:] = json.loads((profile.state / "stack.json").read_text())
    found = [
        judged(
            f"start of {name} until it is ready, Kafka joined",
            "s",
            taken[name],
            taken["floor"],
            against="importing the libraries that it uses",
            samples=bed.rounds,
            target=T13_START,
        )
        for name in SERVICES
    ]
    found.append(
        judged(
            "start of the five services at once until all are ready",
            "s",
            taken["all"],
            [T13_ALL_SECONDS] * bed.rounds,
            against=f"{T13_ALL_SECONDS:.0f} s",
            samples=bed.rounds,
            target=1.0,
        )
    )
    return found + await _memory(bed)


async def _memory(bed: Bed) -> list[Figure]:
    pids, floor = bed.pids(*SERVICES), await _held_by_floor()
    allowed = T12_FACTOR * floor + T12_MORE_MB
    found = [
        _held(f"memory of {name}", resident_mb(pid), allowed, f"1.3 x {floor:.0f} MB + 30 MB")
        for name, pid in pids.items()
    ]
    total = proportional_mb([each for pid in pids.values() for each in tree(pid)])
    against = f"{T12_TOTAL_MB:.0f} MB"
    return [*found, _held("memory of the five services", total, T12_TOTAL_MB, against)]


def _held(name: str, held: float, allowed: float, against: str) -> Figure:
    ratio = held / allowed
    return Figure(name, held, "MB", ratio, against, 1.0, ratio <= 1, samples=1)


async def _import_floor() -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", FLOOR)
    await process.wait()
    return time.perf_counter() - began


async def _held_by_floor() -> float:
    """Return the MB that a process holds once it has imported the floor."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{FLOOR}; import sys; print(flush=True); sys.stdin.readline()",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    await process.stdout.readline()
    held = resident_mb(process.pid)
    await process.communicate(b"\n")
    return held


async def _start(members: Members, urls: dict[str, str]) -> float:
    began = time.perf_counter()
    for name in urls:
        members.start(name)
    await asyncio.gather(*(until_ready(url) for url in urls.values()))
    return time.perf_counter() - began


def _kill(processes: Processes, name: str, port: int) -> None:
    """End a service at once, as a power cut would, and wait until its port is free.

    What it left with the broker and in the database is found again by the next start, which must
    not wait for it. The last thread of what was killed lets the port go after the first.
    """
    processes.stop(name, how=signal.SIGKILL)
    until = time.monotonic() + PORT_SECONDS
    while not port_is_free(port):
        if time.monotonic() > until:
            raise TimeoutError(f"the port of {name} was not free within {PORT_SECONDS:.0f} s")
        time.sleep(0.01)
