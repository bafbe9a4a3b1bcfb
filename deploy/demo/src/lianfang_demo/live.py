"""The live view, followed over server-sent events and resumed where it broke off."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from lianfang_demo.client import Session

RETRY_SECONDS = 0.5


@dataclass
class LiveEvent:
    """One event of the stream; `id` resumes after it."""

    id: str = ""
    name: str = "message"
    data: Any = None


@dataclass
class LiveView:
    """Follows one user's live view and reconnects with `Last-Event-ID`.

    Args:
        session: the logged-in user.
        last_id: resume after this event; None begins with what is new.
        language: of titles and bodies; None gives both.
    """

    session: Session
    last_id: str | None = None
    language: str | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> AsyncIterator[LiveEvent]:
        """Yield events until the caller stops asking, across reconnects."""
        while True:
            try:
                async for event in self._once():
                    yield event
            except aiohttp.ClientResponseError as refused:
                if refused.status == 401:  # the session has ended; a person would log in again
                    await self.session.login_again()
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.connected.clear()
            await asyncio.sleep(RETRY_SECONDS)

    async def _once(self) -> AsyncIterator[LiveEvent]:
        headers = {"Accept": "text/event-stream"}
        if self.last_id is not None:
            headers["Last-Event-ID"] = self.last_id
        async with self.session.http.get(
            f"{self.session.base_url}/api/v1/gateway/live",
            params={"language": self.language} if self.language else {},
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        ) as answer:
            answer.raise_for_status()
            self.connected.set()
            event = LiveEvent()
            async for raw in answer.content:
                line = raw.decode().rstrip("\r\n")
                if line:
                    _take(event, line)
                    continue
                if event.id:
                    self.last_id = event.id
                if event.data is not None:
                    yield event
                event = LiveEvent()


def _take(event: LiveEvent, line: str) -> None:
    name, _, value = line.partition(":")
    value = value.removeprefix(" ")
    if name == "id":
        event.id = value
    elif name == "event":
        event.name = value
    elif name == "data":
        event.data = json.loads(value)
