"""A rentals of its own for a test: fresh database, real roles, the application as it is wired."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from fastapi import FastAPI
from rentals_builders import GRID, NEIGHBOR_GRID, HeldClock, an_officer, claims

from lianfang_common.database import Database
from lianfang_common.outbox import flush
from lianfang_common.principal import Principal
from lianfang_common.testing.asgi import Answered, ask
from lianfang_common.testing.servers import TestDatabase, find_servers, fresh_database
from lianfang_common.unit import Unit
from lianfang_edge.execute import Executor
from lianfang_edge.migrate import upgrade
from lianfang_edge.pagination import Cursors
from lianfang_edge.tokens import SealedClaims, TokenSigner, TokenVerifier
from rentals.api.app import build_app
from rentals.storage.unit_of_work import RentalsUnit

ROOT = Path(__file__).resolve().parents[3]
MIGRATIONS = ROOT / "services/rentals/migrations"
SEAL = SealedClaims(b"r" * 32, "k1")


class Rentals:
    """The service on its own database, asked as the gateway would ask."""

    def __init__(self, database: TestDatabase, keys: Path, connections: int = 4) -> None:
        self.clock = HeldClock()
        self.database = database
        self.woken = 0
        self.app_pool = Database(database.app_url, pool_size=connections)
        self.system_pool = Database(database.system_url, pool_size=2)
        self.signer = TokenSigner(keys / "signing.jwk", "lianfang", self.clock)
        self.executor = Executor(self.app_pool, self.open_unit, self.clock, self._woken, b"d" * 32)
        self.app: FastAPI = build_app(
            TokenVerifier("rentals", keys / "jwks.json", self.clock),
            self.executor,
            Cursors(b"c" * 32),
        )

    def open_unit(self, unit: Unit) -> RentalsUnit:
        return RentalsUnit(unit, SEAL)

    def _woken(self, role: str) -> None:
        self.woken += role == "relay"

    @asynccontextmanager
    async def system_unit(self) -> AsyncIterator[RentalsUnit]:
        """Open a unit as consumers and commands have it."""
        async with self.system_pool.transaction() as connection:
            unit = Unit(connection, self.clock.now())
            yield self.open_unit(unit)
            await flush(unit)

    async def sql(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Run a statement as the administrator, whom no policy holds."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    def receipt(self, caller: Principal, premises_id: Any, **changed: Any) -> str:
        """Return a receipt as population would seal it."""
        return SEAL.seal(claims(caller.account, premises_id, self.clock.now(), **changed))

    async def ask(
        self,
        caller: Principal | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "",
        version: int | None = None,
        language: str = "zh-CN",
        raw: bytes | None = None,
    ) -> Answered:
        """Send one request; `key` empty makes a fresh idempotency key, None sends none."""
        headers: dict[str, str | None] = {"Accept_Language": language}
        if caller is not None:
            token = self.signer.sign(caller, "rentals", timedelta(minutes=5))
            headers["Authorization"] = f"Bearer {token}"
        if method == "POST" and key is not None:
            headers["Idempotency_Key"] = key or str(uuid4())
        if version is not None:
            headers["If_Match"] = f'"{version}"'
        return await ask(self.app, method, f"/api/v1/rentals{path}", body, content=raw, **headers)

    async def file(self, officer: Principal, grid: str = GRID, **more: Any) -> UUID:
        """File premises and return their id."""
        body = {"grid": grid, "kind": "shared_flat", "rooms": 3, "label": "3-201", **more}
        reply = await self.ask(officer, "POST", "/premises", body)
        assert reply.status == 201, reply.body
        return UUID(reply.body["id"])

    def tenancy(
        self, caller: Principal, premises_id: UUID, tenants: int = 1, **more: Any
    ) -> dict[str, Any]:
        """Return the body of a registration."""
        return {
            "premises_id": str(premises_id),
            "room": 1,
            "tenants": [{"receipt": self.receipt(caller, premises_id)} for _ in range(tenants)],
            "first_day": "2026-11-22",
            "last_day": "2027-11-21",
            **more,
        }

    async def register(self, caller: Principal, premises_id: UUID, **more: Any) -> UUID:
        """Register a tenancy and return its id."""
        reply = await self.ask(
            caller, "POST", "/tenancies", self.tenancy(caller, premises_id, **more)
        )
        assert reply.status == 201, reply.body
        return UUID(reply.body["id"])

    async def facts(self, kind: str = "%") -> list[dict[str, Any]]:
        """Return what waits in the outbox, oldest first."""
        rows = await self.sql(
            "select type, key, aggregate_version, account, body from outbox where type like $1"
            " order by position",
            kind,
        )
        return [{**dict(row), "body": json.loads(row["body"])} for row in rows]

    async def close(self) -> None:
        await self.app_pool.dispose()
        await self.system_pool.dispose()


@asynccontextmanager
async def a_rentals(keys: Path, connections: int = 4) -> AsyncIterator[Rentals]:
    """Make a database, migrate it as its owner, and drop it afterwards."""
    async with fresh_database(find_servers(), "rentals") as database:
        upgrade(MIGRATIONS, database.owner_url)
        rentals = Rentals(database, keys, connections)
        try:
            yield rentals
        finally:
            await rentals.close()


async def know_places(rentals: Rentals, *grids: str) -> None:
    """Let the replica know some grids."""
    async with rentals.system_unit() as uow:
        for grid in grids or (GRID, NEIGHBOR_GRID):
            await uow.places.state_area(
                uuid4(), grid, "grid", grid[:12], "一网格", "Grid 1", version=1
            )


def officer_of_everything() -> Principal:
    return an_officer("990101")
