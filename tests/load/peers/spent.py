"""CPU seconds of the processes on both sides, out of /proc."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import redis

from lianfang_common.testing.servers import Servers

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Roots:
    """First processes of the servers."""

    postgres: int
    valkey: int
    kafka: int


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds so far."""

    own: float
    postgres: float
    valkey: float
    kafka: float

    def since(self, earlier: "Cpu") -> "Cpu":
        """Return what was spent since an earlier look."""
        return Cpu(*(getattr(self, name) - getattr(earlier, name) for name in self.__slots__))

    @property
    def total(self) -> float:
        """Everything but the broker, which has a column of its own."""
        return self.own + self.postgres + self.valkey


async def roots_of(servers: Servers) -> Roots:
    """Find the servers' first processes on this machine."""
    connection = await asyncpg.connect(servers.postgres_url)
    postmaster = _stat(await connection.fetchval("select pg_backend_pid()"))[0]
    await connection.close()
    client = redis.from_url(servers.valkey_url)
    valkey = int(client.info("server")["process_id"])
    client.close()
    port = int(servers.broker.bootstrap.rpartition(":")[2])
    return Roots(postmaster, valkey, _listener(port))


def cpu_now(own: list[int], roots: Roots, but: int | None = None) -> Cpu:
    """Look at all sides.

    Args:
        own: first processes of the measured program.
        roots: of the servers.
        but: a database backend of the measurement itself, left out.
    """
    children: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent, spent = _stat(int(entry.name))
            except OSError:
                continue
            children[parent].append(int(entry.name))
            ticks[int(entry.name)] = spent

    def tree(root: int) -> int:
        return ticks.get(root, 0) + sum(tree(child) for child in children[root])

    postgres = tree(roots.postgres) - (ticks.get(but, 0) if but else 0)
    sides = (sum(map(tree, own)), postgres, tree(roots.valkey), tree(roots.kafka))
    return Cpu(*(side / _TICK for side in sides))


def _stat(pid: int) -> tuple[int, int]:
    """Return a process's parent, and its ticks with those of its ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), sum(map(int, fields[11:15]))


def _listener(port: int) -> int:
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if any(str(file.readlink()) in inodes for file in (entry / "fd").iterdir()):
                return int(entry.name)
        except OSError:
            continue
    raise RuntimeError(f"nobody listens on port {port}")
