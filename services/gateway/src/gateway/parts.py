"""What the routes of the gateway share; made once, when the application starts."""

from dataclasses import dataclass
from typing import Annotated

import aiohttp
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie

from gateway.bus import Bus
from gateway.cookies import SessionCookie
from gateway.dev_issuer import DevIssuer
from gateway.live import LiveHub
from gateway.oidc import OidcClient
from gateway.sessions import Session, Sessions
from gateway.settings import Settings
from lianfang_common.clock import Clock
from lianfang_common.database import Database
from lianfang_common.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Parts:
    """The gateway's own parts."""

    settings: Settings
    clock: Clock
    database: Database
    http: aiohttp.ClientSession
    bus: Bus
    sessions: Sessions
    session_cookie: SessionCookie
    flow_cookie: SessionCookie
    issuer_cookie: SessionCookie
    oidc: OidcClient
    issuer: DevIssuer | None
    hub: LiveHub


def parts_of(request: Request) -> Parts:
    """Return the parts of the application that serves a request."""
    parts: Parts = request.app.state.parts
    return parts


async def _parts_of(request: Request) -> Parts:
    return parts_of(request)


PartsOf = Annotated[Parts, Depends(_parts_of)]

_cookie = APIKeyCookie(
    name="lianfang_session",
    auto_error=False,
    description="`__Host-lianfang_session` where the gateway has https",
)
"""For the description alone: the request's own header is read, as the proxy reads it."""


async def session_of(
    request: Request, _described: Annotated[str | None, Depends(_cookie)]
) -> Session:
    """Return the session of a request.

    Raises:
        Unauthenticated: there is none, or it is over.
    """
    parts = parts_of(request)
    value = parts.session_cookie.of(dict(request.scope["headers"]))
    session = None if value is None else await parts.sessions.find(value)
    if session is None:
        raise Unauthenticated
    return session


def address_of(request: Request) -> str:
    """Return the caller's network address, as far as trusted proxies tell it."""
    hops = parts_of(request).settings.trusted_hops
    direct = request.client.host if request.client else "unknown"
    if hops == 0:
        return direct
    told = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    return told[-hops] if len(told) >= hops and told[-hops] else direct
