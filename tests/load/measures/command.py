"""A command, layer by layer: from the bare transaction to the gateway, and what it costs.

Each round does each of: an empty FastAPI route that takes the same body, two of them one behind
the other, the command's rows written by asyncpg in one statement, the service's API alone on a
database of its own, the service of the whole network, and the gateway before it. T1 compares
processor time of the API alone (with PostgreSQL) with that of the empty route and the bare
transaction; T2 compares times of the network's service with the sum of both.
"""

import os
import time
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from uuid import uuid4

import aiohttp
import asyncpg
from acts import Act, ReportAct, Resolved, TenancyAct
from bed import Bed
from cpu import usage
from figures import Figure, plain
from journeys import file_premises, resolve
from openloop import at_rate, by_workers
from own import OwnService, own_service
from parts import EMPTY_APP, EMPTY_PROXY, empty_server, timed
from rounds import judged, percentile

from lianfang_demo.client import Session
from lianfang_edge.fieldcrypto import load_keys

OFFICER = "beihe-officer1"
REPEAT = 80
BUSY, WORKERS = 480, 16
RATE, SECONDS = 200.0, 3.0  # T2's load
PLACES = 8
T1_CPU, T2_P50, T2_P99 = 2.0, 1.6, 3.0
HALF_OF_THE_DAYS = 3_600  # the API lets the later half of twenty years, the bare one the earlier
# Population must know the receipts of what the network is told: it stands still over others.
_RESOLVED = """
    insert into resolutions (receipt_id, person_id, account, audience, object_id, issued_at)
    select gen_random_uuid(), person_id, account, audience, object_id, issued_at
    from resolutions, generate_series(1, $2::int) where object_id = any($1::uuid[])
    returning object_id, receipt_id, person_id"""

Once = Callable[[], Awaitable[None]]


async def measure(bed: Bed) -> list[Figure]:
    """Return the layers of a report and of a tenancy, with T1 and T2."""
    return [*await _layers(bed, "report", _reports), *await _layers(bed, "tenancy", _tenancies)]


async def _reports(bed: Bed, own: OwnService) -> tuple[Act, Act, Act]:
    """Return the acts of the bare transaction, of the API alone and of the network."""
    grids = bed.network.grids_of(OFFICER)
    connection = await own.connect()
    try:
        rows = [(grid, "grid", 1) for grid in grids]
        await connection.executemany("insert into areas values ($1, $2, $3)", rows)
    finally:
        await connection.close()
    act = ReportAct(grids[0])
    return act, act, act


async def _tenancies(bed: Bed, own: OwnService) -> tuple[Act, Act, Act]:
    network = bed.network
    grids = network.grids_of(OFFICER)
    account = network.accounts[OFFICER]["account_id"]
    ring = load_keys(network.state / "secrets/rentals", "receipt-rentals")
    await own.command("load-premises", str(network.state / "demo/premises.jsonl"))
    seeded = [
        (row["premises_id"], row["grid"])
        for row in network.rows("premises")
        if row["grid"] in grids
    ]
    resolved = await _resolved(bed, grids[0])
    return (
        TenancyAct(seeded, account, ring, HALF_OF_THE_DAYS),
        TenancyAct(seeded, account, ring),
        TenancyAct([(each, grids[0]) for each in resolved], account, ring, resolved=resolved),
    )


async def _resolved(bed: Bed, grid: str) -> Resolved:
    """File premises, and let population have resolved a person for each tenancy to come."""
    officer = await bed.session(OFFICER)
    found: Resolved = {await file_premises(officer, grid): [] for _ in range(PLACES)}
    for premises in found:
        await resolve(officer, premises)
    once_a_round = 2 * bed.many(REPEAT, 10) + 2 * RATE * SECONDS
    each = round((bed.rounds + 1) * once_a_round / PLACES)
    rows = await bed.network.query("population", _RESOLVED, list(found), each)
    for place, receipt, person in rows:
        found[str(place)].append((receipt, person))
    return found


