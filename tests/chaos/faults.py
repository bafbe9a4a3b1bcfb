"""Faults that a run draws by seed: each begins, lasts a while, and ends."""

import asyncio
import contextlib
import os
import signal
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evidence import SERVICES
from journeys import until
from killing import kill, launcher, start
from lag import CAUGHT_UP_SECONDS
from network import Network
from redis.asyncio import Redis

from lianfang_local.processes import started_at

_GONE_SECONDS = 60.0
_STOPPED_SECONDS = 60.0
_CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where backend_type = 'client backend' and usename <> current_user"""

_REFUSED = ("outbox", "inbox")
_REFUSING = """
create or replace function no_room_left() returns trigger language plpgsql as $$
begin raise exception using errcode = 'disk_full'; end $$"""
_REFUSE = """
create or replace trigger no_room_left before insert on {table}
for each statement execute function no_room_left()"""


class Fault(ABC):
    """One thing that goes wrong, and is put right again.

    Attributes:
        passes_within: seconds after its end in which all that was committed reaches everyone.
    """

    passes_within: ClassVar[float] = CAUGHT_UP_SECONDS

    @property
    @abstractmethod
    def name(self) -> str:
        """What the table calls it."""

    @abstractmethod
    async def begin(self, network: Network) -> None:
        """Let it go wrong."""

    async def end(self, network: Network) -> None:  # noqa: B027 - most have nothing to put right
        """Put it right; return when whoever was gone is ready again."""

    async def clear(self, network: Network) -> None:  # noqa: B027 - likewise
        """Take away what the fault needed, once nothing is behind any more."""


async def gone(pid: int) -> None:
    """Wait until a process has ended."""

    async def ended() -> bool:
        return started_at(pid) is None

    await until(f"the end of process {pid}", ended, _GONE_SECONDS)


async def stop(network: Network, service: str) -> None:
    """Ask a service to end, and wait until it has."""
    pid = network.pid(service)
    os.kill(pid, signal.SIGTERM)
    await gone(pid)


@dataclass(frozen=True)
class ServiceKilled(Fault):
    """SIGKILL of a service with all its roles."""

    service: str

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.service} killed"

    async def begin(self, network: Network) -> None:
        """End it."""
        await kill(network, self.service)

    async def end(self, network: Network) -> None:
        """Start it again."""
        await start(network, self.service)


class RollingRestart(Fault):
    """Each service is asked to end and started again, one after the other."""

    name = "every service restarted in turn"

    async def begin(self, network: Network) -> None:
        """Restart them."""
        for service in SERVICES:
            await stop(network, service)
            await start(network, service)


@dataclass(frozen=True)
class Frozen(Fault):
    """SIGSTOP of a service or a server: it holds its connections and says nothing."""

    process: str

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.process} frozen"

    async def begin(self, network: Network) -> None:
        """Stop it where it stands, and what it started."""
        _signal(network.pid(self.process), signal.SIGSTOP)

    async def end(self, network: Network) -> None:
        """Let it go on."""
        _signal(network.pid(self.process), signal.SIGCONT)


def _signal(pid: int, how: signal.Signals) -> None:
    """Signal a process, which is stopped first so that it starts no more, and then its children."""
    os.kill(pid, how)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        # One that had ended before is gone as soon as its parent goes on.
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), how)


@dataclass(frozen=True)
class ServerEnded(Fault):
    """A server that ends by a signal and is started again on the same data.

    Attributes:
        how: SIGKILL for a power cut; PostgreSQL takes SIGQUIT for an immediate shutdown.
    """

    server: str
    how: signal.Signals

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.server} ended by {self.how.name}"

    async def begin(self, network: Network) -> None:
        """End it."""
        pid = network.pid(self.server)
        os.kill(pid, self.how)
        await gone(pid)

    async def end(self, network: Network) -> None:
        """Start it again."""
        await launcher("servers")


class ConnectionsCut(Fault):
    """Every connection of every service to PostgreSQL is cut at once."""

    name = "connections to postgres cut"

    async def begin(self, network: Network) -> None:
        """Cut them."""
        await network.query("population", _CUT)


class Nothing(Fault):
    """Nothing goes wrong: how long the run takes to see that nothing is behind."""

    name = "(nothing)"

    async def begin(self, network: Network) -> None:
        """Let everything be."""


class ValkeyFlushed(Fault):
    """Everything in Valkey is forgotten."""

    name = "valkey flushed"

    async def begin(self, network: Network) -> None:
        """Forget it."""
        async with Redis.from_url(network.servers["valkey_url"]) as client:
            await client.flushall()


class NoRoomLeft(Fault):
    """PostgreSQL refuses every new fact and claim in the words of a disk that is full."""

    name = "postgres has no room left"

    async def begin(self, network: Network) -> None:
        """Let every service's database refuse."""
        for service in SERVICES:
            await network.query(service, _REFUSING)
            for table in _REFUSED:
                await network.query(service, _REFUSE.format(table=table))

    async def end(self, network: Network) -> None:
        """Make room."""
        for service in SERVICES:
            await network.query(service, "drop function if exists no_room_left cascade")


class BrokerStopped(Fault):
    """The broker is away for a minute: longer than any session, delivery or request waits."""

    name = "kafka stopped for 60 s"

    async def begin(self, network: Network) -> None:
        """Stop it, and let the minute pass."""
        pid = network.pid("kafka")
        os.kill(pid, signal.SIGTERM)
        await gone(pid)
        await asyncio.sleep(_STOPPED_SECONDS)

    async def end(self, network: Network) -> None:
        """Start it again."""
        await launcher("servers")


def process_faults() -> list[Fault]:
    """Return what befalls services and servers."""
    return [
        Nothing(),
        *(ServiceKilled(service) for service in SERVICES),
        *(Frozen(process) for process in (*SERVICES, "kafka", "postgres", "valkey")),
        RollingRestart(),
        ServerEnded("kafka", signal.SIGTERM),
        ServerEnded("kafka", signal.SIGKILL),
        ServerEnded("postgres", signal.SIGQUIT),
        ServerEnded("valkey", signal.SIGKILL),
        ConnectionsCut(),
        ValkeyFlushed(),
        NoRoomLeft(),
    ]
