"""What the gateway adds to a request, beside nginx and beside proxies as they are mostly written.

Behind each stands the same server, which answers at once; each is asked in turns, by the same
client. The gateway, on a database of its own, finds the caller's session, signs and keeps a token,
counts, writes its log line and its span, and lets named headers through; it has no limit on
requests but that of logins. The others know nothing of a caller. What is added is the time at one
connection less the time without a proxy.
"""

import sys
import tempfile
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from statistics import median

from bed import Bed
from cpu import usage
from figures import Figure, failed, plain
from listening import Server, free_port, listening, web
from openloop import by_workers
from others import Other, absent, other
from own import own_service
from parts import timed
from peers.programs import LOAD, peers_python
from peers.proxy_nginx import nginx
from requesting import connections, question
from rounds import judged
from seats import take_seats

OFFICER = "beihe-officer1"
PATH = "/api/v1/incidents/anything"
DIRECT, OURS, NGINX = "no proxy", "the gateway", "nginx"
AIOHTTP, HTTPX = "FastAPI + aiohttp", "FastAPI + httpx"
PEERS = {AIOHTTP: "peers.proxy_aiohttp:app", HTTPX: "peers.proxy_httpx:app"}
REPEAT, CONNECTIONS = 400, 32
BUSY = {NGINX: 20_000, OURS: 4_000, AIOHTTP: 3_000, HTTPX: 500}
ADDED_P50, CPU = 2.5, 6.0  # T8
PEER_TARGETS = {AIOHTTP: 3.0, HTTPX: 25.0}  # T8

Taken = dict[str, list[float]]


async def measure(bed: Bed) -> list[Figure]:
    """Return the added p50 and the processor time a request beside nginx, and those of peers."""
    program = await other(bed, "nginx", "-v")
    behind = await bed.stack.enter_async_context(_upstream())
    sides = {DIRECT: behind}
    sides[OURS], asked = await _gateway(bed, behind.url)
    if program is not None:
        sides[NGINX] = await bed.stack.enter_async_context(nginx(program.path, behind.url))
    with_peers = peers_python().exists()
    for name, application in PEERS.items() if with_peers else ():
        python = str(peers_python())
        peer = web(application, LOAD, python=python, BEHIND=behind.url)
        sides[name] = await bed.stack.enter_async_context(peer)
    alone = await bed.alternate(
        {name: partial(_p50, bed, side, asked) for name, side in sides.items()}
    )
    cpu = await bed.alternate(
        {
            name: partial(_cpu, side, asked, bed.many(BUSY[name], CONNECTIONS))
            for name, side in sides.items()
            if name in BUSY
        }
    )
    if not with_peers:
        print("the peers took no part: their environment is not there (make peers)")
    return [*_beside_nginx(bed, alone, cpu, program), *_beside_peers(bed, alone, cpu)]


def _upstream() -> AbstractAsyncContextManager[Server]:
    port = free_port()
    return listening(
        sys.executable, "-m", "peers.proxy_upstream", str(port), port=port, folder=LOAD
    )


async def _gateway(bed: Bed, behind: str) -> tuple[Server, bytes]:
    """Start a gateway before a server; return it, and what a user of it asks."""
    own = await bed.stack.enter_async_context(own_service(bed, "gateway"))
    folder = bed.stack.enter_context(tempfile.TemporaryDirectory())
    own.environment["GATEWAY_UPSTREAMS__INCIDENTS"] = behind
    own.environment["GATEWAY_TRACE_FILE"] = str(Path(folder) / "spans.jsonl")
    (cookie,) = await take_seats(bed, own, OFFICER, 1)
    pid = await bed.stack.enter_async_context(own.serve())
    return Server(own.url, pid), question(PATH, {"Accept": "application/json", "Cookie": cookie})


async def _p50(bed: Bed, side: Server, asked: bytes) -> float:
    async with connections(side.url, asked, 1) as open_ones:
        return median(await timed(open_ones.once, bed.many(REPEAT, 20)))


async def _cpu(side: Server, asked: bytes, many: int) -> float:
    """Return the processor time of one request, in microseconds, with 32 connections busy."""
    async with connections(side.url, asked, CONNECTIONS) as open_ones:
        before = usage({"proxy": side.pid})
        await by_workers(many, CONNECTIONS, open_ones.once)
        return usage({"proxy": side.pid}).since(before).total / many * 1e6


def _added(alone: Taken, name: str) -> list[float]:
    return [taken - bare for taken, bare in zip(alone[name], alone[DIRECT], strict=True)]


def _beside_nginx(bed: Bed, alone: Taken, cpu: Taken, program: Other | None) -> list[Figure]:
    added = "a proxy adds, p50 at one connection"
    spent = f"a proxy's CPU a request, {CONNECTIONS} connections"
    samples = bed.rounds * bed.many(REPEAT, 20)
    found = [plain(f"{added}: {DIRECT} takes", alone[DIRECT], "ms", samples=samples)]
    if program is None:
        return [
            *found,
            plain(f"{added}: {OURS}", _added(alone, OURS), "ms", samples=samples),
            plain(f"{spent}: {OURS}", cpu[OURS], "µs"),
            failed(f"{added}: {OURS} beside nginx", absent("nginx")),
            failed(f"{spent}: {OURS} beside nginx", absent("nginx")),
        ]
    bare, nginx_cpu = _added(alone, NGINX), cpu[NGINX]
    return [
        *found,
        judged(
            f"{added}: {OURS}", "ms", _added(alone, OURS), bare,
            against=f"{program.name}, {median(bare):.3f} ms", samples=samples, target=ADDED_P50,
        ),
        judged(
            f"{spent}: {OURS}", "µs", cpu[OURS], nginx_cpu,
            against=f"{program.name}, {median(nginx_cpu):.0f} µs",
            samples=bed.rounds * bed.many(BUSY[OURS], CONNECTIONS), target=CPU,
            note="session, token, count, log line and span included",
        ),
    ]  # fmt: skip


def _beside_peers(bed: Bed, alone: Taken, cpu: Taken) -> list[Figure]:
    found: list[Figure] = []
    for name in PEERS:
        if name not in cpu:
            continue
        samples = bed.rounds * bed.many(BUSY[name], CONNECTIONS)
        found += [
            plain(f"a proxy adds, p50 at one connection: {name}", _added(alone, name), "ms"),
            judged(
                f"a proxy's CPU a request: {name}", "µs", cpu[name], cpu[OURS], against=OURS,
                samples=samples, target=PEER_TARGETS[name], at_least=True,
            ),
        ]  # fmt: skip
    return found
