"""A client that keeps its own log: what it asked for, and whether it knows the outcome.

An answer that did not come leaves the outcome unknown; the client then asks again with the same
key until it knows. What was acknowledged is what the network may never lose.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import aiohttp
from network import Recorded

from lianfang_demo.client import Reply

Outcome = Literal["unknown", "acknowledged", "refused"]
PATIENCE_SECONDS = 120.0  # longer than a broker is built anew
_ANSWER_SECONDS = 6.0
_PAUSE_SECONDS = 0.1


@dataclass
class Command:
    """One command of one user.

    Attributes:
        route: method and path, as the services count a key's use.
        attempts: how often it was sent.
        status: of the last answer that told the outcome.
        answer: the body of that answer, for an acknowledged command.
    """

    login: str
    route: str
    key: str
    outcome: Outcome = "unknown"
    attempts: int = 0
    status: int = 0
    answer: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class CommandLog:
    """What all clients of a run asked for."""

    commands: list[Command] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever something is asked for; whoever waits for the next time clears it first."""

    def of(self, outcome: Outcome, route: str = "") -> list[Command]:
        """Return commands by outcome and by the beginning of their route."""
        return [c for c in self.commands if c.outcome == outcome and c.route.startswith(route)]

    def counts(self) -> str:
        """Say in one line how it went."""
        repeated = sum(command.attempts > 1 for command in self.commands)
        parts = [f"{len(self.of(o))} {o}" for o in ("acknowledged", "refused", "unknown")]
        return f"{', '.join(parts)}; {repeated} asked for more than once"


class Client:
    """One user who does not give up.

    Args:
        login: who it is.
        session: logged in.
        log: keeps every command.
    """

    def __init__(self, login: str, session: Recorded, log: CommandLog) -> None:
        self.login = login
        self._session = session
        self._log = log

    async def do(
        self, path: str, body: Any = None, *, if_match: str | None = None, key: str | None = None
    ) -> Reply:
        """Send a command until its outcome is known; return the answer.

        Raises:
            AssertionError: the outcome is unknown after two minutes.
        """
        command = Command(self.login, f"POST {path}", key or str(uuid4()))
        self._log.commands.append(command)
        reply = await self._known(
            lambda: self._session.post(path, body, key=command.key, if_match=if_match), command
        )
        done = reply.status < 300
        command.outcome = "acknowledged" if done else "refused"
        command.status, command.answer = reply.status, reply.body if done else {}
        return reply

    async def read(self, path: str, **query: str | int) -> Reply:
        """Read until somebody answers."""
        command = Command(self.login, f"GET {path}", "")
        return await self._known(lambda: self._session.get(path, **query), command)

    async def _known(self, ask: Any, command: Command) -> Reply:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            command.attempts += 1
            self._log.asked.set()
            seen: object
            try:
                reply: Reply = await asyncio.wait_for(ask(), _ANSWER_SECONDS)
                if not _leaves_unknown(reply):
                    return reply
                seen = reply.status
            except (aiohttp.ClientError, TimeoutError) as away:
                seen = type(away).__name__
            waiting = f"{command.route} by {command.login} is unknown; last: {seen}"
            assert time.monotonic() < end, waiting
            await asyncio.sleep(_PAUSE_SECONDS)


def _leaves_unknown(reply: Reply) -> bool:
    """Say whether an answer tells nothing of the command's outcome."""
    problem = reply.body.get("type", "") if isinstance(reply.body, dict) else ""
    return reply.status >= 500 or problem == "/problems/idempotency-key-in-flight"
