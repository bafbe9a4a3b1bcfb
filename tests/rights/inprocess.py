"""A service in this process, wired as it is deployed, on a database of its own."""

import base64
import json
import os
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from district import COUNTIES
from joserfc.jwk import ECKey
from oracle import User
from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.scopes import areas_of
from lianfang_common.clock import SystemClock, civil_date
from lianfang_common.principal import Principal
from lianfang_common.testing.asgi import Answered, ask
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.servers import ROLES, TestDatabase
from lianfang_edge.migrate import upgrade
from lianfang_edge.service import Runtime
from lianfang_edge.tokens import ISSUER, TokenSigner

NOW = SystemClock().now()
TODAY = civil_date(NOW)
CLOCK = MockClock(NOW)
"""Stands still, so that no row becomes older than its day while it is compared."""

KEY_FILES = (
    *("fields", "index", "digest", "cursor", "session", "manifest"),
    *("register", "register-index", "receipt-rentals", "receipt-incidents"),
)


@dataclass(frozen=True)
class Keys:
    """Where the key files are, and who signs tokens with them."""

    folder: Path
    signer: TokenSigner


def write_keys(folder: Path) -> Keys:
    """Write the files that the launcher would write."""
    for name in KEY_FILES:
        text = base64.b64encode(os.urandom(32)).decode()
        (folder / f"{name}.key").write_text(f"k1:{text}\n")
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "alg": "ES256", "use": "sig"})
    (folder / "signing.jwk").write_text(json.dumps(key.as_dict(private=True)))
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    return Keys(folder, TokenSigner(folder / "signing.jwk", ISSUER, CLOCK))


def principal_of(user: User) -> Principal:
    """Return whom the gateway would state: the scope is worked out by the gateway's own code."""
    areas = areas_of(user.role, user.grids, COUNTIES)
    return Principal(user.account, user.role, user.office, areas)


class InProcess:
    """One service.

    Args:
        service: its name.
        database: a fresh one.
        keys: its key files.
        more: settings that only this service has.
    """

    def __init__(
        self, service: str, database: TestDatabase, keys: Keys, more: Mapping[str, Any]
    ) -> None:
        self.service, self.database, self.keys = service, database, keys
        upgrade(import_module(f"{service}.main").MIGRATIONS, database.owner_url)
        settings = import_module(f"{service}.settings").Settings(
            postgres={"app_url": database.app_url, "system_url": database.system_url},
            kafka={"bootstrap": "127.0.0.1:1"},
            secrets_dir=keys.folder,
            jwks_file=keys.folder / "jwks.json",
            **more,
        )
        main = import_module(f"{service}.main")
        self.runtime: Runtime[Any] = Runtime(main.build(settings), clock=CLOCK)
        self.app = self.runtime.service.build_api(self.runtime)
        self._admin = create_async_engine(
            database.admin_url.replace("postgresql://", "postgresql+asyncpg://", 1)
        )
        self._tokens: dict[User, str] = {}
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Open what the application opens when it starts."""
        await self._stack.enter_async_context(self.app.router.lifespan_context(self.app))

    async def close(self) -> None:
        """End everything but the database."""
        await self._stack.aclose()
        await self.runtime.close()
        await self._admin.dispose()

    def token(self, user: User) -> str:
        """Return a token as the gateway would sign it."""
        if user not in self._tokens:
            self._tokens[user] = self.keys.signer.sign(
                principal_of(user), self.service, timedelta(hours=1)
            )
        return self._tokens[user]

    async def ask(
        self, user: User, method: str, path: str, body: Any = None, **headers: str | None
    ) -> Answered:
        """Send one request below the service's prefix."""
        headers.setdefault("Authorization", f"Bearer {self.token(user)}")
        if method == "POST":
            headers.setdefault("Idempotency_Key", str(uuid4()))
        return await ask(self.app, method, f"/api/v1/{self.service}{path}", body, **headers)

    async def plant(self, table: Table | str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows past every guard, as the administrator."""
        if isinstance(table, str):
            table = import_module(f"{self.service}.storage.tables").metadata.tables[table]
        async with self._admin.begin() as connection:
            for first in range(0, len(rows), 500):
                await connection.execute(insert(table), rows[first : first + 500])

    async def sql(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Run a statement as the administrator."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    @asynccontextmanager
    async def policies_off(self) -> AsyncIterator[None]:
        """Switch row-level security off on every table, for the time of the context."""
        rows = await self.sql("select relname from pg_class where relrowsecurity")
        await self._switch("disable", (row["relname"] for row in rows))
        try:
            yield
        finally:
            await self._switch("enable", (row["relname"] for row in rows))

    async def _switch(self, verb: str, tables: Iterable[str]) -> None:
        for table in tables:
            await self.sql(f"alter table {table} {verb} row level security")


def roles_of(service: str) -> tuple[str, ...]:
    """Return the database roles of a service."""
    return (*ROLES, "matcher") if service == "population" else ROLES
