"""An open live view, with everything it was told, in order."""

import asyncio
import contextlib
from typing import Any, Self

from journeys import until
from network import Recorded

from lianfang_demo.live import LiveEvent, LiveView


class Screen:
    """One user's live view; a screen that is opened again goes on after its last event.

    Args:
        session: the logged-in user.
        last_id: resume after this event; None begins with what is new.
    """

    def __init__(self, session: Recorded, last_id: str | None = None) -> None:
        self.events: list[LiveEvent] = []
        self._view = LiveView(session, last_id)
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def of(cls, session: Recorded, last_id: str | None = None) -> Self:
        """Open a screen and wait until it stands."""
        screen = cls(session, last_id)
        await screen.open()
        return screen

    async def open(self) -> None:
        """Connect, or connect again after `close`."""
        before = len(self.events)
        self._task = asyncio.create_task(self._follow())

        async def greeted() -> bool:
            return len(self.events) > before

        await until("the first event of a live view", greeted)

    async def close(self) -> None:
        """Break the connection off; what was seen is kept."""
        assert self._task
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def last_id(self) -> str:
        """The id that resumes after the last event."""
        assert self._view.last_id
        return self._view.last_id

    def named(self, *names: str) -> list[dict[str, Any]]:
        """Return what the events of some names told."""
        return [event.data for event in self.events if event.name in names]

    def notices(self) -> list[str]:
        """Return ids of the notices that were raised, in the order of the screen."""
        return [str(data["notice_id"]) for data in self.named("notice-raised")]

    def about(self, subject: str) -> list[dict[str, Any]]:
        """Return the raised notices about a subject."""
        return [data for data in self.named("notice-raised") if data["subject_id"] == subject]

    def numbers(self) -> list[int]:
        """Return the numbers of all lines that were told, in the order of the screen."""
        return [int(event.data["number"]) for event in self.events if "number" in event.data]

    async def sees(self, subject: str, seconds: float = 20.0) -> dict[str, Any]:
        """Wait for the notice about a subject."""

        async def seen() -> list[dict[str, Any]]:
            return self.about(subject)

        found = await until(f"a notice about {subject} on a live view", seen, seconds)
        return dict(found[0])

    async def _follow(self) -> None:
        async for event in self._view.follow():
            self.events.append(event)
