"""Faults of the line between one service and one server."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from evidence import SERVICES
from faults import Fault
from network import Network
from programs import Own, launch_again, roles_of, settings_of, stop
from proxy import Line, Proxy

_SETTINGS = {
    "postgres": ("POSTGRES__APP_URL", "POSTGRES__SYSTEM_URL", "MATCHER_URL"),
    "kafka": ("KAFKA__BOOTSTRAP",),
    "valkey": ("VALKEY_URL",),
}


@dataclass
class BadLine:
    """A service reaches one server by a line that is slow, torn in the middle of answers, or cut.

    The service runs over the line before it goes bad.
    """

    service: str
    server: str
    line: Line
    _proxy: Proxy | None = field(default=None, init=False)
    _own: Own | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.line.value} line from {self.service} to {self.server}"

    async def begin(self, network: Network) -> None:
        """Run the service behind a proxy, and let that go bad."""
        given = settings_of(self.service)
        over = {
            key: given[f"{self.service.upper()}_{key}"]
            for key in _SETTINGS[self.server]
            if f"{self.service.upper()}_{key}" in given
        }
        port = urlsplit(f"//{next(iter(over.values())).rpartition('//')[2]}").port
        assert port is not None, f"no port in the address of {self.server}"
        self._proxy = await Proxy(port).__aenter__()
        settings = {key: _through(address, self._proxy.port) for key, address in over.items()}
        await stop(network, self.service)
        self._own = await Own.run(
            self.service, roles_of(self.service), beside=False, settings=settings
        )
        await self._proxy.become(self.line)

    async def end(self, network: Network) -> None:
        """Make the line good again, and give the service its own."""
        if self._proxy is not None:
            await self._proxy.become(Line.GOOD)
        await launch_again(network, self.service, self._own)
        if self._proxy is not None:
            await self._proxy.__aexit__(None, None, None)


def bad_lines() -> list[Fault]:
    """Return every bad line of each service to each server that it uses."""
    return [
        BadLine(service, server, line)
        for service in SERVICES
        for server in _SETTINGS
        for line in (Line.SLOW, Line.TORN, Line.CUT)
    ]


def _through(address: str, port: int) -> str:
    if "//" not in address:
        return f"127.0.0.1:{port}"
    parts = urlsplit(address)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{port}"))
