"""A bad network between one service and one server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import get_args
from urllib.parse import urlsplit

from evidence import SERVICES
from faults import Fault, stop
from killing import start
from network import Network
from programs import rerouted, until_ready
from proxy import Proxy, Trouble

_SERVERS = ("postgres", "kafka", "valkey")
_READY_SECONDS = 30.0


@dataclass
class Between(Fault):
    """A service is started anew behind a proxy, which then gives trouble for a while."""

    service: str
    server: str
    trouble: Trouble
    random: Random
    _proxy: Proxy | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.service} to {self.server} {self.trouble}"

    async def begin(self, network: Network) -> None:
        """Let the service go through the proxy, and begin the trouble."""
        port = urlsplit(network.url(self.server)).port
        assert port is not None
        self._proxy = Proxy(port, self.random)
        await self._proxy.listen()
        await _restart(network, self.service, rerouted(self.service, {port: self._proxy.port}))
        assert self._proxy.passed, f"{self.service} does not go through the proxy"
        self._proxy.begin(self.trouble)

    async def end(self, network: Network) -> None:
        """End the trouble; the service is ready again by itself."""
        if self._proxy is None:
            return
        self._proxy.end()
        port = int(network.url(self.service).rpartition(":")[2])
        await until_ready(self.service, port, _READY_SECONDS)

    async def clear(self, network: Network) -> None:
        """Let the service go straight to the server again."""
        await _restart(network, self.service, {})
        if self._proxy is not None:
            await self._proxy.close()


async def _restart(network: Network, service: str, settings: dict[str, str]) -> None:
    await stop(network, service)
    await start(network, service, settings)


def network_faults(random: Random) -> Iterator[Fault]:
    """Yield each trouble between each service and each server."""
    for service in SERVICES:
        for server in _SERVERS:
            for trouble in get_args(Trouble):
                yield Between(service, server, trouble, random)
