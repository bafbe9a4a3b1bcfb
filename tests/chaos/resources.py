"""What the services hold after a round of faults, and whether it has come back to where it was."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from cpu import resident_mb
from evidence import SERVICES
from network import Network

_OPEN = """
select count(*) filter (where usename <> current_user) as connections,
    count(*) filter (where state like 'idle in transaction%'
        and state_change < clock_timestamp() - interval '10 seconds') as stuck
from pg_stat_activity where datname = current_database()"""
# A service that was just started holds less than one that has served for a round; pools and the
# broker's connections fill as they are needed; the memory of two password hashes (38 MB) stays with
# the gateway after its first logins. What grows with every round passes these soon.
_MORE_MB, _MORE_DESCRIPTORS, _MORE_CONNECTIONS = 60, 40, 12


@dataclass(frozen=True)
class Held:
    """What one service holds while nobody asks for anything.

    Attributes:
        memory: resident, in MB.
        descriptors: open files and sockets.
        connections: to its database.
        stuck: transactions that have waited for their next statement for ten seconds.
    """

    memory: float
    descriptors: int
    connections: int
    stuck: int


async def held(network: Network) -> dict[str, Held]:
    """Return what each service holds now."""
    found = await asyncio.gather(*(_held(network, service) for service in SERVICES))
    return dict(zip(SERVICES, found, strict=True))


async def _held(network: Network, service: str) -> Held:
    (row,) = await network.query(service, _OPEN)
    pid = network.pid(service)
    descriptors = Path("/proc") / str(pid) / "fd"
    return Held(
        memory=resident_mb(pid),
        descriptors=len(list(descriptors.iterdir())),
        connections=row["connections"],
        stuck=row["stuck"],
    )


def not_given_back(first: dict[str, Held], now: dict[str, Held]) -> list[str]:
    """Return a line for each thing that a service holds more of than after the first round."""
    broken = []
    for service, then in first.items():
        here = now[service]
        more = {
            "MB of memory": (then.memory + _MORE_MB, here.memory),
            "open descriptors": (then.descriptors + _MORE_DESCRIPTORS, here.descriptors),
            "connections": (then.connections + _MORE_CONNECTIONS, here.connections),
            "stuck transactions": (0, here.stuck),
        }
        broken += [
            f"{service} holds {has:.0f} {what}, at most {most:.0f} were due"
            for what, (most, has) in more.items()
            if has > most
        ]
    return broken
