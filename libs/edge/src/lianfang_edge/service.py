"""What a service declares of itself, and what its parts are given to work with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from fastapi import FastAPI
from sqlalchemy import MetaData

from lianfang_common.clock import Clock, SystemClock
from lianfang_common.database import Database
from lianfang_common.events import Topic, topic_of
from lianfang_common.subscriptions import Subscription
from lianfang_common.timers import TimerHandler
from lianfang_common.unit import Unit
from lianfang_common.units import Units
from lianfang_common.wakeup import ValkeyPings, Wakeup
from lianfang_edge.execute import Executor
from lianfang_edge.fieldcrypto import KeyRing, load_keys
from lianfang_edge.health import Health
from lianfang_edge.pagination import Cursors
from lianfang_edge.settings import ServiceSettings
from lianfang_edge.tokens import TokenVerifier

U = TypeVar("U")


@dataclass(frozen=True, kw_only=True)
class Service(Generic[U]):
    """A service: its parts, and nothing that runs yet."""

    name: str
    """Also the prefix of its topics and database roles, and the audience of its tokens."""
    settings: ServiceSettings
    metadata: MetaData
    migrations: Path
    """Folder of the Alembic scripts."""
    open_unit: Callable[[Unit], U]
    """Wraps the kernel's unit in the service's unit of work."""
    build_api: Callable[["Runtime[U]"], FastAPI]
    topics: Sequence[Topic] = ()
    """What it publishes."""
    subscriptions: Sequence[Subscription] = ()
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    """Handlers of deadlines, by kind."""
    restricted_timers: Sequence[str] = ()
    """Kinds of deadlines that no count may show, since only restricted topics tell of them."""
    restricted_routes: tuple[str, ...] = ()
    """How the paths begin whose requests no count, span or log line may show; see `create_api`."""
    extra_roles: Mapping[str, Callable[["Runtime[U]"], Awaitable[None]]] = field(
        default_factory=dict
    )
    """Loops of its own, by role; each runs until `runtime.closing` is set."""
    commands: Mapping[str, Callable[["Runtime[U]", list[str]], Awaitable[None]]] = field(
        default_factory=dict
    )
    """Commands of its own, run as the system role with the rest of the command line."""
    republish: Mapping[str, Callable[["Runtime[U]"], Awaitable[int]]] = field(default_factory=dict)
    """States every aggregate of a kind anew, through the outbox; returns how many."""

    @property
    def hidden_reads(self) -> list[str]:
        """Topics that it reads and no count may show."""
        hidden = [each for each in self.subscriptions if each.restricted or not each.counted]
        return sorted({topic_of(each.type) for each in hidden})

    @property
    def hidden_topics(self) -> list[str]:
        """Topics that it writes and no count may show: its own, and dead letters of those read."""
        own = [each.name for each in self.topics if each.restricted or not each.counted]
        return own + [f"{self.name}.{topic}.dlq" for topic in self.hidden_reads]


class Runtime(Generic[U]):
    """What the parts of a running service share; opened when first used.

    Args:
        service: what is run.
        clock: the machine's, but in tests.
        local: wake-ups of the roles that run in this process; the others are pinged.
        system_allowed: the API's runtime has no way to the system role's pool.
    """

    def __init__(
        self,
        service: Service[U],
        *,
        clock: Clock | None = None,
        local: Mapping[str, Wakeup] | None = None,
        system_allowed: bool = True,
    ) -> None:
        self.service = service
        self.settings = service.settings
        self.clock: Clock = clock or SystemClock()
        self.health = Health()
        self.closing = asyncio.Event()
        """Set when the process is about to end: streams and loops then finish."""
        self._local = dict(local or {})
        self._system_allowed = system_allowed
        self._opened: list[Database] = []
        url = service.settings.valkey_url
        self._pings = ValkeyPings(url.get_secret_value(), service.name) if url else None

    def for_api(self) -> "Runtime[U]":
        """Return a runtime of the same process without the system role's pool."""
        web = Runtime(self.service, clock=self.clock, local=self._local, system_allowed=False)
        web.health, web.closing = self.health, self.closing
        web._opened, web._pings = self._opened, self._pings
        return web

    @cached_property
    def database(self) -> Database:
        """The pool of the application role, under row-level security."""
        postgres = self.settings.postgres
        return self._open(postgres.app_url.get_secret_value(), postgres.app_pool)

    @cached_property
    def system(self) -> Database:
        """The pool of the system role.

        Raises:
            PermissionError: asked for by the API.
        """
        if not self._system_allowed:
            raise PermissionError("the API has no way to the system role")
        postgres = self.settings.postgres
        return self._open(postgres.system_url.get_secret_value(), postgres.system_pool)

    def _open(self, url: str, size: int) -> Database:
        timeout = self.settings.postgres.statement_timeout_ms
        database = Database(url, pool_size=size, statement_timeout_ms=timeout)
        self._opened.append(database)
        return database

    @cached_property
    def executor(self) -> Executor[U]:
        """Runs use cases for requests, as the application role."""
        digest_key = self.keys("digest").key
        return Executor(self.database, self.service.open_unit, self.clock, self.wake, digest_key)

    def units(self, database: Database | None = None) -> Units[U]:
        """Return what opens units of work that no caller asked for.

        Args:
            database: another role's pool; None takes the system role's.
        """
        return Units(database or self.system, self.service.open_unit, self.clock, self.wake)

    @asynccontextmanager
    async def unit(self, database: Database | None = None) -> AsyncIterator[U]:
        """Open a unit of work, flushed and committed at the end; who has work of it is woken."""
        async with self.units(database).open() as (_, uow):
            yield uow

    @cached_property
    def verifier(self) -> TokenVerifier:
        """Tells who calls."""
        settings = self.settings
        return TokenVerifier(
            self.service.name, settings.jwks_file, self.clock, settings.token_issuer
        )

    @cached_property
    def cursors(self) -> Cursors:
        """Writes and reads the cursors of lists."""
        return Cursors(self.keys("cursor").key)

    def keys(self, name: str) -> KeyRing:
        """Read `<secrets>/<name>.key`."""
        return load_keys(self.settings.secrets_dir, name)

    def wake(self, role: str) -> None:
        """Wake a role, in this process or in another."""
        wakeup = self._local.get(role)
        if wakeup is not None:
            wakeup.set()
        if self._pings is not None and (wakeup is None or wakeup.stands_by):
            self._pings.ping(role)

    async def listen(self, heard: Mapping[str, Callable[[], None]]) -> None:
        """Call `heard[role]` for each ping of the service's other processes."""
        if self._pings is not None:
            await self._pings.listen(heard)

    async def ping(self) -> None:
        """Raise if a database role in use is not let in."""
        for database in self._opened:
            await database.ping()

    async def close(self) -> None:
        """Close every pool that was opened."""
        for database in self._opened:
            await database.dispose()
        if self._pings is not None:
            await self._pings.close()
