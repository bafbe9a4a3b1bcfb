"""One real database for the suite, migrated as the owner, and the whole service on top of it."""

import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from population_builders import (
    GRID_A,
    GRID_B,
    OFFICER_A,
    a_district,
    a_ground,
    a_number,
    an_identity,
)
from population_client import Client, KnownCallers

from lianfang_common.clock import SystemClock, civil_date
from lianfang_common.database import Database, driver_of
from lianfang_common.ids import new_id
from lianfang_common.principal import Principal
from lianfang_common.subscriptions import Received
from lianfang_common.testing.servers import (  # noqa: F401 - fixtures
    ROLES,
    MakeDatabase,
    TestDatabase,
    make_database,
    servers,
)
from lianfang_common.timers import TimerRunner
from lianfang_common.wakeup import Wakeup
from lianfang_edge.migrate import upgrade
from lianfang_edge.service import Runtime
from population.consumed import NamedTenant, TenancyRegistered
from population.handlers import on_tenancy_registered
from population.main import MIGRATIONS, build
from population.matcher import look
from population.settings import Settings
from population.storage.unit_of_work import PopulationUnit
from population.storage.vault import Vault
from population.timers import TIMERS
from population.use_cases.define_district import DefineDistrict, define_district

KEYS = (
    *("fields", "index", "register", "register-index", "digest", "cursor"),
    *("receipt-rentals", "receipt-incidents"),
)


class HeldClock:
    """The moment is what the test says."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the test servers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
async def place(make_database: MakeDatabase) -> TestDatabase:  # noqa: F811 - the fixture
    """The suite's own database, migrated as the owner."""
    made = await make_database("population", (*ROLES, "matcher"))
    upgrade(MIGRATIONS, made.owner_url)
    return made


@pytest.fixture(scope="session")
def secrets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys for this run alone."""
    folder = tmp_path_factory.mktemp("secrets")
    for name in KEYS:
        (folder / f"{name}.key").write_text(f"k1:{base64.b64encode(os.urandom(32)).decode()}\n")
    return folder


@pytest.fixture(scope="session")
def settings(place: TestDatabase, secrets_dir: Path) -> Settings:
    """Settings as the launcher would give them, without broker and Valkey."""
    return Settings.model_validate(
        {
            "postgres": {
                "app_url": place.app_url,
                "system_url": place.system_url,
                "owner_url": place.owner_url,
            },
            "kafka": {"bootstrap": "127.0.0.1:1"},
            "secrets_dir": secrets_dir,
            "jwks_file": secrets_dir / "jwks.json",
            "matcher_url": place.urls["matcher"],
        }
    )


@pytest.fixture(scope="session")
async def runtime(settings: Settings) -> AsyncIterator[Runtime[PopulationUnit]]:
    """The service's pools, kept for the whole suite."""
    opened = Runtime(build(settings), clock=HeldClock(SystemClock().now()))
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def matcher_pool(place: TestDatabase) -> AsyncIterator[Database]:
    """The pool of the matcher's role."""
    pool = Database(place.urls["matcher"], pool_size=3)
    yield pool
    await pool.dispose()


@pytest.fixture
async def rig(
    place: TestDatabase,
    runtime: Runtime[PopulationUnit],
    matcher_pool: Database,
    secrets_dir: Path,
) -> AsyncIterator["Rig"]:
    """The service with its small district, and no person yet."""
    built = Rig(runtime, matcher_pool, Vault(secrets_dir), place.admin_url)
    await built.define()
    yield built
    admin = await asyncpg.connect(place.admin_url)
    tables = await admin.fetchval(
        "select string_agg(quote_ident(relname), ', ') from pg_class c"
        " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        " and relname <> 'alembic_version' and not relispartition"
    )
    await admin.execute(f"truncate {tables}")
    await admin.close()


