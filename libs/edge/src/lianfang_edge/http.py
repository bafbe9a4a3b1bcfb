"""The web side of a service: FastAPI with our edge around it, and the dependencies of routes.

One pure ASGI middleware does what every request needs: trace, size limit, access log without
query values or ids, metrics by route template, and an answer that tells nothing when code fails.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from time import perf_counter
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from opentelemetry.trace import Span, SpanKind
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lianfang_common.errors import Invalid, Unauthenticated
from lianfang_common.principal import Principal
from lianfang_common.telemetry import current_traceparent, failure_facts, get_logger, start_span
from lianfang_edge.execute import Executor
from lianfang_edge.health import OPERATING_PATHS, Health, add_health_routes
from lianfang_edge.idempotency import Answer, Call
from lianfang_edge.problems import Catalogue, Text, install_problems
from lianfang_edge.tokens import TokenVerifier

BODY_BYTES_MAX = 1 << 20
BODY_SECONDS = 30.0  # for the whole body: a mebibyte over 300 kbit/s
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')
_bearer = HTTPBearer(auto_error=False, description="Short-lived token that says who calls")
_log = get_logger()

_requests = Counter("common_http_requests", "Requests by route and status", ["route", "status"])
_seconds = Histogram(
    "common_http_request_seconds",
    "Time from the request's first byte to the answer's last",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5),
)


async def principal_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Return the caller that the bearer token states.

    Raises:
        Unauthenticated: the token is missing, expired, forged, or for another audience.
    """
    if credentials is None:
        raise Unauthenticated
    verifier: TokenVerifier = request.app.state.verifier
    return verifier.verify(credentials.credentials)


Caller = Annotated[Principal, Depends(principal_of)]


async def call_of(
    request: Request,
    principal: Caller,
    idempotency_key: Annotated[str | None, Header(description="Required on POST")] = None,
    if_match: Annotated[str | None, Header(description='The version changed, as `"3"`')] = None,
) -> Call:
    """Return what the executor must know of a request that changes something.

    Raises:
        Invalid: Idempotency-Key is missing on POST, or a header is malformed.
    """
    if idempotency_key is None:
        if request.method == "POST":
            raise Invalid("idempotency-key-required", "Idempotency-Key")
    elif not _KEY.fullmatch(idempotency_key):
        raise Invalid("idempotency-key-malformed", "Idempotency-Key")
    version = None
    if if_match is not None:
        found = _ETAG.fullmatch(if_match)
        if found is None:
            raise Invalid("if-match-malformed", "If-Match")
        version = int(found[1])
    return Call(
        principal=principal,
        route=f"{request.method} {request.url.path}",
        key=idempotency_key,
        body=await request.body(),
        expected_version=version,
        traceparent=current_traceparent(),
    )


Changing = Annotated[Call, Depends(call_of)]


def answer_response(answer: Answer, location: str | None = None) -> Response:
    """Return the answer of a change: `{"id", "version", …facts}`, ETag and Location."""
    body = {"id": answer.id, "version": answer.version, **answer.facts}
    headers = {"etag": f'"{answer.version}"', "cache-control": "no-store"}
    if location is not None:
        headers["location"] = location
    # Sorted, so that a repeat out of the database is the same to the byte.
    content = orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS)
    return Response(content, answer.status, headers, "application/json")


def create_api(
    name: str,
    messages: Mapping[str, Text],
    verifier: TokenVerifier,
    executor: Executor[Any],
    *,
    health: Health | None = None,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    body_bytes_max: int = BODY_BYTES_MAX,
    restricted_routes: tuple[str, ...] = (),
    own_traces: bool = False,
) -> FastAPI:
    """Return a service's web application; the service includes its routers.

    Args:
        name: the service, for the title.
        messages: texts of the service's problem slugs.
        verifier: checks callers; `request.app.state.verifier`.
        executor: runs use cases; `request.app.state.executor`.
        health: what `/health/ready` asks; the runtime sets its own where None is given.
        lifespan: opens and closes what the service itself holds.
        body_bytes_max: a larger request body is refused with 413.
        restricted_routes: how the paths begin whose requests no count, span or log line may show;
            a failure is logged by its type alone.
        own_traces: begin a trace with each request, whatever trace its caller names; a caller from
            outside could keep a request out of sight, or mix it with those of others.
    """
    app = _application(
        *(name, messages, health or Health(), lifespan, body_bytes_max),
        *(restricted_routes, own_traces),
    )
    app.state.verifier = verifier
    app.state.executor = executor
    return app


