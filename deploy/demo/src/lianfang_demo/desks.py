"""The desks of the district, each with its live view open: who hears what, and how soon."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from lianfang_demo.client import Session
from lianfang_demo.live import LiveView
from lianfang_demo.stack import Stack

HEARD_WITHIN_SECONDS = 12.0
SILENCE_SECONDS = 1.2  # notices of one act arrive within a tenth of it


@dataclass(frozen=True)
class Heard:
    """One notice as a desk got it.

    Attributes:
        at: moment of arrival, on the monotonic clock.
        name: event of the stream, such as `notice-raised`.
        facts: what the event tells.
    """

    at: float
    name: str
    facts: dict[str, Any]


@dataclass
class Desk:
    """One demo user with an open live view."""

    login: str
    account: dict[str, Any]
    session: Session
    heard: list[Heard] = field(default_factory=list)

    def name(self, language: str) -> str:
        """Return whose desk it is."""
        return str(self.account["name_en" if language == "en" else "name_zh"])

    def raised_since(self, moment: float) -> list[Heard]:
        """Return the notices that arrived since a moment."""
        return [one for one in self.heard if one.at >= moment and one.name == "notice-raised"]


class Desks:
    """All desks that the morning looks at.

    Args:
        stack: the running network.
        logins: whose desks.
        language: of the notices.
    """

    def __init__(self, stack: Stack, logins: Iterable[str], language: str) -> None:
        self._stack = stack
        self._logins = tuple(logins)
        self._language = language
        self._tasks: list[asyncio.Task[None]] = []
        self.all: dict[str, Desk] = {}

    async def __aenter__(self) -> Self:
        """Log everybody in and wait until every live view is open."""
        views = []
        for login in self._logins:
            desk = await self._open(login)
            view = LiveView(desk.session, None, self._language)
            self._tasks.append(asyncio.create_task(self._follow(desk, view)))
            views.append(view.connected.wait())
        await asyncio.wait_for(asyncio.gather(*views), 30)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for desk in self.all.values():
            await desk.session.http.close()

    def __getitem__(self, login: str) -> Desk:
        """Return one desk."""
        return self.all[login]

    async def wait_for(
        self, logins: Iterable[str], since: float, within: float = HEARD_WITHIN_SECONDS
    ) -> list[str]:
        """Wait until each of some desks has heard something, and then for the silence after it.

        Args:
            logins: whose desks.
            since: what was heard before this moment does not count.
            within: seconds until a desk is taken to have heard nothing.

        Returns:
            logins of those that heard nothing in time.
        """
        until = since + within
        waiting = list(logins)
        while waiting and time.monotonic() < until:
            await asyncio.sleep(0.02)
            waiting = [login for login in waiting if not self[login].raised_since(since)]
        await asyncio.sleep(SILENCE_SECONDS)
        return waiting

    async def _open(self, login: str) -> Desk:
        account = self._stack.account(login)
        session = Session(self._stack.gateway_url, self._language)
        self.all[login] = Desk(login, account, session)
        await session.login(login, account["password"])
        return self.all[login]

    async def _follow(self, desk: Desk, view: LiveView) -> None:
        async for event in view.follow():
            desk.heard.append(Heard(time.monotonic(), event.name, event.data or {}))
