"""Faults with a second process of a service: it stands by, takes over, and is killed in turn."""

import asyncio
import socket
from dataclasses import dataclass, field

import aiohttp
from journeys import until
from killing import kill, start
from network import Network
from programs import program, settings_of

_READY_SECONDS = 30.0


@dataclass
class TakenOver:
    """A second process with one role of a service starts, and the first one, with all, is killed.

    Both run at once for a moment at each end, so they contend for the lead or for the partitions.
    """

    service: str
    role: str
    _second: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"a second {self.role} of {self.service} took over"

    async def begin(self, network: Network) -> None:
        """Start the second, and kill the first."""
        environment, port = _environment(self.service)
        self._second = await asyncio.create_subprocess_exec(
            program(self.service), "serve", "--role", self.role,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await until(f"a second {self.service}", lambda: _ready(port), _READY_SECONDS)
        await kill(network, self.service)

    async def end(self, network: Network) -> None:
        """Start the first again, and kill the second."""
        await start(network, self.service)
        if self._second is not None:
            self._second.kill()
            await self._second.wait()


def _environment(service: str) -> tuple[dict[str, str], int]:
    """Return the settings of another process of a service, and its own port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = settings_of(service)
    environment.pop(f"{service.upper()}_TRACE_FILE", None)
    # Another member of the consumer groups, or each of the two would shut the other out.
    own = {"HTTP_PORT": str(port), "INSTANCE": "2"}
    return environment | {f"{service.upper()}_{key}": value for key, value in own.items()}, port


async def _ready(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{port}/health/ready") as answer,
        ):
            return answer.status == 200
    except aiohttp.ClientError:
        return False