class Rig:
    """The service as callers, events, timers and the matcher meet it."""

    def __init__(
        self,
        runtime: Runtime[PopulationUnit],
        matcher_pool: Database,
        vault: Vault,
        admin_url: str,
    ) -> None:
        self.runtime = runtime
        self.admin_url = admin_url
        self.clock: HeldClock = runtime.clock  # type: ignore[assignment]
        self.clock.moment = SystemClock().now()
        self.matcher_pool = matcher_pool
        self.vault = vault
        self.callers = KnownCallers()
        self.api = runtime.service.build_api(runtime)
        self.api.state.verifier = self.callers

    @property
    def today(self) -> date:
        return civil_date(self.clock.now())

    def client(self, caller: Principal) -> Client:
        """Return a caller of the application."""
        return Client(self.api, self.callers, caller)

    async def reading(self, caller: Principal, person_id: UUID) -> str:
        """Break the glass for a caller who may, and return the query that names it."""
        body = {"person_id": person_id, "reason": "走失老人，家属在场求助"}
        reply = await self.client(caller).post("/break-glass", body)
        item = reply.body["id"] if reply.status == 201 else uuid4()
        return f"?purpose=break_glass&purpose_id={item}"

    async def define(self, **grids: set[str]) -> tuple[int, int]:
        """Define the district; a keyword replaces one office's grids."""
        async with self.system_unit() as uow:
            return await define_district(DefineDistrict(a_district(**grids)), uow)

    @asynccontextmanager
    async def system_unit(self) -> AsyncIterator[PopulationUnit]:
        async with self.runtime.unit() as uow:
            yield uow

    async def as_system(self, query: str, *arguments: object) -> list[Any]:
        """Return the rows of a query as the system role sees them."""
        async with self.runtime.system.transaction() as connection:
            return list(await (await driver_of(connection)).fetch(query, *arguments))

    async def as_admin(self, query: str) -> None:
        """Run what no role of the service may do, as the server's administrator."""
        admin = await asyncpg.connect(self.admin_url)
        await admin.execute(query)
        await admin.close()

    async def as_admin_rows(self, query: str) -> list[Any]:
        """Return the rows of a query as the server's administrator sees them."""
        admin = await asyncpg.connect(self.admin_url)
        rows = await admin.fetch(query)
        await admin.close()
        return list(rows)

    async def as_matcher(self, query: str, *arguments: object) -> list[Any]:
        """Return the rows of a query as the matcher's role sees them."""
        async with self.matcher_pool.transaction() as connection:
            return list(await (await driver_of(connection)).fetch(query, *arguments))

    async def as_app(self, caller: Principal | None, query: str, *arguments: object) -> list[Any]:
        """Return the rows of a query as the application's role sees them for a caller."""
        async with self.runtime.database.transaction(caller) as connection:
            return list(await (await driver_of(connection)).fetch(query, *arguments))

    async def published(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of the facts of one kind, in order."""
        rows = await self.as_system(
            "select body from outbox where type = $1 order by position", f"population.{kind}.v1"
        )
        return [json.loads(row["body"]) for row in rows]

    async def receipt_of(
        self, caller: Principal = OFFICER_A, **identity: object
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Resolve an identity; return the request's body and the opened receipt."""
        body = an_identity(**identity)  # type: ignore[arg-type]
        reply = await self.client(caller).post("/identity-resolutions", body)
        assert reply.status == 200, reply.raw
        return body, self.vault.receipts(str(body["audience"])).open(reply.body["receipt"])

    async def house(
        self, grid: str, number: str | None = None, name: str = "张三", **days: date | None
    ) -> tuple[UUID, UUID]:
        """Let a person move in by a tenancy; return (person id, tenancy id)."""
        _, claims = await self.receipt_of(number=number, name=name)
        tenancy_id = new_id()
        event = TenancyRegistered(
            tenancy_id=tenancy_id,
            premises_id=UUID(claims["obj"]),
            grid=grid,
            tenants=[NamedTenant(person_id=claims["sub"], receipt_id=claims["jti"])],
            first_day=days.get("first_day") or self.today,
            last_day=days.get("last_day"),
        )
        await self.registered(event)
        return UUID(claims["sub"]), tenancy_id

    async def registered(self, *events: TenancyRegistered) -> None:
        """Hand a batch of registered tenancies to the handler."""
        batch = [self.received(event) for event in events]
        async with self.system_unit() as uow:
            await on_tenancy_registered(batch, uow)

    async def listed(
        self, caller: Principal = OFFICER_A, grid: str = GRID_A, **ground: Any
    ) -> tuple[UUID, str]:
        """House a new person in A and list it; return (entry id, document number)."""
        number = a_number()
        person_id, _ = await self.house(grid, number)
        reply = await self.client(caller).post(
            "/supervision-entries", a_ground(self.today, person_id=person_id, **ground)
        )
        assert reply.status == 201, reply.raw
        return UUID(reply.body["id"]), number

    async def opened(self) -> tuple[UUID, UUID, str]:
        """Let a listed person of A move to B; return (case id, entry id, document number)."""
        entry_id, number = await self.listed()
        await self.look()
        await self.house(GRID_B, number)
        await self.look()
        (case,) = await self.published("residence-change.opened")
        return UUID(case["case_id"]), entry_id, number

    async def look(self) -> None:
        """Let the matcher look once."""
        await look(self.runtime.units(self.matcher_pool), 50)

    async def fire(self, **later: float) -> int:
        """Fire the deadlines that are due so much later; return how many."""
        self.clock.forward(**later)
        runner = TimerRunner(self.runtime.units(), TIMERS, Wakeup())
        return await runner.run_once(self.clock.now())

    async def responsible(self, entry_id: UUID) -> list[UUID]:
        """Return every office that answers for an entry now: one, or none after its end."""
        rows = await self.as_system(
            "select office_id from responsibilities where entry_id = $1 and until is null",
            entry_id,
        )
        return [row["office_id"] for row in rows]

    def received(self, event: Any, version: int = 1) -> Received[Any]:
        """One event as the consumer would hand it over."""
        return Received(
            event=event,
            id=new_id(),
            type="",
            topic="rentals.tenancy",
            key=getattr(event, "tenancy_id", None) or event.premises_id,
            aggregate_version=version,
            time=self.clock.now(),
            account=None,
            traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01",
        )