def health_api(name: str) -> FastAPI:
    """Return an application of health and metrics alone, for a process without the API."""
    return _application(name, {}, Health(), None, BODY_BYTES_MAX)


def _application(
    name: str,
    messages: Mapping[str, Text],
    health: Health,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None,
    body_bytes_max: int,
    restricted_routes: tuple[str, ...] = (),
    own_traces: bool = False,
) -> FastAPI:
    app = FastAPI(
        title=f"lianfang {name}",
        openapi_url=None,  # the document is a file of the contracts
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # Its spans carry paths and query values, its logs the messages of exceptions.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.health = health
    install_problems(app, messages)
    add_health_routes(app)
    app.add_middleware(
        Edge,
        catalogue=app.state.catalogue,
        body_bytes_max=body_bytes_max,
        restricted_routes=restricted_routes,
        own_traces=own_traces,
    )
    return app


class Edge:
    """What every request passes, outside of routing and inside of the server."""

    def __init__(
        self,
        app: ASGIApp,
        catalogue: Catalogue,
        body_bytes_max: int,
        restricted_routes: tuple[str, ...],
        own_traces: bool,
    ) -> None:
        self._app = app
        self._catalogue = catalogue
        self._body_bytes_max = body_bytes_max
        self._restricted_routes = restricted_routes
        self._own_traces = own_traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] in OPERATING_PATHS:
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 0
        headers = dict(scope["headers"])

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        named = headers.get(b"traceparent", b"").decode("latin-1")
        parent = None if self._own_traces else named or None
        told = not scope["path"].startswith(self._restricted_routes)
        with start_span(scope["method"], parent, kind=SpanKind.SERVER, recorded=told) as span:
            try:
                await self._serve(scope, headers, receive, sending)
            except Exception as failure:
                if told:
                    _log.error("http.failed", route=_route(scope), **failure_facts(failure))
                else:
                    # Not even where in the code: the file would name the route.
                    _log.error("http.failed", exception=type(failure).__qualname__)
                if status:
                    # The answer is under way: break the connection, so that nobody takes it whole.
                    raise ConnectionAbortedError("the answer was broken off") from None
                answer = self._catalogue.answer(Request(scope), 500, "internal-error")
                await answer(scope, receive, sending)
            finally:
                if told:
                    _tell(span, _route(scope), status, perf_counter() - began)

    async def _serve(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        received, whole = 0, False
        until = asyncio.get_running_loop().time() + BODY_SECONDS

        async def counting() -> Message:
            nonlocal received, whole
            try:
                async with asyncio.timeout_at(None if whole else until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"connection": "close"}) from None
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > self._body_bytes_max:
                raise HTTPException(413)
            return message

        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._body_bytes_max:
            answer = self._catalogue.answer(
                Request(scope), 413, "body-too-large", [("body", "body-too-large")]
            )
            await answer(scope, receive, send)
            return
        await self._app(scope, counting, send)


def _tell(span: Span, route: str, status: int, seconds: float) -> None:
    span.update_name(route)
    span.set_attribute("http.response.status_code", status)
    _requests.labels(route, str(status)).inc()
    _seconds.labels(route).observe(seconds)
    _log.info("http.answered", route=route, status=status, ms=round(seconds * 1000, 2))


def _route(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    return f"{scope['method']} {path}" if path else "unknown"
