"""The services' programs, to be run beside those that the launcher started, or in their stead."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from journeys import until
from network import Network

from lianfang_local.network import Network as Launched
from lianfang_local.processes import Processes, any_runs, port_is_free
from lianfang_local.profiles import open_profile
from lianfang_local.progress import Progress
from lianfang_local.servers import addresses

_READY_SECONDS = 120.0
_END_SECONDS = 20.0


def program(service: str) -> str:
    """Return the path of a service's program."""
    return str(Path(sys.executable).parent / service)


def settings_of(service: str) -> dict[str, str]:
    """Return the settings of a service of the test network."""
    profile = open_profile("test", port_is_free, any_runs)
    network = Launched(profile, Processes(profile.state), Progress(quiet=True))
    return network.members(addresses(profile)).environment(service)


async def run_command(service: str, *arguments: str) -> tuple[int, str]:
    """Run a command of a service to its end; return its status and the end of what it said."""
    process = await asyncio.create_subprocess_exec(
        program(service), *arguments,
        env=settings_of(service),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()[-500:]


@dataclass(frozen=True)
class Running:
    """Some roles of a service in a process of their own."""

    process: asyncio.subprocess.Process
    roles: str
    port: int

    @classmethod
    async def begin(cls, network: Network, service: str, roles: str, **own: str) -> "Running":
        """Start it.

        Args:
            network: its log goes there.
            service: whose roles.
            roles: which, with commas.
            own: settings that differ from those of the whole service; its port is a free one.
        """
        prefix, port = f"{service.upper()}_", int(own.get("HTTP_PORT") or _a_free_port())
        environment = settings_of(service)
        environment.pop(f"{prefix}TRACE_FILE", None)  # one process writes it
        own = {**own, "HTTP_PORT": str(port)}
        environment |= {f"{prefix}{name}": value for name, value in own.items()}
        with (network.state / f"logs/{service}-of-roles.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                program(service), "serve", "--role", roles,
                env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        return cls(process, roles, port)

    async def ready(self) -> None:
        """Wait until it says that it is ready."""
        await until_ready(f"{self.roles} in a process", self.port, _READY_SECONDS)

    def send(self, how: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)

    async def end(self, how: signal.Signals) -> None:
        """End it by a signal, and wait until it is gone."""
        self.send(how)
        self.send(signal.SIGCONT)
        try:
            await asyncio.wait_for(self.process.wait(), _END_SECONDS)
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.process.wait()


def _a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_ready(who: str, port: int, seconds: float) -> None:
    """Return once a process answers that it is ready.

    Raises:
        AssertionError: it did not in time; says which of its checks failed.
    """
    checks: object = "no answer"

    async def look() -> bool:
        nonlocal checks
        try:
            async with (
                # Longer than the process waits for its own checks.
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as client,
                client.get(f"http://127.0.0.1:{port}/health/ready") as answer,
            ):
                checks = (await answer.json())["checks"]
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError) as away:
            checks = type(away).__name__
            return False

    try:
        await until(f"{who} ready", look, seconds)
    except AssertionError as late:
        raise AssertionError(f"{late}: {checks}") from late


def rerouted(service: str, ports: Mapping[int, int]) -> dict[str, str]:
    """Return the settings of a service that name some ports of this machine, with others there."""
    found = {}
    for name, value in settings_of(service).items():
        for port, other in ports.items():
            changed = value.replace(f"127.0.0.1:{port}", f"127.0.0.1:{other}")
            if changed != value:
                found[name] = changed
    return found
