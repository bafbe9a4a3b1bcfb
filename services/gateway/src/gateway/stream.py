"""One server-sent event stream: the loop between a browser and the hub."""

import asyncio
import random
from collections.abc import AsyncIterator
from time import monotonic

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.live import LiveClient, LiveHub
from gateway.live_lines import HEARTBEAT, encode, with_id
from gateway.sessions import Sessions
from gateway.settings import LiveSettings

_RETRY = b"retry: 1000\n\n"
_SPREAD = 0.1  # streams that began together do not come back together
_UNSENT_SECONDS = 2.0


class LiveStream(Response):
    """Sends a client its events until it leaves, its session ends or its time is over.

    Args:
        hub: brings the events.
        sessions: is asked again with every heartbeat, in case no hint of an end arrived.
        client: what the reader has.
        settings: heartbeat and length of the stream.
        lost: lines that the reader does not have are no longer kept.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        hub: LiveHub,
        sessions: Sessions,
        client: LiveClient,
        settings: LiveSettings,
        lost: bool,
    ) -> None:
        # Proxies must pass each event on at once.
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._sessions = sessions
        self._client = client
        self._settings = settings
        self._lost = lost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream."""
        leaving = asyncio.create_task(self._watch(receive))
        telling = asyncio.create_task(self._tell(send))
        try:
            await asyncio.wait({leaving, telling}, return_when=asyncio.FIRST_COMPLETED)
            # A dropped client may hold up the sending; what it does not take is not waited for.
            await asyncio.wait({telling}, timeout=_UNSENT_SECONDS)
        finally:
            self._hub.leave(self._client)
            for task in (leaving, telling):
                task.cancel()
            await asyncio.gather(leaving, telling, return_exceptions=True)

    async def _watch(self, receive: Receive) -> None:
        """Return when the reader has left or the stream was closed."""

        async def left() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            self._client.close()

        leaving = asyncio.create_task(left())
        try:
            await self._client.closed.wait()
        finally:
            leaving.cancel()

    async def _tell(self, send: Send) -> None:
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            async for chunk in self._chunks():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._client.close()

    async def _chunks(self) -> AsyncIterator[bytes]:
        client, settings = self._client, self._settings
        length = settings.stream_seconds * (1 - _SPREAD * random.random())  # noqa: S311 - a wait
        over_at = monotonic() + length
        yield _RETRY + self._opening()
        async for missed in self._hub.follow(client):
            yield missed
        asked_at = monotonic()
        while not client.closed.is_set() and monotonic() < over_at:
            due_at = min(over_at, asked_at + settings.heartbeat_seconds)
            chunk = await client.next(max(0.0, due_at - monotonic()))
            if chunk:
                yield chunk
            if client.doubted or monotonic() >= asked_at + settings.heartbeat_seconds:
                client.doubted = False
                asked_at = monotonic()
                if not await self._still_allowed():
                    return
                yield HEARTBEAT

    def _opening(self) -> bytes:
        desks = [{"office_id": str(d.office), "role": d.role} for d in self._client.positions]
        name = "reset" if self._lost else "ready"
        return with_id(self._client.positions, encode(name, {"desks": desks}))

    async def _still_allowed(self) -> bool:
        session = await self._sessions.again(self._client.digest)
        return session is not None and set(session.desks) == set(self._client.positions)
