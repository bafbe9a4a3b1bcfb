"""Notifications on a fresh database: the real consumer, timers and application, a log in memory."""

import base64
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from joserfc.jwk import ECKey
from notifications_builders import NOW, a_body, district
from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.consumer import Consumer
from lianfang_common.database import Database
from lianfang_common.envelope import headers_of
from lianfang_common.events import topic_of
from lianfang_common.ids import new_id
from lianfang_common.inbox import PostgresBatchStore
from lianfang_common.principal import AreaRange, Principal
from lianfang_common.testing.asgi import Answered, ask
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.memory import MemoryLog, MemorySource
from lianfang_common.testing.servers import TestDatabase
from lianfang_common.timers import TimerRunner
from lianfang_common.unit import OutboxMessage, Unit
from lianfang_common.units import Units
from lianfang_common.wakeup import Wakeup
from lianfang_edge.execute import Executor
from lianfang_edge.fieldcrypto import FieldCipher, KeyRing
from lianfang_edge.migrate import upgrade
from lianfang_edge.pagination import Cursors
from lianfang_edge.tokens import TokenSigner, TokenVerifier
from notifications.api.app import build_app
from notifications.domain.desk import Desk
from notifications.domain.directory import Area, Office
from notifications.handlers import PLACES, SUBSCRIPTIONS
from notifications.storage.knowledge import KnowledgeCache
from notifications.storage.seals import Seals
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.timers import RESTRICTED, TIMERS

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def keys_in(folder: Path) -> Path:
    """Write the key files that the launcher would write, and return the folder."""
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "alg": "ES256", "use": "sig"})
    (folder / "signing.jwk").write_text(json.dumps(key.as_dict(private=True)))
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    for name in ("fields", "index", "digest", "cursor", "manifest"):
        (folder / f"{name}.key").write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return folder


def a_member(desk: Desk, **changed: Any) -> Principal:
    """Return somebody who works at a desk."""
    areas = (AreaRange.of_prefix("990101"),)
    values = {"account": uuid4(), "role": desk.role, "office": desk.office_id, "areas": areas}
    return Principal(**{**values, **changed})


