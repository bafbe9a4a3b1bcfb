"""One server-sent event stream: the loop between a browser and the hub."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.live import LiveClient, LiveHub
from gateway.live_lines import encode, with_id

_RETRY = b"retry: 1000\n\n"
_UNSENT_SECONDS = 2.0


class LiveStream(Response):
    """Sends a client its events until it leaves or is closed.

    Args:
        hub: brings the events.
        client: what the reader has.
        lost: lines that the reader does not have are no longer kept.
    """

    media_type = "text/event-stream"

    def __init__(self, hub: LiveHub, client: LiveClient, lost: bool) -> None:
        # Proxies must pass each event on at once.
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._client = client
        self._lost = lost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream."""
        client, loop = self._client, asyncio.get_running_loop()
        leaving = asyncio.create_task(self._watch(receive))
        patience = asyncio.timeout(None)
        try:
            async with patience:
                # A dropped client may hold up the sending; what it does not take is not waited for.
                client.on_close = lambda: patience.reschedule(loop.time() + _UNSENT_SECONDS)
                await self._tell(send)
        except TimeoutError:
            if not patience.expired():
                raise
        finally:
            client.on_close = lambda: None
            self._hub.leave(client)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)

    async def _watch(self, receive: Receive) -> None:
        """Close the client when the reader has left."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._client.close()

    async def _tell(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send(_part(_RETRY + self._opening()))
        async for missed in self._hub.follow(self._client):
            await send(_part(missed))
        while frames := await self._client.next():
            await send(_part(frames))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _opening(self) -> bytes:
        desks = [{"office_id": str(d.office), "role": d.role} for d in self._client.positions]
        name = "reset" if self._lost else "ready"
        return with_id(self._client.positions, encode(name, {"desks": desks}))


def _part(frames: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": frames, "more_body": True}
