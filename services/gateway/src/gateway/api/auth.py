"""Logging in and out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from gateway import metrics
from gateway.oidc import FLOW_LIFETIME, Arrival
from gateway.origins import is_foreign
from gateway.parts import Parts, PartsOf
from gateway.storage.accounts import Accounts
from lianfang_common.errors import Forbidden, Unauthenticated

router = APIRouter(tags=["login"])

_SEE_OTHER = 303


@router.get("/auth/login", summary="Log in", response_class=RedirectResponse, status_code=303)
async def begin_login(
    request: Request,
    parts: PartsOf,
    next: str | None = None,  # noqa: A002
    state: Annotated[str | None, Query(include_in_schema=False)] = None,
) -> Response:
    """Send the browser to the issuer.

    `next` is where the browser wants to go afterwards: a path of this host.
    """
    own = parts.settings.public_url
    if parts.issuer is not None and not own.endswith(f"//{request.headers.get('host')}"):
        # At localhost instead of 127.0.0.1, say: the flow's cookie would not come back.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{own}/auth/login{query}", _SEE_OTHER)
    wanted = _local(next or state) or parts.settings.landing_path
    headers = dict(request.scope["headers"])
    hint = parts.issuer_cookie.of(headers)
    if hint is not None and not await _has_session(parts, headers):
        # A session that ended here may go on at the issuer, which would let in whoever sits down
        # next as the one before. From there the browser comes back with `state`.
        leaving = await parts.oidc.leave(hint, wanted)
        if leaving is not None:
            response = RedirectResponse(leaving, _SEE_OTHER, {"cache-control": "no-store"})
            parts.issuer_cookie.clear(response)
            return response
    departure = await parts.oidc.depart(wanted)
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
    except Unauthenticated:
        metrics.LOGINS.labels("refused").inc()
        raise
    async with parts.database.transaction() as connection:
        account = await Accounts(connection).active_by_login(arrival.login)
    if account is None:
        metrics.LOGINS.labels("refused").inc()
        refused: Response = request.app.state.catalogue.answer(request, 403, "no-account")
        # The issuer keeps its session all the same: the next login ends it, and asks who it is.
        _keep_hint(parts, refused, arrival, int(FLOW_LIFETIME.total_seconds()))
        return refused
    previous = parts.session_cookie.of(headers)
    value, ends_at = await parts.sessions.begin(account, previous)
    metrics.LOGINS.labels("begun").inc()
    response = RedirectResponse(arrival.next_path, _SEE_OTHER, {"cache-control": "no-store"})
    seconds = int((ends_at - parts.clock.now()).total_seconds())
    parts.session_cookie.set(response, value, seconds)
    _keep_hint(parts, response, arrival, seconds)
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


def _keep_hint(parts: Parts, response: Response, arrival: Arrival, seconds: int) -> None:
    if arrival.hint is not None:
        parts.issuer_cookie.set(response, arrival.hint, seconds)


async def _has_session(parts: Parts, headers: dict[bytes, bytes]) -> bool:
    value = parts.session_cookie.of(headers)
    return value is not None and await parts.sessions.find(value) is not None


def _local(path: str | None) -> str | None:
    """Return a path of this host, or None for anything that could lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//"):
        return None
    if "\\" in path or any(ord(sign) < 33 or ord(sign) > 126 for sign in path):
        return None
    return path[:2_000]
