"""From a commit in the consumer to the streams: at once in this process, by Valkey in others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from gateway.bus import FEED, SESSIONS, Bus
from gateway.live import LiveHub
from gateway.sessions import Sessions
from gateway.storage.feed import Desk


class News:
    """Tells of desks with new lines and of changed rights.

    Args:
        bus: reaches the other processes.
    """

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self._hub: LiveHub | None = None
        self._sessions: Sessions | None = None

    @contextmanager
    def told(self, hub: LiveHub, sessions: Sessions) -> Iterator[None]:
        """Tell these parts of this process too, for as long as the context is open."""
        self._hub, self._sessions = hub, sessions
        try:
            yield
        finally:
            self._hub = self._sessions = None

    def of_lines(self, desks: Collection[Desk]) -> None:
        """Tell that desks have new lines, after their commit."""
        if self._hub is not None:
            self._hub.changed(desks)
        self.bus.tell(FEED, " ".join(f"{desk.office}/{desk.role}" for desk in desks))

    def of_rights(self) -> None:
        """Tell that accounts or offices changed, after their commit."""
        if self._sessions is not None:
            self._sessions.forget(None)
        self.bus.tell(SESSIONS, "all")

    @staticmethod
    def read(text: str) -> list[Desk]:
        """Return the desks that another process told of."""
        pairs = (part.partition("/") for part in text.split())
        return [Desk(UUID(office), role) for office, _, role in pairs]
