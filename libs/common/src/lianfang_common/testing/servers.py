"""The real servers that tests run against, and a fresh database on them for each need.

`make servers` starts them and writes `servers.json`; without it a test fails, it never skips.
Import the fixtures into a `conftest.py`: `from lianfang_common.testing.servers import servers`.
"""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from lianfang_common.broker import BrokerAccess

ROLES = ("owner", "app", "system")
_PASSWORD = "only-for-tests"  # noqa: S105 - roles that exist on test servers alone
_SETUP_LOCK = 0x7465


@dataclass(frozen=True, slots=True)
class Servers:
    """How a test reaches the servers as their administrator."""

    postgres_url: str
    valkey_url: str
    broker: BrokerAccess


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """One fresh database of one service."""

    __test__ = False

    name: str
    urls: dict[str, str]
    """By role (`owner`, `app`, `system`, …), and `admin`."""

    @property
    def owner_url(self) -> str:
        """The role that migrates."""
        return self.urls["owner"]

    @property
    def app_url(self) -> str:
        """The role that serves requests, under row-level security."""
        return self.urls["app"]

    @property
    def system_url(self) -> str:
        """The role of relay, consumers and timers."""
        return self.urls["system"]

    @property
    def admin_url(self) -> str:
        """A superuser, to look past every guard."""
        return self.urls["admin"]


def find_servers() -> Servers:
    """Return the addresses that `make servers` left.

    Raises:
        AssertionError: the servers are not there; says what to run.
    """
    below = Path(os.environ.get("LIANFANG_STATE_DIR") or _checkout() / ".run")
    file = below / "test" / "servers.json"
    if not file.is_file():
        raise AssertionError(f"{file} is not there: run make servers")
    found = json.loads(file.read_text())
    broker = BrokerAccess(
        found["kafka_bootstrap"],
        found["kafka_username"],
        found["kafka_password"],
        found.get("kafka_security_protocol", "SASL_PLAINTEXT"),
    )
    return Servers(found["postgres_url"], found["valkey_url"], broker)


@asynccontextmanager
async def fresh_database(
    servers: Servers, service: str, roles: Sequence[str] = ROLES
) -> AsyncIterator[TestDatabase]:
    """Make an empty database owned by `<service>_owner`, and drop it afterwards.

    Tests log in as `test_<service>_<role>`, which acts as `<service>_<role>` from its first
    statement, so that grants and policies are met as in production.
    """
    name = f"test_{service}_{uuid4().hex[:10]}"
    admin = await asyncpg.connect(servers.postgres_url)
    try:
        await admin.execute("select pg_advisory_lock($1)", _SETUP_LOCK)
        for role in roles:
            await _ensure_role(admin, f"{service}_{role}")
        await admin.execute(f'create database "{name}" owner "{service}_owner"')
        await admin.execute("select pg_advisory_unlock($1)", _SETUP_LOCK)
        urls = {role: _url(servers, name, f"test_{service}_{role}") for role in roles}
        yield TestDatabase(name, {**urls, "admin": _url(servers, name)})
    finally:
        await admin.execute(f'drop database if exists "{name}" with (force)')
        await admin.close()


async def _ensure_role(admin: Any, role: str) -> None:
    known = {row[0] for row in await admin.fetch("select rolname from pg_roles")}
    if role not in known:
        await admin.execute(f'create role "{role}" nologin')
    if f"test_{role}" not in known:
        await admin.execute(
            f'create role "test_{role}" login password \'{_PASSWORD}\' in role "{role}"'
        )
        await admin.execute(f"alter role \"test_{role}\" set role = '{role}'")


def _url(servers: Servers, database: str, user: str | None = None) -> str:
    parts = urlsplit(servers.postgres_url)
    who = f"{user}:{_PASSWORD}" if user else f"{parts.username}:{parts.password}"
    return f"postgresql://{who}@{parts.hostname}:{parts.port or 5432}/{database}"


async def make_topics(servers: Servers, topics: dict[str, int]) -> None:
    """Create topics with their numbers of partitions, and wait for their leaders."""
    admin = AIOKafkaAdminClient(**servers.broker.options())
    await admin.start()
    try:
        for name, partitions in topics.items():
            try:
                await admin.create_topics([NewTopic(name, partitions, 1)])
            except TopicAlreadyExistsError:
                continue
        while True:
            described = await admin.describe_topics(list(topics))
            if all(
                each["error_code"] == 0
                and each["partitions"]
                and all(part["leader"] >= 0 for part in each["partitions"])
                for each in described
            ):
                return
    finally:
        await admin.close()


def _checkout() -> Path:
    for folder in Path(__file__).resolve().parents:
        if (folder / "uv.lock").is_file() or (folder / "libs" / "common").is_dir():
            return folder
    return Path.cwd()


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The running test servers."""
    return find_servers()


MakeDatabase = Callable[..., Awaitable[TestDatabase]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def make_database(servers: Servers) -> AsyncIterator[MakeDatabase]:
    """Return a function that makes a service's empty database for the rest of the session."""
    opened: list[Any] = []

    async def make(service: str, roles: Sequence[str] = ROLES) -> TestDatabase:
        context = fresh_database(servers, service, roles)
        opened.append(context)
        return await context.__aenter__()

    yield make
    for context in reversed(opened):
        await context.__aexit__(None, None, None)
