"""The programs that do the same work side by side, and how each is started and fed."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from lianfang_common.broker import BrokerAccess
from lianfang_common.database import Database
from lianfang_common.testing.servers import Servers, TestDatabase, fresh_database
from lianfang_edge.migrate import upgrade
from notifications.main import MIGRATIONS
from notifications.storage.places import Places
from peers.facts import district
from peers.faststream_store import Base, engine_of
from peers.floor import TABLE
from peers.gate import Told
from peers.keys import keys_in

LOAD = Path(__file__).parents[1]
ROOT = LOAD.parents[1]
SEAL_KEY = "5e" * 32


def peers_python() -> Path:
    """Return the Python of the peers' environment; it may not be there."""
    state = Path(os.environ.get("LIANFANG_STATE_DIR") or ROOT / ".run")
    return state / "peers/venv/bin/python"


@dataclass(frozen=True)
class Program:
    """One of those that are compared.

    Args:
        name: as the table calls it.
        command: after the Python; `{count}` and `{file}` are filled in.
        peer: whether it runs in the peers' environment.
        database: `service`, `bytes`, `faststream` or `django`: which tables it finds.
        queue: whether facts come by the task queue instead of Kafka.
        count_of: the table that grows by one with each fact.
    """

    name: str
    command: tuple[str, ...]
    peer: bool
    database: str
    queue: bool = False
    count_of: str = "inbox"


OURS = Program("lianfang", ("-m", "peers.ours"), False, "service")
FLOOR_ROWS = Program("floor, same rows", ("-m", "peers.floor", "rows", "{count}"), False, "service")
FLOOR_BYTES = Program(
    "floor, bytes", ("-m", "peers.floor", "bytes", "{count}"), False, "bytes", count_of="floor"
)
FASTSTREAM = Program("FastStream", ("-m", "peers.faststream_peer", "single"), True, "faststream")
FASTSTREAM_BATCH = Program(
    "FastStream, batches", ("-m", "peers.faststream_peer", "batch"), True, "faststream"
)
CELERY = Program(
    "Django + Celery",
    ("-m", "celery", "-A", "peers.django_peer.worker", "worker", "--pool", "prefork",
     "--concurrency", "2", "--loglevel", "WARNING", "-O", "fair",
     "--without-gossip", "--without-mingle", "--without-heartbeat"),
    True, "django", queue=True,
)  # fmt: skip


class Stage:
    """One program's place in one round: its database, topics, group and queue.

    Args:
        servers: the servers of the bench.
        program: who plays.
        database: fresh, with the program's tables.
        topics: that hold the facts.
        folder: for files of the round.
    """

    def __init__(
        self,
        servers: Servers,
        program: Program,
        database: TestDatabase,
        topics: Sequence[str],
        folder: Path,
    ) -> None:
        self.servers = servers
        self.program = program
        self.database = database
        self.topics = list(topics)
        self.folder = folder
        self.group = f"bench-{secrets.token_hex(4)}"
        self.moments = ""
        self._running: list[asyncio.subprocess.Process] = []

    def part(self, instance: int = 1) -> Told:
        """Return what a process of the program is told."""
        broker, database = self.servers.broker, self.database
        kafka = {
            "bootstrap": broker.bootstrap,
            "username": broker.username,
            "password": broker.password,
        }
        settings = {
            "NOTIFICATIONS_POSTGRES__APP_URL": database.app_url,
            "NOTIFICATIONS_POSTGRES__SYSTEM_URL": database.system_url,
            "NOTIFICATIONS_SECRETS_DIR": str(self.folder),
            "NOTIFICATIONS_JWKS_FILE": str(self.folder / "jwks.json"),
            **{f"NOTIFICATIONS_KAFKA__{name.upper()}": value for name, value in kafka.items()},
        }
        url = database.owner_url if self.program.peer else database.system_url
        return Told(
            postgres_url=url,
            kafka=kafka,
            valkey_url=_queue_url(self.servers.valkey_url),
            topics=self.topics,
            group=self.group,
            instance=str(instance),
            seal_key=SEAL_KEY,
            moments=self.moments,
            settings=settings,
        )

    async def start(self, command: Sequence[str], instance: int = 1) -> asyncio.subprocess.Process:
        """Start one process and wait until it says that it is ready."""
        python = str(peers_python()) if self.program.peer else sys.executable
        process = await asyncio.create_subprocess_exec(
            python,
            *command,
            cwd=LOAD,
            env={**os.environ, "PART": json.dumps(asdict(self.part(instance))),
                 "PYTHONPATH": str(LOAD)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._running.append(process)
        assert process.stdout
        async with asyncio.timeout(60):
            while (line := await process.stdout.readline()).strip() != b"ready":
                if not line:
                    raise RuntimeError(f"{self.program.name} ended before it was ready")
        return process

    async def run_to_end(self, command: Sequence[str]) -> None:
        """Run one command of the program to its end."""
        process = await asyncio.create_subprocess_exec(
            str(peers_python()), *command, cwd=LOAD,
            env={**os.environ, "PART": json.dumps(asdict(self.part())), "PYTHONPATH": str(LOAD)},
        )  # fmt: skip
        if await asyncio.wait_for(process.wait(), 120):
            raise RuntimeError(f"{self.program.name}: {command} failed")

    @staticmethod
    def go(process: asyncio.subprocess.Process) -> None:
        """Give the word."""
        assert process.stdin
        process.stdin.write(b"go\n")

    async def close(self) -> None:
        """Stop what runs, all of this stage's own processes and no others."""
        for process in self._running:
            if process.returncode is None:
                process.terminate()
        for process in self._running:
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()


@asynccontextmanager
async def staged(
    servers: Servers, program: Program, topics: Sequence[str], folder: Path
) -> AsyncIterator[Stage]:
    """Make a program's fresh database and tables, and drop it afterwards."""
    keys_in(folder, SEAL_KEY)
    service = "notifications" if program.database == "service" else "peer"
    async with fresh_database(servers, service) as database:
        stage = Stage(servers, program, database, topics, folder)
        if program.database == "service":
            upgrade(MIGRATIONS, database.owner_url)
            await say_district(database.system_url)
        elif program.database == "faststream":
            engine = engine_of(database.owner_url)
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            await engine.dispose()
        elif program.database == "django":
            await stage.run_to_end(("-m", "peers.django_peer.feed", "tables"))
        else:
            owner = await asyncpg.connect(database.owner_url)
            await owner.execute(TABLE)
            await owner.execute("grant all on floor to peer_system")
            await owner.close()
        try:
            yield stage
        finally:
            await stage.close()


async def say_district(url: str) -> None:
    """Tell notifications of the district that the facts are of."""
    areas, offices = district()
    pool = Database(url)
    async with pool.transaction() as connection:
        await Places(connection).apply_areas(areas)
        await Places(connection).apply_offices(offices)
    await pool.dispose()


def _queue_url(valkey_url: str) -> str:
    parts = urlsplit(valkey_url)
    return parts._replace(path="/9").geturl()


def servers_of(found: dict[str, Any]) -> Servers:
    """Return the servers of a network, as its administrator reaches them."""
    broker = BrokerAccess(
        found["kafka_bootstrap"],
        found["kafka_username"],
        found["kafka_password"],
        found.get("kafka_security_protocol", "SASL_PLAINTEXT"),
    )
    return Servers(found["postgres_url"], found["valkey_url"], broker)
