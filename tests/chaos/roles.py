"""One role of a service goes alone, in a process of its own, while the others go on."""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

from evidence import SERVICES
from faults import Fault, stop
from killing import start
from network import Network
from programs import Running

_COMMON = ("api", "relay", "consumer", "watcher")
ROLES = {
    "population": (*_COMMON, "timers", "matcher", "sealer"),
    "rentals": _COMMON,
    "incidents": (*_COMMON, "timers", "sealer"),
    "notifications": (*_COMMON, "timers", "measure"),
    "gateway": (*_COMMON, "timers"),
}
_HOW = {signal.SIGKILL: "killed", signal.SIGSTOP: "frozen"}


@dataclass
class RoleAlone(Fault):
    """A service is split in two: one role, which is killed or frozen, and all others, which go on.

    Attributes:
        how: SIGKILL or SIGSTOP.
    """

    service: str
    role: str
    how: signal.Signals
    _alone: Running | None = field(default=None, init=False)
    _others: Running | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.role} of {self.service} {_HOW[self.how]} alone"

    async def begin(self, network: Network) -> None:
        """Start the two in the stead of the one, and take one of them away."""
        await stop(network, self.service)
        others = ",".join(role for role in ROLES[self.service] if role != self.role)
        self._alone = await self._begun(network, self.role)
        self._others = await self._begun(network, others)
        await asyncio.gather(self._alone.ready(), self._others.ready())
        self._alone.send(self.how)

    async def _begun(self, network: Network, roles: str) -> Running:
        # The same members of the consumer groups as before: nobody waits for a session to end.
        public = network.url(self.service).rpartition(":")[2]
        own = {"HTTP_PORT": public} if "api" in roles else {}
        return await Running.begin(network, self.service, roles, **own)

    async def end(self, network: Network) -> None:
        """Bring the role back."""
        if self._alone is None:
            return
        if self.how == signal.SIGKILL:
            await self._alone.end(self.how)
            self._alone = await self._begun(network, self.role)
        else:
            self._alone.send(signal.SIGCONT)
        await self._alone.ready()

    async def clear(self, network: Network) -> None:
        """Let the service run as one process again."""
        parts = [part for part in (self._alone, self._others) if part is not None]
        self._alone = self._others = None
        await asyncio.gather(*(part.end(signal.SIGTERM) for part in parts))
        await start(network, self.service)


def role_faults() -> Iterator[Fault]:
    """Yield each role of each service, killed and frozen."""
    for service in SERVICES:
        for role in ROLES[service]:
            for how in _HOW:
                yield RoleAlone(service, role, how)
