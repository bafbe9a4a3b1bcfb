"""The services' programs, run beside those that the launcher started, or in their place."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from journeys import until
from killing import start
from network import Network

from lianfang_edge.settings import ROLES
from lianfang_local.network import Network as LocalNetwork
from lianfang_local.processes import Processes, any_runs, port_is_free, started_at
from lianfang_local.profiles import open_profile
from lianfang_local.progress import Progress
from lianfang_local.servers import addresses

_READY_SECONDS = 60.0
_GONE_SECONDS = 60.0
_FURTHER_ROLES = {
    "population": ("matcher", "sealer"),
    "incidents": ("sealer",),
    "notifications": ("measure",),
}


def program(service: str) -> str:
    """Return the path of a service's program."""
    return str(Path(sys.executable).parent / service)


def settings_of(service: str) -> dict[str, str]:
    """Return the settings of a service of the test network."""
    profile = open_profile("test", port_is_free, any_runs)
    network = LocalNetwork(profile, Processes(profile.state), Progress(quiet=True))
    environment = network.members(addresses(profile)).environment(service)
    environment.pop(f"{service.upper()}_TRACE_FILE", None)  # the launcher's process writes it
    return environment


def roles_of(service: str) -> tuple[str, ...]:
    """Return all roles of a service."""
    return (*ROLES, "watcher", *_FURTHER_ROLES.get(service, ()))


async def gone(pid: int) -> None:
    """Wait until a process has ended."""

    async def ended() -> bool:
        return started_at(pid) is None

    await until(f"the end of process {pid}", ended, _GONE_SECONDS)


async def stop(network: Network, service: str) -> None:
    """Ask the launcher's process of a service to end, and wait until it has."""
    pid = network.pid(service)
    os.kill(pid, signal.SIGTERM)
    await gone(pid)


@dataclass(frozen=True)
class Own:
    """A process of a service that the launcher knows nothing of."""

    service: str
    process: asyncio.subprocess.Process
    port: int

    @classmethod
    async def run(
        cls,
        service: str,
        roles: Sequence[str],
        *,
        beside: bool,
        settings: Mapping[str, str] | None = None,
    ) -> "Own":
        """Start one, and wait until it is ready.

        Args:
            service: of which.
            roles: what it does.
            beside: on a port of its own, as another member of the consumer groups; else in the
                place of the launcher's, which does not run.
            settings: stand over those of the network, without the service's prefix.
        """
        prefix, environment = f"{service.upper()}_", settings_of(service)
        own = {"HTTP_PORT": str(_free_port()), "INSTANCE": "2"} if beside else {}
        given = own | dict(settings or {})
        environment |= {prefix + key: value for key, value in given.items()}
        process = await asyncio.create_subprocess_exec(
            program(service), "serve", "--role", ",".join(roles),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        started = cls(service, process, int(environment[f"{prefix}HTTP_PORT"]))
        await until(f"{service} {','.join(roles)}", started.ready, _READY_SECONDS)
        return started

    async def ready(self) -> bool:
        """Say whether it answers that it is ready."""
        assert self.process.returncode is None, f"{self.service} ended while starting"
        try:
            async with (
                aiohttp.ClientSession() as client,
                client.get(f"http://127.0.0.1:{self.port}/health/ready") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.process.returncode is None:
            self.process.send_signal(number)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it, even where it stands frozen; wait until it is gone."""
        self.send(signal.SIGCONT)
        self.send(number)
        await self.process.wait()


async def launch_again(network: Network, service: str, *instead: Own | None) -> None:
    """End what ran in the place of the launcher's process of a service, and start that again."""
    for own in instead:
        if own is not None:
            await own.end()
    await start(network, service)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
