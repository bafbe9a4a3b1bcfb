"""Keeps open streams open, and asks again and again whether they may be.

Each stream has its turn every `heartbeat_seconds`, in case no hint of an end arrived. The sessions
of all that have it are one look at PostgreSQL, however many streams there are.
"""

import asyncio
import random
from datetime import timedelta

from gateway.live import LiveClient, LiveHub
from gateway.sessions import Sessions
from gateway.settings import LiveSettings
from lianfang_common.telemetry import failure_facts, get_logger
from lianfang_common.wakeup import Backoff, Wakeup

_log = get_logger()
_TURNS = 15  # in the time of one heartbeat
_SPREAD = 0.1  # streams that began together do not come back together


class Heartbeats:
    """Looks after the streams of one process.

    Args:
        hub: has the streams.
        sessions: knows which of them may go on.
        settings: heartbeat and length of a stream.
    """

    def __init__(self, hub: LiveHub, sessions: Sessions, settings: LiveSettings) -> None:
        self._hub = hub
        self._sessions = sessions
        self._every = settings.heartbeat_seconds
        self._longest = settings.stream_seconds
        self._times: dict[LiveClient, tuple[float, float]] = {}
        """When a stream has its next turn, and when it is over."""
        self._doubted = False
        self._wakeup = Wakeup()
        hub.on_doubt = self.doubt

    def doubt(self) -> None:
        """Ask for all streams at once."""
        self._doubted = True
        self._wakeup.set()

    async def run(self) -> None:
        """Give each stream its turn until cancelled."""
        turn, backoff = timedelta(seconds=self._every / _TURNS), Backoff()
        while True:
            await self._wakeup.wait(turn)
            try:
                await self._ask(self._due())
                backoff.reset()
            except Exception as failure:  # whatever it was, streams must not go on unasked
                _log.warning("live.unasked", attempt=backoff.attempt, **failure_facts(failure))
                await backoff.wait()
                self.doubt()

    def _due(self) -> list[LiveClient]:
        now = asyncio.get_running_loop().time()
        all_of_them, self._doubted = self._doubted, False
        times, due = {}, []
        for client in self._hub.streams:
            if client.closed:
                continue
            next_at, over_at = self._times.get(client) or self._begun(now)
            if now >= over_at:
                client.close()
                continue
            if all_of_them or now >= next_at:
                due.append(client)
                next_at = now + self._every
            times[client] = next_at, over_at
        self._times = times
        return due

    def _begun(self, now: float) -> tuple[float, float]:
        length = self._longest * (1 - _SPREAD * random.random())  # noqa: S311 - a wait
        return now + self._every, now + length

    async def _ask(self, due: list[LiveClient]) -> None:
        if not due:
            return
        desks = await self._sessions.desks_of({client.digest for client in due})
        for client in due:
            if desks.get(client.digest) == set(client.positions):
                client.beat()
            else:
                client.close()
