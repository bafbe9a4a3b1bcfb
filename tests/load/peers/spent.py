"""CPU seconds of a measured program and of the servers that work for it."""

from pathlib import Path

import asyncpg
import redis
from cpu import Usage, tree, usage

from lianfang_common.testing.servers import Servers

LOOKING = "looking"
"""The measurement's own database backend; what it uses is taken from PostgreSQL's."""
Roots = dict[str, int]


async def roots_of(servers: Servers) -> Roots:
    """Find the servers' first processes on this machine."""
    connection = await asyncpg.connect(servers.postgres_url)
    postmaster = _parent(await connection.fetchval("select pg_backend_pid()"))
    await connection.close()
    client = redis.from_url(servers.valkey_url)
    valkey = int(client.info("server")["process_id"])
    client.close()
    port = int(servers.broker.bootstrap.rpartition(":")[2])
    return {"postgres": postmaster, "valkey": valkey, "kafka": _listener(port)}


def seconds(spent: Usage, side: str = "total") -> float:
    """Return CPU seconds of one side, or of all but the broker, which has a column of its own."""
    if side == "total":
        return sum(seconds(spent, each) for each in ("own", "postgres", "valkey"))
    if side == "own":
        return sum(used for name, used in spent.seconds.items() if name.startswith("own"))
    looking = spent.seconds.get(LOOKING, 0.0) if side == "postgres" else 0.0
    return spent.seconds[side] - looking


def look(own: list[int], roots: Roots, looking: int | None = None) -> Usage:
    """Look at all sides.

    Args:
        own: first processes of the measured program.
        roots: of the servers.
        looking: a database backend of the measurement itself.
    """
    named = {f"own {pid}": pid for pid in own}
    return usage({**named, **roots, **({LOOKING: looking} if looking else {})})


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _listener(port: int) -> int:
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for pid in tree(1):
        try:
            files = list((Path("/proc") / str(pid) / "fd").iterdir())
            if any(str(file.readlink()) in inodes for file in files):
                return pid
        except OSError:
            continue
    raise RuntimeError(f"nobody listens on port {port}")
