"""The way from the public API to a service: session in, signed token out.

A plain ASGI application, since every request of the network passes here. What a caller says about
itself is dropped; the service is told by a token alone. Only named headers go through, in either
direction.
"""

from typing import Any

import aiohttp
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from yarl import URL

from gateway import metrics
from gateway.cookies import SessionCookie
from gateway.origins import CHANGING_METHODS, SAFE_METHODS, is_foreign
from gateway.paths import is_for_operators, service_of
from gateway.roles import ROLES
from gateway.service_tokens import ServiceTokens
from gateway.sessions import Session, Sessions
from gateway.settings import UpstreamSettings
from lianfang_common.telemetry import current_traceparent, get_logger
from lianfang_edge.problems import Catalogue

_log = get_logger()

REQUEST_HEADERS = (
    b"accept",
    b"accept-language",
    b"content-type",
    b"idempotency-key",
    b"if-match",
    b"if-none-match",
)
ANSWER_HEADERS = (
    "Cache-Control",
    "Content-Disposition",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Retry-After",
)


_SHORT_BYTES = 65_536
_BARE = (204, 304)  # answers without a body, whatever length they speak of


class _Route:
    """Stands in the scope as the route, so that metrics count services and not paths."""

    def __init__(self, service: str) -> None:
        self.path = f"/api/v1/{service}/…"


_ROUTES = {name: _Route(name) for name in ("population", "rentals", "incidents", "notifications")}


class _Left(Exception):
    """The caller went away before the request was whole."""


class Proxy:
    """Passes requests on to the services.

    Args:
        sessions: knows who is behind a cookie.
        tokens: tells the services.
        cookie: where the session id stands.
        upstreams: where the services are.
        http: client with kept connections.
        catalogue: texts of refusals.
        own_origin: the gateway's public origin.
    """

    def __init__(
        self,
        sessions: Sessions,
        tokens: ServiceTokens,
        cookie: SessionCookie,
        upstreams: UpstreamSettings,
        http: aiohttp.ClientSession,
        catalogue: Catalogue,
        own_origin: str,
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._cookie = cookie
        self._addresses = {name: upstreams.of(name) for name in _ROUTES}
        self._timeout = aiohttp.ClientTimeout(
            total=upstreams.answer_seconds, sock_connect=upstreams.connect_seconds
        )
        self._http = http
        self._catalogue = catalogue
        self._own_origin = own_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        refusal = await self._serve(scope, receive, send)
        if refusal is not None:
            status, slug, field = refusal
            fields = [(field, slug)] if field else []
            headers = {"retry-after": "1"} if status in (502, 503, 504) else {}
            answer = self._catalogue.answer(Request(scope), status, slug, fields, headers=headers)
            await answer(scope, receive, send)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send
    ) -> tuple[int, str, str | None] | None:
        method: str = scope["method"]
        headers: dict[bytes, bytes] = dict(scope["headers"])
        service = service_of(scope["raw_path"], scope["query_string"])
        if service is None:
            return 400, "path-refused", None
        scope["route"] = _ROUTES[service]
        if method not in SAFE_METHODS and method not in CHANGING_METHODS:
            return 405, "wrong-method", None
        session = await self._session(headers)
        if session is None:
            return 401, "unauthenticated", None
        if method in CHANGING_METHODS:
            if is_foreign(headers, self._own_origin):
                return 403, "foreign-origin", None
            if b"idempotency-key" not in headers:
                return 422, "idempotency-key-required", "Idempotency-Key"
        role = ROLES[session.principal.role]
        operating = role.operates and is_for_operators(scope["raw_path"])
        if service not in role.services and not operating:
            return 403, "forbidden", None
        try:
            body = await _whole_body(receive)
        except _Left:
            return None
        return await self._pass_on(scope, service, session, headers, body, send)

    async def _session(self, headers: dict[bytes, bytes]) -> Session | None:
        value = self._cookie.of(headers)
        return None if value is None else await self._sessions.find(value)

    async def _pass_on(
        self,
        scope: Scope,
        service: str,
        session: Session,
        headers: dict[bytes, bytes],
        body: bytes,
        send: Send,
    ) -> tuple[int, str, str | None] | None:
        target = self._addresses[service] + scope["raw_path"].decode("ascii")
        if query := scope["query_string"]:
            target += "?" + query.decode("ascii")
        passed = {
            name.decode(): headers[name].decode("latin-1")
            for name in REQUEST_HEADERS
            if name in headers
        }
        passed["authorization"] = f"Bearer {self._tokens.of(session, service)}"
        if (traceparent := current_traceparent()) is not None:
            passed["traceparent"] = traceparent
        url = URL(target, encoded=True)
        begun = False
        try:
            async with await self._ask(scope["method"], url, passed, body) as answer:
                if answer.status == 401:
                    # The service does not trust our token; the caller's session is not the reason.
                    session.tokens.pop(service, None)
                    metrics.UPSTREAM_FAILURES.labels(service, "token").inc()
                    return 502, "service-away", None
                # A short answer is taken whole first: if the service dies in it, that is a 502.
                short = (answer.content_length or _SHORT_BYTES) < _SHORT_BYTES
                whole = await answer.read() if short else None
                begun = True
                await _answer(answer, whole, send)
        except TimeoutError:
            metrics.UPSTREAM_FAILURES.labels(service, "slow").inc()
            if begun:
                raise
            return 504, "service-slow", None
        except aiohttp.ClientError:
            metrics.UPSTREAM_FAILURES.labels(service, "away").inc()
            if begun:
                raise
            return 502, "service-away", None
        return None

    async def _ask(
        self, method: str, url: URL, headers: dict[str, str], body: bytes
    ) -> aiohttp.ClientResponse:
        async def once() -> aiohttp.ClientResponse:
            return await self._http.request(
                method,
                url,
                headers=headers,
                data=body or None,
                timeout=self._timeout,
                allow_redirects=False,
            )

        try:
            return await once()
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as failure:
            if isinstance(failure, aiohttp.ClientConnectorError):
                raise
            # The service closed a kept connection as we used it. Every change carries a key, so
            # asking again does nothing twice.
            return await once()


async def _whole_body(receive: Receive) -> bytes:
    # How much a body may hold is counted outside of here, for every route alike.
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Left
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _answer(answer: aiohttp.ClientResponse, whole: bytes | None, send: Send) -> None:
    headers: list[tuple[bytes, bytes]] = [
        (name.lower().encode(), answer.headers[name].encode("latin-1"))
        for name in ANSWER_HEADERS
        if name in answer.headers and not (name == "Content-Length" and answer.status in _BARE)
    ]
    location = answer.headers.get("Location", "")
    if location.startswith("/api/v1/"):
        headers.append((b"location", location.encode("latin-1")))
    headers.append((b"x-content-type-options", b"nosniff"))
    if "Cache-Control" not in answer.headers:
        headers.append((b"cache-control", b"no-store"))
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": headers,
    }
    await send(start)
    if whole is None:
        async for part in answer.content.iter_any():
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": whole or b"", "more_body": False})
