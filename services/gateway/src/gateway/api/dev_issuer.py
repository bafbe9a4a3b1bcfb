"""The embedded issuer's endpoints, and its one page."""

from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from gateway import metrics
from gateway.dev_issuer import AuthorizationRequest, DevIssuer
from gateway.parts import address_of, parts_of
from lianfang_common.errors import NotFound, Throttled

_NO_STORE = {"cache-control": "no-store"}
_ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
_WRONG = ("登录名或密码错误", "Wrong login or password")
_THROTTLED = ("尝试次数过多，请稍后再试", "Too many attempts; please wait before trying again")
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>联防 登录 · Log in</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:16px system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}}
label{{display:block;margin:1rem 0 .25rem}}input{{width:100%;padding:.5rem;box-sizing:border-box}}
button{{margin-top:1.5rem;padding:.6rem 1.5rem}}.wrong{{color:#a40000}}small{{color:#555}}</style>
</head><body><h1>联防 <small>lianfang</small></h1>{message}
<form method="post" action="{action}" autocomplete="on">{hidden}
<label for="login">登录名 <small lang="en">Login</small></label>
<input id="login" name="login" type="text" autocomplete="username" autofocus required>
<label for="password">密码 <small lang="en">Password</small></label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">登录 <small lang="en">Log in</small></button></form>
<p><small>开发用登录页，不得用于生产。
<span lang="en">For development, never for production.</span></small></p></body></html>"""


async def issuer_of(request: Request) -> DevIssuer:
    """Return the embedded issuer.

    Raises:
        NotFound: another issuer is in use.
    """
    issuer = parts_of(request).issuer
    if issuer is None:
        raise NotFound("unknown-path")
    return issuer


Issuer = Annotated[DevIssuer, Depends(issuer_of)]
router = APIRouter(prefix="/dev-issuer", include_in_schema=False)


@router.get("/.well-known/openid-configuration")
async def discovery(issuer: Issuer) -> dict[str, Any]:
    """Describe the issuer."""
    return issuer.discovery()


@router.get("/jwks")
async def jwks(issuer: Issuer) -> dict[str, Any]:
    """Show the public key."""
    return issuer.jwks()


@router.get("/authorize")
async def ask_password(request: Request, issuer: Issuer) -> Response:
    """Show the form."""
    asked = dict(request.query_params)
    if issuer.asked(asked) is None:
        return _broken()
    return _form(request, asked, 200, None)


@router.post("/authorize")
async def check_password(request: Request, issuer: Issuer) -> Response:
    """Send a right password back to the client with a code, a wrong one to the form."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    wanted = issuer.asked(form)
    if wanted is None:
        return _broken()
    login, password = form.get("login", ""), form.get("password", "")
    try:
        code = await issuer.log_in(wanted, login, password, address_of(request))
    except Throttled as throttled:
        metrics.LOGINS.labels("throttled").inc()
        answer = _form(request, form, 429, _THROTTLED)
        answer.headers["retry-after"] = str(throttled.retry_after_seconds)
        return answer
    if code is None:
        metrics.LOGINS.labels("wrong").inc()
        return _form(request, form, 401, _WRONG)
    return _back(request, wanted, code)


@router.post("/token")
async def redeem(request: Request, issuer: Issuer) -> Response:
    """Give the id token for a code and its verifier."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    answer = await issuer.redeem(form)
    if answer is None:
        return JSONResponse({"error": "invalid_grant"}, 400, _NO_STORE)
    return JSONResponse(answer, 200, _NO_STORE)


def _back(request: Request, wanted: AuthorizationRequest, code: str) -> Response:
    query = urlencode({"code": code, "state": wanted.state})
    callback = parts_of(request).settings.callback_url
    return RedirectResponse(f"{callback}?{query}", 303, _NO_STORE)


def _broken() -> Response:
    return JSONResponse({"error": "invalid_request"}, 400, _NO_STORE)


def _form(
    request: Request, asked: dict[str, str], status: int, message: tuple[str, str] | None
) -> Response:
    settings = parts_of(request).settings
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
        for name in _ASKED
    )
    said = ""
    if message is not None:
        said = (
            f'<p class="wrong" role="alert">{message[0]}<br><span lang="en">{message[1]}</span></p>'
        )
    page = _PAGE.format(action=escape(f"{settings.issuer}/authorize"), hidden=hidden, message=said)
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
        f" form-action 'self' {settings.public_url}"
    )
    headers = {**_NO_STORE, "content-security-policy": policy, "referrer-policy": "no-referrer"}
    return HTMLResponse(page, status, headers)
