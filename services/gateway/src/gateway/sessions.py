"""Who is behind a cookie: sessions, held in memory for two seconds.

PostgreSQL decides. A session that ended elsewhere is dropped here at the hint of the process that
ended it, and without the hint after those two seconds.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from gateway.bus import SESSIONS, Bus
from gateway.roles import ROLES
from gateway.scopes import areas_of
from gateway.settings import Settings
from gateway.storage.feed import Desk
from gateway.storage.places import Places
from gateway.storage.sessions import SessionRow, SessionStore
from lianfang_common.clock import Clock
from lianfang_common.database import Database
from lianfang_common.principal import AreaRange, Principal

HELD_SECONDS = 2.0
_HELD_MAX = 4_096
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class Session:
    """A session as of a moment ago.

    Attributes:
        digest: identifies it; the cookie itself is nowhere kept.
        principal: whom the services are told of.
        row: the account and its office.
        tokens: service tokens made for it, with the moment after which they are not used.
    """

    digest: bytes
    principal: Principal
    row: SessionRow
    loaded_at: float
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def desks(self) -> tuple[Desk, ...]:
        """The desks at which the account sits."""
        return _desks_of(self.principal.role, self.principal.office)


class Sessions:
    """Begins, finds and ends sessions.

    Args:
        database: pool of the application role.
        clock: tells when sessions end.
        settings: their limits.
        bus: tells other processes of ended sessions.
    """

    def __init__(self, database: Database, clock: Clock, settings: Settings, bus: Bus) -> None:
        self._database = database
        self._clock = clock
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)
        self._bus = bus
        self._held: dict[bytes, Session] = {}
        self._looking: dict[bytes, asyncio.Task[Session | None]] = {}
        self._areas: dict[tuple[UUID | None, int | None, str], tuple[AreaRange, ...]] = {}
        self.on_end: Callable[[bytes | None], None] = lambda _digest: None
        """Told of each ended session, with None when any may have changed."""

    async def begin(self, account: UUID, previous: str | None) -> tuple[str, datetime]:
        """Begin a session under a new random id and end the browser's previous one.

        Returns:
            the cookie's value and when the session ends in any case.
        """
        value = secrets.token_urlsafe(32)
        now = self._clock.now()
        async with self._database.transaction() as connection:
            store = SessionStore(connection)
            if previous is not None:
                await store.end(_digest(previous))
            await store.begin(_digest(value), account, now, now + self._longest)
        if previous is not None:
            self._ended(_digest(previous))
        return value, now + self._longest

    async def find(self, cookie: str) -> Session | None:
        """Return the session of a cookie, or None if it is over, unknown or without an account."""
        return await self.again(_digest(cookie))

    async def again(self, digest: bytes) -> Session | None:
        """Return the session of a digest as of at most two seconds ago."""
        held = self._held.get(digest)
        if held is not None and monotonic() - held.loaded_at < HELD_SECONDS:
            return held if held.row.ends_at > self._clock.now() else None
        looking = self._looking.get(digest)
        if looking is None:
            looking = asyncio.create_task(self._look(digest))
            self._looking[digest] = looking
            looking.add_done_callback(lambda done: self._looked(digest, done))
        return await asyncio.shield(looking)

    async def desks_of(self, digests: Collection[bytes]) -> dict[bytes, set[Desk]]:
        """Return the desks of those sessions that go on; they count as in use."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            store = SessionStore(connection)
            rows = await store.find(digests, now, now - self._idle)
            unseen = [each for each, row in rows.items() if now - row.seen_at > _SEEN_EVERY]
            if unseen:
                await store.saw(unseen, now)
        known = {digest: row for digest, row in rows.items() if row.role in ROLES}
        return {digest: set(_desks_of(row.role, row.office)) for digest, row in known.items()}

    async def end(self, cookie: str) -> None:
        """End a session everywhere."""
        async with self._database.transaction() as connection:
            await SessionStore(connection).end(_digest(cookie))
        self._ended(_digest(cookie))

    def heard(self, text: str) -> None:
        """Take in what another process told about sessions."""
        self.forget(None if text == "all" else bytes.fromhex(text))

    def forget(self, digest: bytes | None) -> None:
        """Look again at one session, or at all of them, before using it again."""
        if digest is None:
            self._held.clear()
        else:
            self._held.pop(digest, None)
        # A look that is under way may have read the old state.
        for key in list(self._looking) if digest is None else [digest]:
            self._looking.pop(key, None)
        self.on_end(digest)

    def _ended(self, digest: bytes) -> None:
        self.forget(digest)
        self._bus.tell(SESSIONS, digest.hex())

    async def _look(self, digest: bytes) -> Session | None:
        now = self._clock.now()
        began = monotonic()
        async with self._database.transaction() as connection:
            store = SessionStore(connection)
            row = (await store.find([digest], now, now - self._idle)).get(digest)
            if row is None or row.role not in ROLES:
                self._held.pop(digest, None)
                return None
            if now - row.seen_at > _SEEN_EVERY:
                await store.saw([digest], now)
            areas = await self._areas_of(row, Places(connection))
        principal = Principal(row.account, row.role, row.office, areas)
        session = Session(digest, principal, row, began)
        before = self._held.get(digest)
        if before is not None and before.principal == principal:
            session.tokens = before.tokens
        if asyncio.current_task() is self._looking.get(digest):
            if len(self._held) >= _HELD_MAX:
                self._held.pop(next(iter(self._held)))
            self._held[digest] = session
        return session

    def _looked(self, digest: bytes, done: "asyncio.Task[Session | None]") -> None:
        if self._looking.get(digest) is done:
            del self._looking[digest]

    async def _areas_of(self, row: SessionRow, places: Places) -> tuple[AreaRange, ...]:
        known = (row.office, row.office_version, row.role)
        # Without an office the counties of the network count, which change without a version.
        if known not in self._areas or row.office_version is None:
            grids = [] if row.office is None else await places.grids_of(row.office)
            if len(self._areas) >= _HELD_MAX:
                self._areas.clear()
            self._areas[known] = areas_of(row.role, grids, await places.counties())
        return self._areas[known]


def _desks_of(role: str, office: UUID | None) -> tuple[Desk, ...]:
    return () if office is None or not ROLES[role].desk else (Desk(office, role),)


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
