"""Ends services as a power cut would, at moments that a seed decides, and starts them again."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from network import Network

from lianfang_local.processes import Processes

_BUSY_WITHIN_SECONDS = 30.0
_UNDER_WAY_SECONDS = 0.06  # from a request to its notice on a live view
_LAUNCHER = str(Path(sys.executable).parent / "lianfang-local")


async def launcher(*arguments: str, settings: Mapping[str, str] | None = None) -> None:
    """Run one command of the launcher on the test network.

    Args:
        arguments: of the command.
        settings: of services, over their usual ones.

    Raises:
        AssertionError: it failed; says how.
    """
    process = await asyncio.create_subprocess_exec(
        _LAUNCHER,
        "--quiet",
        *arguments,
        "--profile",
        "test",
        env={**os.environ, **(settings or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, f"lianfang-local {' '.join(arguments)}: {said.decode()}"


async def kill(network: Network, service: str) -> int:
    """End a service with SIGKILL, from outside; return the number of the process that was."""
    pid = network.pid(service)
    # Waits until it is gone, and forgets its record, as `lianfang-local kill` does.
    await asyncio.to_thread(Processes(network.state).stop, service, how=signal.SIGKILL)
    return pid


async def start(network: Network, service: str, settings: Mapping[str, str] | None = None) -> None:
    """Start a service, with some settings over its usual ones, and wait until it is ready."""
    await launcher("start", service, settings=settings)
    assert network.pid(service)


class Killer:
    """Kills each of some services once a round, in an order and at moments that a seed decides.

    Args:
        network: where they run.
        random: decides.
        services: which.
        busy: set when somebody asks for something: most is under way just after it.
    """

    def __init__(
        self, network: Network, random: Random, services: Sequence[str], busy: asyncio.Event
    ) -> None:
        self._network = network
        self._random = random
        self._services = list(services)
        self._busy = busy
        self.story: list[str] = []
        """What was done when, for the report of a failure."""

    async def rounds(self, number: int) -> None:
        """Kill and start; whatever happens, every service runs at the end."""
        begun = time.monotonic()
        try:
            for _ in range(number):
                self._random.shuffle(self._services)
                for service in self._services:
                    await self._a_moment()
                    moment = time.monotonic() - begun
                    pid = await kill(self._network, service)
                    self.story.append(f"{moment:5.1f} s: {service} ({pid}) killed")
                    await asyncio.sleep(self._random.uniform(0.0, 0.7))
                    await start(self._network, service)
                    self.story.append(f"{time.monotonic() - begun:5.1f} s: {service} ready")
        finally:
            await start_all(self._network, self._services)

    async def _a_moment(self) -> None:
        """Wait for a while, and then for the middle of somebody's command."""
        await asyncio.sleep(self._random.uniform(0.3, 1.2))
        self._busy.clear()
        await asyncio.wait_for(self._busy.wait(), _BUSY_WITHIN_SECONDS)
        await asyncio.sleep(self._random.uniform(0.0, _UNDER_WAY_SECONDS))


async def start_all(network: Network, services: Sequence[str]) -> None:
    """Start whatever of some services does not run."""
    for service in services:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            os.kill(network.pid(service), 0)
            continue
        await launcher("start", service)
