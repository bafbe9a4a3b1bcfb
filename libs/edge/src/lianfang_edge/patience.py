"""How long a caller may take, and how much he may send, before his request is one.

A head is bounded in length and time here; what a body may hold and how long it may take is counted
in `lianfang_edge.http`. Behind a reverse proxy neither is met, but nothing depends on that.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_SECONDS = 10.0  # a station behind a bad line needs one
HEAD_BYTES_MAX = 65_536


class BoundedProtocol(HttpToolsProtocol):
    """Hangs up on a head without an end; nothing is answered, since nothing was asked yet."""

    _late: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _under_way: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, transport.abort)

    def on_message_begin(self) -> None:
        """Wait for the head of a request."""
        super().on_message_begin()
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take bytes, as long as the head under way is not too long."""
        super().data_received(data)
        if self._late is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self.transport.abort()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting, and let the request under way know that its caller has gone.

        The base class tells the newest request alone, which may wait behind the one under way.
        """
        self._stop_waiting()
        if self._under_way is not None and not self._under_way.response_complete:
            self._under_way.disconnected = True
            self._under_way.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._under_way = cycle
        super()._start_asgi_task(cycle, app)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late, self._head_bytes = None, 0
