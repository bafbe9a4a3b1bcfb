"""One service on a database of its own, so that a measure fills and drops what it likes.

It has the profile's keys and roles, and its own port; only the roles asked for run, so that the
processor time of a command is not mixed with that of the relay and of those who hear of it.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import asyncpg
from bed import Bed

from lianfang_local.databases import closing_statements, roles, schema_statements
from lianfang_local.members import Members
from lianfang_local.processes import Processes, any_runs, port_is_free
from lianfang_local.profiles import SERVICES, open_profile
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.servers import addresses

FIRST_PORT = 14
"""Of the profile's block, behind the network's own. One that the system hands out by itself might,
while the service is away, be given to one of those who try to reach it."""


@dataclass
class OwnService:
    """A service on its own database.

    Attributes:
        name: of the service.
        url: where it listens once `serve` has been entered.
        database_url: its database, for the administrator.
        environment: settings of its processes, with the owner's right to migrate.
    """

    name: str
    url: str
    database_url: str
    environment: dict[str, str]

    async def command(self, *arguments: str) -> str:
        """Run one command of the service to its end; return what it printed.

        Raises:
            RuntimeError: it failed; the end of what it printed is told.
        """
        process = await asyncio.create_subprocess_exec(
            _program(self.name), *arguments, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{self.name} {arguments[0]}: {output.decode()[-500:]}")
        return output.decode()

    @contextlib.asynccontextmanager
    async def serve(self, role: str = "api") -> AsyncIterator[int]:
        """Run the service in some roles; yield its process number once it is ready."""
        process = await asyncio.create_subprocess_exec(
            _program(self.name), "serve", "--role", role, env=self.environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await until_ready(self.url)
            yield process.pid
        finally:
            with contextlib.suppress(ProcessLookupError):  # killed by the measure
                process.terminate()
            await process.wait()

    async def connect(self) -> asyncpg.Connection:
        """Return a connection of the administrator."""
        return await asyncpg.connect(self.database_url)


@contextlib.asynccontextmanager
async def own_service(bed: Bed, name: str) -> AsyncIterator[OwnService]:
    """Make a database `bench_<name>` with the service's schema, and drop it at the end."""
    profile = open_profile("test", port_is_free, any_runs)
    members = Members(profile, Processes(profile.state), addresses(profile), {})
    port = profile.port_base + FIRST_PORT + SERVICES.index(name)
    environment = {
        key: value.removesuffix(f"/{name}") + f"/bench_{name}"
        if value.startswith("postgresql://")
        else value
        for key, value in members.environment(name, owner=True).items()
    }
    environment[f"{name.upper()}_HTTP_PORT"] = str(port)
    environment.pop(f"{name.upper()}_TRACE_FILE", None)
    async with bed.database(f"bench_{name}", f"{name}_owner") as url:
        entering = roles(SecretFiles(profile.secrets), [name])
        connection = await asyncpg.connect(url)
        try:
            for statement in [
                *closing_statements(f"bench_{name}", entering),
                *schema_statements(name, entering),
            ]:
                await connection.execute(statement)
        finally:
            await connection.close()
        service = OwnService(name, f"http://127.0.0.1:{port}", url, environment)
        await service.command("migrate")
        yield service


async def until_ready(url: str, seconds: float = 60.0) -> None:
    """Return when a service says that it is ready.

    Raises:
        TimeoutError: it did not say so in time.
    """
    end = time.monotonic() + seconds
    async with aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(f"{url}/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"{url} was not ready within {seconds:.0f} s")
            await asyncio.sleep(0.02)


def _program(service: str) -> str:
    return str(Path(sys.executable).parent / service)