class Notifications:
    """The service with every part real but the broker."""

    def __init__(self, database: TestDatabase, keys: Path, *, batch: int = 500) -> None:
        self.database = database
        self.clock = MockClock(NOW)
        self.pool_size = 6
        self.app_pool = Database(database.app_url, pool_size=self.pool_size)
        self.system_pool = Database(database.system_url, pool_size=self.pool_size)
        self.cipher = FieldCipher(KeyRing("1", {"1": b"f" * 32}))
        self.seals = Seals(KeyRing("2", {"2": b"m" * 32}))
        self.scale = 1.0
        self.cache = KnowledgeCache()
        self.units = Units(self.system_pool, self.open_unit, self.clock, lambda _: None)
        self.log = MemoryLog(1, self.clock)
        self.store = PostgresBatchStore(self.units, "notifications")
        self.batch = batch
        self.consumer, self.source = self.a_consumer()
        self.places, self.places_source = self.a_consumer(PLACES)
        self.timers = self.a_runner()
        self.signer = TokenSigner(keys / "signing.jwk", "lianfang", self.clock)
        executor = Executor(self.app_pool, self.open_unit, self.clock, lambda _: None, b"d" * 32)
        verifier = TokenVerifier("notifications", keys / "jwks.json", self.clock)
        self.app = build_app(verifier, executor, Cursors(b"c" * 32))

    def open_unit(self, unit: Unit) -> NotificationsUnit:
        return NotificationsUnit(
            unit,
            self.cache,
            self.cipher,
            self.seals,
            acknowledge_scale=self.scale,
            digest_at=time(8, 0),
        )

    def new_unit(self, connection: AsyncConnection, caller: Principal | None = None) -> Unit:
        """Return the kernel's unit on an open transaction."""
        return Unit(connection, self.clock.now(), caller)

    def a_runner(self) -> TimerRunner[NotificationsUnit]:
        """Return a runner of deadlines; any number may work side by side."""
        return TimerRunner(self.units, TIMERS, Wakeup(), RESTRICTED)

    def a_consumer(
        self, group: str = "main", **crash: Any
    ) -> tuple[Consumer[NotificationsUnit], MemorySource]:
        """Return a member of one of the service's consumer groups, and what it reads from."""
        name = f"notifications.{group}"
        chosen = [each for each in SUBSCRIPTIONS if each.group == group]
        topics = sorted({topic_of(each.type) for each in chosen})
        source = MemorySource(self.log, topics, name, self.batch)
        return Consumer(source, self.store, chosen, group=name, **crash), source

    def say(
        self,
        event_type: str,
        body: dict[str, Any] | None = None,
        *,
        ce_id: UUID | None = None,
        key: UUID | None = None,
        version: int = 1,
        at: datetime | None = None,
    ) -> UUID:
        """Put one event into the log, as its publisher's relay would; return its id."""
        message = OutboxMessage(
            message_id=ce_id or new_id(),
            topic=event_type.rsplit(".", 2)[0],
            key=key or uuid4(),
            type=event_type,
            aggregate_version=version,
            account=None,
            occurred_at=at or self.clock.now(),
            traceparent=None,
            body=json.dumps(a_body(event_type) if body is None else body).encode(),
        )
        headers = headers_of(message, event_type.partition(".")[0])
        self.log.append(message.topic, str(message.key).encode(), message.body, headers)
        return message.message_id

    def say_district(self, *, event: str = "defined") -> None:
        """Tell of the areas and offices of the builders' district."""
        areas, offices = district()
        for area in areas:
            self.say_area(area, event)
        for office in offices:
            self.say_office(office, event)

    def say_area(self, area: Area, event: str = "defined") -> None:
        """Tell of one area."""
        kind = f"population.area.{event}.v1"
        self.say(kind, _body(area), key=area.area_id, version=area.version)

    def say_office(self, office: Office, event: str = "defined") -> None:
        """Tell of one office."""
        kind = f"population.area.office-{event}.v1"
        self.say(kind, _body(office), key=office.office_id, version=office.version)

    async def deliver(self) -> None:
        """Let the consumer handle everything in the log."""
        for consumer, source in (
            (self.places, self.places_source),
            (self.consumer, self.source),
        ):
            await source.start()
            while await consumer.run_once():
                continue

    async def fire(self, step: timedelta = timedelta(0)) -> int:
        """Let time pass and fire what is due."""
        self.clock.advance(step)
        return await self.timers.run_once(self.clock.now())

    async def ask(
        self, caller: Principal | None, method: str, path: str, body: Any = None, **headers: Any
    ) -> Answered:
        """Send one request as a member of a desk."""
        if caller:
            token = self.signer.sign(caller, "notifications", timedelta(minutes=5))
            headers.setdefault("Authorization", f"Bearer {token}")
        if method == "POST":
            headers.setdefault("Idempotency_Key", str(uuid4()))
        return await ask(self.app, method, f"/api/v1/notifications{path}", body, **headers)

    async def notices(self, desk: Desk) -> list[dict[str, Any]]:
        """Return a desk's notices as its members see them."""
        answered = await self.ask(a_member(desk), "GET", "/notices?limit=200")
        assert answered.status == 200, answered.content
        items: list[dict[str, Any]] = answered.body["items"]
        return items

    async def sql(self, statement: str, *values: Any) -> Sequence[asyncpg.Record]:
        """Run a statement as the administrator, whom no policy holds."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            found: Sequence[asyncpg.Record] = await connection.fetch(statement, *values)
            return found
        finally:
            await connection.close()

    async def facts(self, kind: str = "%") -> list[dict[str, Any]]:
        """Return what was published, oldest first."""
        rows = await self.sql(
            "select type, key, aggregate_version, body from outbox where type like $1"
            " order by position",
            f"notifications.notice.{kind}",
        )
        return [{**dict(row), "body": json.loads(row["body"])} for row in rows]

    async def forget(self) -> None:
        """Empty what one test left, apart from the rules and the replicas."""
        await self.sql("truncate notices, digest_counts, outbox, inbox, timer, idempotency")
        self.log.records.clear()
        self.log.offsets.clear()
        self.clock.advance(NOW - self.clock.now())
        self.scale = 1.0
        self.consumer, self.source = self.a_consumer()

    async def close(self) -> None:
        await self.app_pool.dispose()
        await self.system_pool.dispose()


@asynccontextmanager
async def running_on(database: TestDatabase, keys: Path) -> AsyncIterator[Notifications]:
    """Migrate a fresh database and put the service on it."""
    upgrade(MIGRATIONS, database.owner_url)
    service = Notifications(database, keys)
    try:
        yield service
    finally:
        await service.close()


def _body(stated: Area | Office) -> dict[str, Any]:
    return {name: _plain(getattr(stated, name)) for name in stated.__slots__ if name != "version"}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, int) else str(value)
