"""Runs the example service as processes, the way an operator does."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from begun import begin

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

    child: BaseProcess
    log: Path
    url: str = ""

    def lines(self) -> list[dict[str, Any]]:
        """Return what it logged so far."""
        found = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [json.loads(line) for line in found]

    def logged(self, event: str) -> dict[str, Any] | None:
        """Return the last line of one event."""
        return next((line for line in reversed(self.lines()) if line["event"] == event), None)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        assert self.child.pid is not None
        os.kill(self.child.pid, number)

    async def ended(self, within_seconds: float = 30) -> int:
        """Return the exit status; a process that does not end is the failure."""
        await asyncio.to_thread(self.child.join, within_seconds)
        assert self.child.exitcode is not None, f"it goes on: {self.log.read_text()[-2_000:]}"
        return self.child.exitcode


@dataclass
class Example:
    """The example service's database, files and environment."""

    database: TestDatabase
    directory: Path
    environment: dict[str, str]
    token: str

    async def command(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Run one command; return status, output and errors."""
        out, errors = (self.directory / f"{uuid4()}.{name}" for name in ("out", "errors"))
        child = begin(arguments, self.environment | environment, out, errors)
        status = await Process(child, errors).ended(30)
        return status, out.read_text(), errors.read_text()

    @asynccontextmanager
    async def serving(
        self, roles: str | None = None, *, ready: bool = True, **environment: str
    ) -> AsyncIterator[Process]:
        """Run a process of the service until the end of the context."""
        log = self.directory / f"{uuid4()}.log"
        arguments = ["serve", *(["--role", roles] if roles else [])]
        log.touch()
        process = Process(begin(arguments, self.environment | environment, log, log), log)
        try:
            if ready:
                listening = await eventually(
                    lambda: process.logged("web.listening"), what=f"listening: {log}"
                )
                process.url = f"http://127.0.0.1:{listening['port']}"
                await eventually(lambda: is_ready(process.url), what="ready", within_seconds=60)
            yield process
        finally:
            process.child.kill()
            await process.ended()

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
