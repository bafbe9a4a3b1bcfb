"""Faults with a second process of a service: it takes over, or does one role's work alone."""

import signal
from dataclasses import dataclass, field

from evidence import SERVICES
from faults import Fault
from killing import kill, start
from network import Network
from programs import Own, launch_again, roles_of, stop


@dataclass
class TakenOver:
    """A second process with one role of a service starts, and the first one, with all, is killed.

    Both run at once for a moment at each end, so they contend for the lead or for the partitions.
    """

    service: str
    role: str
    _second: Own | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"a second {self.role} of {self.service} took over"

    async def begin(self, network: Network) -> None:
        """Start the second, and kill the first."""
        self._second = await Own.run(self.service, [self.role], beside=True)
        await kill(network, self.service)

    async def end(self, network: Network) -> None:
        """Start the first again, and kill the second."""
        await start(network, self.service)
        if self._second is not None:
            await self._second.end(signal.SIGKILL)


@dataclass
class Alone:
    """One role of a service has a process of its own, and that one fails; the others go on.

    Attributes:
        how: SIGKILL, or SIGSTOP for a process that holds its connections and says nothing.
    """

    service: str
    role: str
    how: signal.Signals
    _rest: Own | None = field(default=None, init=False)
    _one: Own | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the table calls it."""
        done = "killed" if self.how is signal.SIGKILL else "frozen"
        return f"the {self.role} of {self.service} alone {done}"

    async def begin(self, network: Network) -> None:
        """Run the service as two processes, and let the one with the role fail."""
        await stop(network, self.service)
        others = [role for role in roles_of(self.service) if role != self.role]
        # The API stands where the gateway looks for it.
        self._rest = await Own.run(self.service, others, beside=self.role == "api")
        self._one = await Own.run(self.service, [self.role], beside=self.role != "api")
        self._one.send(self.how)

    async def end(self, network: Network) -> None:
        """Run the service as one process again."""
        await launch_again(network, self.service, self._one, self._rest)


def roles_alone() -> list[Fault]:
    """Return each role of each service, failing in either way."""
    return [
        Alone(service, role, how)
        for service in SERVICES
        for role in roles_of(service)
        for how in (signal.SIGKILL, signal.SIGSTOP)
    ]
