"""Faults with a second process of a service: it stands by, takes over, and is killed in turn."""

import signal
from dataclasses import dataclass, field

from faults import Fault
from killing import kill, start
from network import Network
from programs import Running


@dataclass
class TakenOver(Fault):
    """A second process with one role of a service starts, and the first one, with all, is killed.

    Both run at once for a moment at each end, so they contend for the lead or for the partitions.
    """

    service: str
    role: str
    _second: Running | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"a second {self.role} of {self.service} took over"

    async def begin(self, network: Network) -> None:
        """Start the second, and kill the first."""
        # Another member of the consumer groups, or each of the two would shut the other out.
        self._second = await Running.begin(network, self.service, self.role, INSTANCE="2")
        await self._second.ready()
        await kill(network, self.service)

    async def end(self, network: Network) -> None:
        """Start the first again, and kill the second."""
        await start(network, self.service)
        if self._second is not None:
            await self._second.end(signal.SIGKILL)
