"""What every measure is given: the running network, its users, and how long to measure."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from platform import machine, python_version
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import rounds as taking_turns
from cpu import Usage, usage
from network import Network

from lianfang_common.clock import SystemClock
from lianfang_common.principal import AreaRange, Principal
from lianfang_demo.client import Session
from lianfang_edge.tokens import ISSUER, TokenSigner

LIBRARIES = ("aiokafka", "asyncpg", "fastapi", "pydantic", "sqlalchemy", "uvicorn", "uvloop")
SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")


@dataclass
class Bed:
    """Where a measure lies.

    Attributes:
        network: the network that runs.
        rounds: how many rounds count.
        scale: 1 for the full measure; less makes every count smaller, to try a measure out.
        city: measure at the size of a city too, which takes far longer to fill.
        stack: closes at the end of the measure what it has opened.
    """

    network: Network
    rounds: int
    scale: float = 1.0
    city: bool = False
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def many(self, count: int, at_least: int = 1) -> int:
        """Return how often to do something that a full measure does `count` times."""
        return max(at_least, round(count * self.scale))

    async def alternate(
        self, sides: dict[str, Callable[[], Awaitable[Any]]], **options: Any
    ) -> dict[str, list[Any]]:
        """Let sides take turns for this bed's rounds (see `rounds.alternate`)."""
        return await taking_turns.alternate(sides, self.rounds, **options)

    async def session(self, login: str) -> Session:
        """Return a new session of a demo user at the gateway."""
        session = await self.stack.enter_async_context(Session(self.network.url("gateway")))
        return await session.login(login, self.network.accounts[login]["password"])

    def kafka(self) -> dict[str, Any]:
        """Return the administrator's settings for a Kafka client."""
        servers = self.network.servers
        return {
            "bootstrap_servers": servers["kafka_bootstrap"],
            "security_protocol": servers["kafka_security_protocol"],
            "sasl_mechanism": servers["kafka_mechanism"],
            "sasl_plain_username": servers["kafka_username"],
            "sasl_plain_password": servers["kafka_password"],
        }

    def bearer(self, login: str, service: str) -> dict[str, str]:
        """Return the header with which the gateway would call a service for a user.

        It is signed by the gateway's own key, so that a service can be measured without it.
        """
        account = self.network.accounts[login]
        grids = self.network.grids_of(login) if account["office_id"] else []
        return self.bearer_of(account, grids, service)

    def bearer_of(
        self, account: Mapping[str, Any], grids: Iterable[str], service: str
    ) -> dict[str, str]:
        """Return the header of an account of any district, with its grids."""
        principal = Principal(
            UUID(account["account_id"]),
            account["role"],
            UUID(account["office_id"]) if account["office_id"] else None,
            tuple(AreaRange(grid, f"{int(grid) + 1:015}") for grid in sorted(grids)),
        )
        key = self.network.state / "secrets/gateway/signing.jwk"
        token = TokenSigner(key, ISSUER, SystemClock()).sign(
            principal, service, timedelta(minutes=30)
        )
        return {"Authorization": f"Bearer {token}"}

    async def http(self) -> aiohttp.ClientSession:
        """Return an HTTP client with kept connections, closed with the measure."""
        return await self.stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )

    async def connect(self, service: str) -> asyncpg.Connection:
        """Return a connection to one service's database as the administrator."""
        connection = await self.network.connect(service)
        self.stack.push_async_callback(connection.close)
        return connection

    def pids(self, *names: str) -> dict[str, int]:
        """Return process numbers by name; all services and servers unless some are named."""
        wanted = names or (*SERVICES, "postgres", "valkey", "kafka")
        return {row["name"]: row["pid"] for row in self.network.stack if row["name"] in wanted}

    def usage(self, *names: str) -> Usage:
        """Return what services and servers (or those named) have used of the processor so far."""
        return usage(self.pids(*names))

    @asynccontextmanager
    async def database(self, name: str, owner: str | None = None) -> AsyncIterator[str]:
        """Make a database for a measure's own data; yield its URL and drop it at the end.

        Args:
            name: of the database.
            owner: role that may create things in it besides the administrator.
        """
        base = self.network.servers["postgres_url"].rpartition("/")[0]
        admin = await asyncpg.connect(self.network.servers["postgres_url"])
        try:
            await admin.execute(f'drop database if exists "{name}" with (force)')
            await admin.execute(
                f"create database \"{name}\" template template0 encoding 'UTF8' locale 'C.UTF-8'"
            )
            if owner is not None:
                await admin.execute(f'alter database "{name}" owner to {owner}')
            try:
                yield f"{base}/{name}"
            finally:
                await admin.execute(f'drop database "{name}" with (force)')
        finally:
            await admin.close()

    async def versions(self) -> dict[str, str]:
        """Return the versions of the servers and of the libraries on the way."""
        found = {name: version(name) for name in LIBRARIES}
        found["python"] = python_version()
        connection = await asyncpg.connect(self.network.servers["postgres_url"])
        try:
            found["postgresql"] = await connection.fetchval("show server_version")
        finally:
            await connection.close()
        return found


def machine_facts() -> dict[str, Any]:
    """Return what the figures were measured on."""
    cpus = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = Path("/proc/meminfo").read_text().split()[1]
    return {
        "architecture": machine(),
        "cores": len(cpus),
        "processor": cpus[0] if cpus else "",
        "memory_gb": round(int(memory) / 1e6, 1),
        "load_at_start": float(Path("/proc/loadavg").read_text().split()[0]),
    }


def as_json(value: Any) -> bytes:
    """Return a value as a request's body."""
    return json.dumps(value).encode()
