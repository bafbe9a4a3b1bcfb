"""Logging in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from gateway import metrics
from gateway.oidc import FLOW_LIFETIME
from gateway.origins import is_foreign
from gateway.parts import Parts, parts_of
from gateway.storage.accounts import Accounts
from lianfang_common.errors import Forbidden, Unauthenticated

router = APIRouter(tags=["login"])
PartsOf = Annotated[Parts, Depends(parts_of)]

_SEE_OTHER = 303


@router.get("/auth/login", summary="Log in", response_class=RedirectResponse, status_code=303)
async def begin_login(request: Request, parts: PartsOf, next: str | None = None) -> Response:  # noqa: A002
    """Send the browser to the issuer.

    `next` is where the browser wants to go afterwards: a path of this host.
    """
    own = parts.settings.public_url
    if parts.issuer is not None and not own.endswith(f"//{request.headers.get('host')}"):
        # At localhost instead of 127.0.0.1, say: the flow's cookie would not come back.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{own}/auth/login{query}", _SEE_OTHER)
    departure = await parts.oidc.depart(_local(next) or parts.settings.landing_path)
    response = RedirectResponse(departure.url, _SEE_OTHER, {"cache-control": "no-store"})
    parts.flow_cookie.set(response, departure.cookie, int(FLOW_LIFETIME.total_seconds()))
    return response


@router.get("/auth/callback", include_in_schema=False)
async def finish_login(
    request: Request,
    parts: PartsOf,
    state: str | None = None,
    code: str | None = None,
) -> Response:
    """Begin a session for the account that the issuer names, under a new id."""
    headers = dict(request.scope["headers"])
    try:
        arrival = await parts.oidc.arrive(parts.flow_cookie.of(headers), state, code)
        async with parts.database.transaction() as connection:
            account = await Accounts(connection).active_by_login(arrival.login)
        if account is None:
            raise Forbidden("no-account")
    except (Unauthenticated, Forbidden):
        metrics.LOGINS.labels("refused").inc()
        raise
    previous = parts.session_cookie.of(headers)
    value, ends_at = await parts.sessions.begin(account, previous)
    metrics.LOGINS.labels("begun").inc()
    response = RedirectResponse(arrival.next_path, _SEE_OTHER, {"cache-control": "no-store"})
    seconds = int((ends_at - parts.clock.now()).total_seconds())
    parts.session_cookie.set(response, value, seconds)
    parts.flow_cookie.clear(response)
    return response


@router.post("/auth/logout", summary="Log out", status_code=204)
async def log_out(request: Request, parts: PartsOf) -> Response:
    """End the session everywhere; a second call does no harm.

    Raises:
        Forbidden: another site sent the request.
    """
    headers = dict(request.scope["headers"])
    if is_foreign(headers, parts.settings.public_url):
        raise Forbidden("foreign-origin")
    value = parts.session_cookie.of(headers)
    if value is not None:
        await parts.sessions.end(value)
    response = Response(status_code=204, headers={"cache-control": "no-store"})
    parts.session_cookie.clear(response)
    return response


def _local(path: str | None) -> str | None:
    """Return a path of this host, or None for anything that could lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//"):
        return None
    if "\\" in path or any(ord(sign) < 33 or ord(sign) > 126 for sign in path):
        return None
    return path[:2_000]
