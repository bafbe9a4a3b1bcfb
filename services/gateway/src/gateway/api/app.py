"""The gateway's web application: its own routes, issuer, console, the way to the services."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from gateway.api import auth, dev_issuer, live, me
from gateway.api.console import console_routes
from gateway.api.operations import own_operations
from gateway.bus import FEED, SESSIONS, Bus
from gateway.cookies import SessionCookie
from gateway.dev_issuer import DevIssuer
from gateway.heartbeats import Heartbeats
from gateway.live import LiveHub
from gateway.messages import MESSAGES
from gateway.news import News
from gateway.oidc import OidcClient
from gateway.parts import Parts
from gateway.passwords import Passwords
from gateway.paths import RESTRICTED_ROUTES
from gateway.proxy import Proxy
from gateway.roles import SERVICES
from gateway.service_tokens import ServiceTokens
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.storage.unit_of_work import GatewayUnit
from gateway.throttle import LoginThrottle
from lianfang_edge.fieldcrypto import KeyRing
from lianfang_edge.http import create_api
from lianfang_edge.service import Runtime
from lianfang_edge.tokens import SealedClaims, TokenSigner

_CONNECTIONS_PER_SERVICE = 100


class _Gate:
    """Stands in the routing table for the proxy, which exists once the application has started."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app.state.proxy(scope, receive, send)


def build_app(runtime: Runtime[GatewayUnit], settings: Settings, news: News) -> FastAPI:
    """Return the application.

    Args:
        runtime: pools, clock and keys.
        settings: the gateway's.
        news: tells of desks with new lines in this process.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=_CONNECTIONS_PER_SERVICE, keepalive_timeout=60
        )
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept-Encoding", "Accept", "Content-Type"),
        ) as http:
            parts = _parts(runtime, settings, http, news.bus)
            app.state.parts = parts
            app.state.proxy = Proxy(
                parts.sessions,
                ServiceTokens(_signer(runtime, settings)),
                parts.session_cookie,
                settings.upstreams,
                http,
                app.state.catalogue,
                settings.public_url,
            )
            tasks = [
                asyncio.create_task(_listen(parts)),
                asyncio.create_task(Heartbeats(parts.hub, parts.sessions, settings.live).run()),
                asyncio.create_task(_close_streams(runtime, parts.hub)),
            ]
            with news.told(parts.hub, parts.sessions):
                yield
            parts.hub.close()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await parts.bus.close()

    app = create_api(
        "gateway",
        MESSAGES,
        runtime.verifier,
        runtime.executor,
        health=runtime.health,
        lifespan=lifespan,
        restricted_routes=RESTRICTED_ROUTES,
        own_traces=True,
    )
    gate = _Gate(app)
    app.router.routes[:0] = [Mount(f"/api/v1/{name}", gate) for name in SERVICES]
    for part in (auth, dev_issuer, me, live):
        app.include_router(part.router)
    app.include_router(own_operations(runtime))
    app.router.routes.extend(console_routes(settings.console_dir))
    return app


def _parts(
    runtime: Runtime[GatewayUnit], settings: Settings, http: aiohttp.ClientSession, bus: Bus
) -> Parts:
    database, clock = runtime.database, runtime.clock
    ring = runtime.keys("session")
    sessions = Sessions(database, clock, settings, bus)
    hub = LiveHub(database, settings.live)
    sessions.on_end = hub.session_ended
    issuer = None
    if settings.embedded_issuer:
        throttle = LoginThrottle(database, clock, settings.login, ring.key)
        passwords = Passwords(settings.login)
        issuer = DevIssuer(settings, database, clock, throttle, passwords, ring.key)
    return Parts(
        settings=settings,
        clock=clock,
        database=database,
        http=http,
        bus=bus,
        sessions=sessions,
        session_cookie=SessionCookie(settings, "lianfang_session"),
        flow_cookie=SessionCookie(settings, "lianfang_login", "/auth/"),
        issuer_cookie=SessionCookie(settings, "lianfang_issuer", "/auth/"),
        oidc=OidcClient(settings, _seal(ring), clock, http),
        issuer=issuer,
        hub=hub,
    )


def _seal(ring: KeyRing) -> SealedClaims:
    previous = {key_id: key for key_id, key in ring.keys.items() if key_id != ring.current}
    return SealedClaims(ring.key, ring.current, previous)


def _signer(runtime: Runtime[GatewayUnit], settings: Settings) -> TokenSigner:
    return TokenSigner(settings.secrets_dir / "signing.jwk", settings.token_issuer, runtime.clock)


async def _listen(parts: Parts) -> None:
    def feed(text: str) -> None:
        parts.hub.changed(News.read(text))

    def gap() -> None:
        parts.sessions.forget(None)
        parts.hub.changed_somewhere()

    await parts.bus.listen({FEED: feed, SESSIONS: parts.sessions.heard}, gap)


async def _close_streams(runtime: Runtime[GatewayUnit], hub: LiveHub) -> None:
    # The server waits for open streams before it tells the application to stop.
    await runtime.closing.wait()
    hub.close()
