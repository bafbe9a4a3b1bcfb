"""Programs that stand beside ours and listen on a port: started, awaited, ended."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

LISTENS_SECONDS, ENDS_SECONDS = 60.0, 5.0


@dataclass(frozen=True)
class Server:
    """A server that runs, and its process."""

    url: str
    pid: int


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def listening(
    *command: str, port: int, folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run a program as long as the context is open; yield it once it listens.

    Args:
        command: the program and its arguments.
        port: at which it will listen, on this machine alone.
        folder: where it is started.
        settings: of its environment, besides what this process has.

    Raises:
        RuntimeError: it ended before it listened, or does not listen in time.
    """
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env={**os.environ, **(settings or {})},
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _until_listening(process, command[0], port)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        await _end(process)


@asynccontextmanager
async def web(
    application: str, folder: Path, *, python: str = sys.executable, **settings: str
) -> AsyncIterator[Server]:
    """Serve an ASGI application by uvicorn, without its logs.

    Args:
        application: `module:name`.
        folder: where the module is.
        python: of the environment that it needs.
        settings: of its environment.
    """
    port = free_port()
    arguments = ("--app-dir", str(folder), "--port", str(port), "--log-level", "warning")
    command = (python, "-m", "uvicorn", application, *arguments, "--no-access-log")
    async with listening(*command, port=port, folder=folder, settings=settings) as server:
        yield server


async def _until_listening(process: asyncio.subprocess.Process, name: str, port: int) -> None:
    deadline = time.monotonic() + LISTENS_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if process.returncode is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}") from None
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not listen") from None
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), ENDS_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
