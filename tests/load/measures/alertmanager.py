"""Alerts routed with the processor time of one core, beside Alertmanager.

The service reads facts from Kafka, and routes, redacts, renders, seals and stores their notices
with deadlines and outbox rows, as in the measure `pipeline`; its time is that of its process,
PostgreSQL and Valkey. Alertmanager takes the same notices as alerts by its API, keeps them in
memory and finds the route of each, in a tree with a route for each office; its time is its own.
"""

from statistics import median

from bed import Bed
from cpu import usage
from figures import Figure, failed
from others import absent, other
from peers.alertmanager import alertmanager, alerts_of, bodies_of, route_all
from peers.facts import some_facts
from peers.programs import OURS, servers_of
from peers.throughput import one_round
from rounds import judged

PROGRAM = "prometheus-alertmanager"
FACTS, SEED = 5_000, 1
TARGET = 1.0  # T15
TITLE = "alerts routed a second and core"


async def measure(bed: Bed) -> list[Figure]:
    """Return the rate of the service, stored, beside Alertmanager's in memory."""
    program = await other(bed, PROGRAM, "--version")
    if program is None:
        return [failed(TITLE, absent(PROGRAM))]
    facts = bed.many(FACTS, 500)
    alerts = alerts_of(some_facts(facts, seed=SEED))
    bodies, http = bodies_of(alerts), await bed.http()
    servers = servers_of(bed.network.servers)

    async def stored() -> float:
        done = await one_round(servers, OURS, facts, seed=SEED)
        return len(alerts) / done.events * 1e6 / done.us_per_event()

    async def in_memory() -> float:
        async with alertmanager(program.path) as server:
            before = usage({"alertmanager": server.pid})
            await route_all(http, server.url, bodies, len(alerts))
            return len(alerts) / usage({"alertmanager": server.pid}).since(before).total

    sides = {"stored": stored, "in memory": in_memory}
    taken = await bed.alternate(sides, warm_up=False)
    memory = taken["in memory"]
    return [
        judged(
            TITLE, "/s", taken["stored"], memory,
            against=f"{program.name} in memory, {median(memory):,.0f} /s",
            samples=bed.rounds * len(alerts), target=TARGET, at_least=True,
        ),
    ]  # fmt: skip