async def _layers(
    bed: Bed, title: str, prepare: Callable[[Bed, OwnService], Awaitable[tuple[Act, Act, Act]]]
) -> list[Figure]:
    enter = bed.stack.enter_async_context
    own = await enter(own_service(bed, {"report": "incidents", "tenancy": "rentals"}[title]))
    bare, alone, running = await prepare(bed, own)
    api_pid = await enter(own.serve("api"))
    empty = await enter(empty_server(EMPTY_APP))
    two = await enter(empty_server(EMPTY_PROXY, empty.url))
    pool = await enter(asyncpg.create_pool(own.database_url, min_size=WORKERS, max_size=WORKERS))
    connection = await own.connect()
    bed.stack.push_async_callback(connection.close)
    http, gateway = await bed.http(), await bed.session(OFFICER)
    bearer = bed.bearer(OFFICER, own.name)
    service_url = bed.network.url(own.name)
    sides: dict[str, Once] = {
        "an empty FastAPI route": partial(_post, http, empty.url, alone, {}),
        "two empty hops": partial(_post, http, two.url, alone, {}),
        "the bare transaction": partial(bare.bare, connection),
        "API alone": partial(_post, http, own.url + alone.path, alone, bearer),
        "service": partial(_post, http, service_url + running.path, running, bearer),
        "gateway": partial(_through, gateway, running),
    }
    taken = await bed.alternate({name: partial(_p50, bed, once) for name, once in sides.items()})
    tail = await bed.alternate({"service": partial(_p99, bed, sides["service"])}, warm_up=False)

    async def bare_from_pool() -> None:
        async with pool.acquire() as one:
            await bare.bare(one)

    postgres = bed.pids("postgres")
    cpu = await bed.alternate(
        {
            "empty": partial(_cpu, bed, sides["an empty FastAPI route"], {"server": empty.pid}),
            "bare": partial(_cpu, bed, bare_from_pool, {"client": os.getpid(), **postgres}),
            "API": partial(_cpu, bed, sides["API alone"], {"server": api_pid, **postgres}),
        }
    )
    return _told(bed, title, taken, tail["service"], cpu)


def _told(
    bed: Bed,
    title: str,
    taken: dict[str, list[float]],
    tail: list[float],
    cpu: dict[str, list[float]],
) -> list[Figure]:
    count = bed.rounds * bed.many(REPEAT, 10)
    both = zip(taken["an empty FastAPI route"], taken["the bare transaction"], strict=True)
    floor = [hop + commit for hop, commit in both]
    against = f"empty route and bare transaction, {median(floor):.2f} ms"
    bare_cpu = [a + b for a, b in zip(cpu["empty"], cpu["bare"], strict=True)]
    found = [
        plain(f"{title}: {name}, p50", taken[name], "ms", samples=count)
        for name in ("an empty FastAPI route", "two empty hops", "the bare transaction")
    ]
    for name, target in (("API alone", None), ("service", T2_P50), ("gateway", None)):
        found.append(
            judged(
                f"{title}: {name}, p50",
                "ms",
                taken[name],
                floor,
                against=against,
                samples=count,
                target=target,
            )
        )
    return [
        *found,
        judged(
            f"{title}: service, p99 at {RATE:.0f} a second",
            "ms",
            tail,
            floor,
            against=against,
            samples=round(bed.rounds * RATE * SECONDS),
            target=T2_P99,
        ),
        judged(
            f"{title}: processor time of API alone and PostgreSQL",
            "µs",
            cpu["API"],
            bare_cpu,
            against=f"empty route and bare transaction, {median(bare_cpu):.0f} µs",
            samples=bed.rounds * bed.many(BUSY, WORKERS),
            target=T1_CPU,
        ),
    ]


async def _post(http: aiohttp.ClientSession, url: str, act: Act, headers: dict[str, str]) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    async with http.post(url, json=act.body(), headers={**headers, **key}) as answer:
        text = await answer.text()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{act.path}: {answer.status} {text}")


async def _through(gateway: Session, act: Act) -> None:
    reply = await gateway.post(act.path, act.body())
    if reply.status != 201:
        raise RuntimeError(f"{act.path}: {reply.status} {reply.body}")


async def _p50(bed: Bed, once: Once) -> float:
    return median(await timed(once, bed.many(REPEAT, 10)))


async def _p99(bed: Bed, once: Once) -> float:
    async def due(moment: float) -> float:
        await once()
        return (time.perf_counter() - moment) * 1000

    return percentile(await at_rate(RATE, SECONDS * bed.scale, due), 0.99)


async def _cpu(bed: Bed, once: Once, pids: dict[str, int]) -> float:
    """Return the processor time of one, in microseconds, while several are under way."""
    many = bed.many(BUSY, WORKERS)
    before = usage(pids)
    await by_workers(many, WORKERS, once)
    return usage(pids).since(before).total / many * 1e6
