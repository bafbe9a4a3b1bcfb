"""How the two others that hold live views open are started."""

import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from listening import Server, free_port, listening, web

from peers.programs import LOAD

FLOOR = "floor, the same bytes to each socket"
STREAMING = "FastAPI StreamingResponse"


@asynccontextmanager
async def floor(desk: str) -> AsyncIterator[Server]:
    """Run the floor; `desk` is how event ids name the desk."""
    port = free_port()
    command = (sys.executable, "-m", "peers.live_floor", str(port), desk)
    async with listening(*command, port=port, folder=LOAD) as server:
        yield server


def streaming(desk: str) -> AbstractAsyncContextManager[Server]:
    """Run FastAPI's way; `desk` is how event ids name the desk."""
    return web("peers.live_streaming:app", LOAD, DESK=desk)
