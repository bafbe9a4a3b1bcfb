"""One real database for the suite, migrated as the owner, and the application on top of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from incidents_builders import GRID, LIMITS, OTHER_GRID, a_caller
from incidents_client import Client, KnownCallers

from incidents.api.app import build_app
from incidents.main import MIGRATIONS
from incidents.storage.unit_of_work import IncidentsUnit
from lianfang_common.database import Database, driver_of
from lianfang_common.ids import new_id
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.servers import TestDatabase, fresh_database
from lianfang_common.testing.servers import servers as servers
from lianfang_common.unit import Unit
from lianfang_common.units import Units
from lianfang_edge.execute import Executor
from lianfang_edge.fieldcrypto import FieldCipher, KeyRing
from lianfang_edge.migrate import upgrade
from lianfang_edge.pagination import Cursors

KEPT_TABLES = (
    "incidents, reports, areas, premises, disclosures, audit_seals,"
    " outbox, inbox, timer, idempotency"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the test servers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
async def database(servers: Any) -> AsyncIterator[TestDatabase]:
    """A database that nobody else uses, at the newest revision."""
    async with fresh_database(servers, "incidents") as made:
        upgrade(MIGRATIONS, made.owner_url)
        yield made


@pytest.fixture(scope="session")
async def pools(database: TestDatabase) -> AsyncIterator[tuple[Database, Database]]:
    """Pools of the application role and of the system role."""
    app, system = Database(database.app_url, pool_size=12), Database(database.system_url)
    yield app, system
    await app.dispose()
    await system.dispose()


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection, to switch a guard off and to look at the catalog."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
async def rig(owner: asyncpg.Connection, pools: tuple[Database, Database]) -> AsyncIterator["Rig"]:
    """The application on an empty database that knows two grids."""
    built = Rig(*pools)
    async with built.system_unit() as uow:
        await uow.places.apply_areas([(GRID, "grid", 1), (OTHER_GRID, "grid", 1)])
    yield built
    await owner.execute(f"truncate {KEPT_TABLES}")


class Rig:
    """The application as HTTP callers and as the service's own runners meet it."""

    def __init__(self, app: Database, system: Database) -> None:
        self.clock = MockClock()
        self.app_pool, self.system_pool = app, system
        self.wakes = 0
        self._grids = set[str]()
        self._cipher = FieldCipher(KeyRing("1", {"1": bytes(32)}))
        self._callers = KnownCallers()
        self.executor = Executor(app, self._open_unit, self.clock, self._wake, b"digest")
        self.units = Units(system, self._open_unit, self.clock, self._wake)
        self.api = build_app(self._callers, self.executor, Cursors(b"cursor"))  # type: ignore[arg-type]

    def _wake(self, role: str) -> None:
        self.wakes += role == "relay"

    def _open_unit(self, unit: Unit) -> IncidentsUnit:
        return IncidentsUnit(unit, self._cipher, LIMITS, self._grids)

    def client(self, role: str = "officer", *areas: str) -> Client:
        """Return a caller of the application whose areas begin with the given codes."""
        return Client(self.api, self._callers, a_caller(role, *areas))

    def system_unit(self) -> AbstractAsyncContextManager[IncidentsUnit]:
        """Open a unit of work of the service itself."""

        @asynccontextmanager
        async def opened() -> AsyncIterator[IncidentsUnit]:
            async with self.units.open() as (_, uow):
                yield uow

        return opened()

    def runtime(self) -> Any:
        """Return what a command or a loop of the service is given."""
        units = self.units

        @asynccontextmanager
        async def unit() -> AsyncIterator[IncidentsUnit]:
            async with units.open() as (_, uow):
                yield uow

        return SimpleNamespace(
            unit=unit, closing=asyncio.Event(), service=SimpleNamespace(name="incidents")
        )

    async def file_premises(self, grid: str = GRID) -> UUID:
        """Let the replica know a premises."""
        premises_id = new_id()
        async with self.system_unit() as uow:
            await uow.places.apply_premises([(premises_id, grid, 1)])
        return premises_id

    async def as_system(self, query: str, *arguments: object) -> list[Any]:
        """Return the rows of a query as the system role sees them."""
        async with self.system_pool.transaction() as connection:
            return list(await (await driver_of(connection)).fetch(query, *arguments))

    async def published(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of the facts of one kind, in order."""
        rows = await self.as_system(
            "select body from outbox where type = $1 order by position",
            f"incidents.incident.{kind}.v1",
        )
        return [json.loads(row["body"]) for row in rows]
