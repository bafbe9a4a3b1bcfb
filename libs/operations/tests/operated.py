"""A service as small as one can be, with its API in this process and its log in memory."""

import base64
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from fastapi import FastAPI
from joserfc.jwk import ECKey
from pydantic_settings import SettingsConfigDict
from sqlalchemy import MetaData

from lianfang_common.consumer import Consumer
from lianfang_common.envelope import headers_of
from lianfang_common.errors import RuleBroken
from lianfang_common.events import ConsumedEvent
from lianfang_common.ids import new_id
from lianfang_common.inbox import PostgresBatchStore
from lianfang_common.outbox import delivery_ddl
from lianfang_common.principal import Principal
from lianfang_common.rowguard import SCOPE_DDL
from lianfang_common.subscriptions import Received, Subscription, each
from lianfang_common.testing.asgi import Answered, ask
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.memory import MemoryLog, MemorySource
from lianfang_common.testing.servers import TestDatabase
from lianfang_common.unit import OutboxMessage, Unit
from lianfang_common.wakeup import Wakeup
from lianfang_edge.http import create_api
from lianfang_edge.service import Runtime, Service
from lianfang_edge.settings import ServiceSettings
from lianfang_edge.tokens import ISSUER, TokenSigner
from lianfang_operations.api import operations_routes
from lianfang_operations.schema import operations_ddl

NAME = "operated"
OPEN, SECRET = f"{NAME}.kettle", f"{NAME}.secret"


class Settings(ServiceSettings):
    """Settings of the service."""

    model_config = SettingsConfigDict(env_prefix="OPERATED_")


class Filled(ConsumedEvent):
    """What the reader needs."""

    n: int = 1


class CountedWakeup(Wakeup):
    """Counts how often it was set."""

    sets = 0

    def set(self) -> None:
        """Count."""
        self.sets += 1


async def migrate(database: TestDatabase) -> None:
    """Make what the first migration and that of operators make."""
    owner = await asyncpg.connect(database.owner_url)
    for statement in (*SCOPE_DDL, *delivery_ddl(NAME), *operations_ddl(NAME)):
        await owner.execute(statement)
    await owner.close()


def write_keys(folder: Path) -> None:
    """Write the files that deployment would place."""
    for name in ("digest", "cursor"):
        (folder / f"{name}.key").write_text(base64.b64encode(os.urandom(32)).decode())
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    (folder / "signing.jwk").write_text(json.dumps(key.as_dict(private=True)))
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))


def build_api(runtime: Runtime[Unit]) -> FastAPI:
    """Serve operators alone."""
    app = create_api(NAME, {}, runtime.verifier, runtime.executor)
    app.include_router(operations_routes(runtime))
    return app


class World:
    """The service; what it reads cannot be handled until it is mended.

    Args:
        database: migrated, with nothing in it.
        folder: of its keys.
    """

    def __init__(self, database: TestDatabase, folder: Path) -> None:
        self.database, self.clock = database, MockClock()
        self.mended = False
        self.handled: list[UUID] = []
        self.operator = Principal(uuid4(), "ops")
        self.woken = CountedWakeup()
        handler = each(self._on_told)
        self.service: Service[Unit] = Service(
            name=NAME,
            settings=Settings(
                postgres={"app_url": database.app_url, "system_url": database.system_url},
                kafka={"bootstrap": "127.0.0.1:1"},
                secrets_dir=folder,
                jwks_file=folder / "jwks.json",
            ),
            metadata=MetaData(),
            migrations=Path(),
            open_unit=lambda unit: unit,
            build_api=build_api,
            subscriptions=(
                Subscription(f"{OPEN}.filled.v1", Filled, handler),
                Subscription(f"{SECRET}.told.v1", Filled, handler, restricted=True),
            ),
        )
        local = {"replay": self.woken}
        self.runtime: Runtime[Unit] = Runtime(self.service, clock=self.clock, local=local)
        self._signer = TokenSigner(folder / "signing.jwk", ISSUER, self.clock)
        self.app = build_api(self.runtime.for_api())
        self._log = MemoryLog(partitions=1, clock=self.clock)
        self.consumer = Consumer(
            MemorySource(self._log, [OPEN, SECRET], f"{NAME}.main", batch=10),
            PostgresBatchStore(self.runtime.units(), NAME, self.service.hidden_reads),
            self.service.subscriptions,
            group=f"{NAME}.main",
        )
        self.runtime.health.checks["consumer main"] = self._works

    async def _on_told(self, received: Received[Filled], _unit: Unit) -> None:
        if not self.mended:
            raise RuleBroken("cracked")
        self.handled.append(received.key)

    async def _works(self) -> None:
        """Nothing is wrong with the consumer."""

    async def park(self, kind: str) -> UUID:
        """Let the consumer read an event that it cannot handle; return its key."""
        topic, key = kind.rsplit(".", 2)[0], uuid4()
        message = OutboxMessage(
            message_id=new_id(),
            topic=topic,
            key=key,
            type=kind,
            aggregate_version=1,
            account=None,
            occurred_at=self.clock.now(),
            traceparent=None,
            body=b"{}",
        )
        headers = headers_of(message, NAME)
        self._log.append(topic, str(key).encode(), message.body, headers)
        await self.consumer.run_once()
        await self.consumer.tend()
        return key

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        caller: Principal | None = None,
        key: str | None = None,
    ) -> Answered:
        """Ask the API, as the operator unless another is named."""
        token = self._signer.sign(caller or self.operator, NAME, timedelta(minutes=5))
        headers = {"Authorization": f"Bearer {token}"}
        if method == "POST":
            headers["Idempotency_Key"] = key or str(uuid4())
        return await ask(self.app, method, f"/api/v1/{NAME}/operations{path}", body, **headers)

    async def letters(self) -> list[dict[str, Any]]:
        """Return what the operator is listed."""
        answer = await self.ask("GET", "/dead-letters")
        assert answer.status == 200, answer.content
        items: list[dict[str, Any]] = answer.body["items"]
        return items

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement as the administrator."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    async def close(self) -> None:
        """Let every connection go."""
        await self.runtime.close()
