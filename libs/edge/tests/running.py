"""Runs the example service as processes, the way an operator does."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from lianfang_common.principal import AreaRange, Principal
from lianfang_common.testing.eventually import eventually
from lianfang_common.testing.servers import (
    TestDatabase,
)

EXAMPLE = Path(__file__).parent / "example"
CALLER = Principal(uuid4(), "officer", uuid4(), (AreaRange.of_prefix("990101"),))


@dataclass
class Process:
    """One running process of the example service."""

    child: asyncio.subprocess.Process
    log: Path
    url: str = ""

    def lines(self) -> list[dict[str, Any]]:
        """Return what it logged so far."""
        found = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [json.loads(line) for line in found]

    def logged(self, event: str) -> dict[str, Any] | None:
        """Return the last line of one event."""
        return next((line for line in reversed(self.lines()) if line["event"] == event), None)

    async def ended(self) -> int:
        """Return the exit status; a process that does not end is the failure."""
        return await asyncio.wait_for(self.child.wait(), 15)


@dataclass
class Example:
    """The example service's database, files and environment."""

    database: TestDatabase
    directory: Path
    environment: dict[str, str]
    token: str

    async def command(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Run one command; return status, output and errors."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            str(EXAMPLE / "service.py"),
            *arguments,
            env=self.environment | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(child.communicate(), 30)
        return child.returncode or 0, out.decode(), err.decode()

    @asynccontextmanager
    async def serving(
        self, roles: str | None = None, *, ready: bool = True, **environment: str
    ) -> AsyncIterator[Process]:
        """Run a process of the service until the end of the context."""
        log = self.directory / f"{uuid4()}.log"
        with log.open("w") as out:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                str(EXAMPLE / "service.py"),
                "serve",
                *(["--role", roles] if roles else []),
                env=self.environment | environment,
                stdout=out,
                stderr=out,
            )
        process = Process(child, log)
        try:
            if ready:
                listening = await eventually(
                    lambda: process.logged("web.listening"), what=f"listening: {log}"
                )
                process.url = f"http://127.0.0.1:{listening['port']}"
                await eventually(lambda: is_ready(process.url), what="ready", within_seconds=20)
            yield process
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()

    async def fill(self, url: str, colour: str = "red", key: str | None = None) -> tuple[int, Any]:
        """Fill a kettle over HTTP."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or str(uuid4())}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{url}/api/v1/example/kettles", json={"colour": colour}) as answered,
        ):
            return answered.status, await answered.json(content_type=None)


async def is_ready(url: str) -> bool:
    """Say whether a process says that it is ready."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/health/ready") as answered,
    ):
        assert answered.status == 200, await answered.text()
        return True
