"""The web console's files: one page for all its addresses, and assets that browsers may keep.

The folder is read at each request, so that a console built anew is there at the next reload.
"""

import re
import secrets
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from lianfang_common.errors import NotFound

HOME = "/console/"
_NONCE = b"CONSOLE-NONCE"
_ASSET = re.compile(r"[A-Za-z0-9_-]{1,80}(?:\.[A-Za-z0-9_-]{1,40})+")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_KEPT = "public, max-age=31536000, immutable"
_SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self';"
    " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MISSING = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>联防</title>
</head><body><h1>联防</h1><p>网页控制台尚未构建，请运行 <code>make console</code>。</p>
<p lang="en">The web console is not built; run <code>make console</code>.</p></body></html>"""


def console_routes(folder: Path | None) -> list[Route]:
    """Return the routes of the console.

    Args:
        folder: where it was built to; None where it was not.
    """

    async def enter(request: Request) -> Response:
        return RedirectResponse(HOME, 303)

    async def page(request: Request) -> Response:
        index = None
        if folder is not None:
            index = await run_in_threadpool(_content, folder / "index.html")
        if index is None:
            headers = {**_SAFE, "content-security-policy": "default-src 'none'"}
            return HTMLResponse(_MISSING, 503, {**headers, "cache-control": "no-store"})
        nonce = secrets.token_urlsafe(16)
        headers = {**_SAFE, "content-security-policy": _POLICY.format(nonce=nonce)}
        headers |= {"cache-control": "no-store", "cross-origin-opener-policy": "same-origin"}
        return HTMLResponse(index.replace(_NONCE, nonce.encode()), 200, headers)

    async def asset(request: Request) -> Response:
        name = str(request.path_params["name"])
        media_type = _MEDIA_TYPES.get(Path(name).suffix)
        if folder is None or media_type is None or not _ASSET.fullmatch(name):
            raise NotFound("unknown-path")
        file, encoding = _smallest(folder / "assets" / name, _accepted(request))
        content = await run_in_threadpool(_content, file)
        if content is None:
            raise NotFound("unknown-path")
        headers = {**_SAFE, "cache-control": _KEPT, "vary": "accept-encoding"}
        if encoding is not None:
            headers["content-encoding"] = encoding
        return Response(content, 200, headers, media_type)

    return [
        Route("/", enter),
        Route("/console", enter),
        Route("/console/assets/{name}", asset),
        Route("/console/{page:path}", page),
    ]


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _accepted(request: Request) -> set[str]:
    parts = request.headers.get("accept-encoding", "").split(",")
    return {name.strip() for name, _, weight in (p.partition(";") for p in parts) if not weight}


def _smallest(file: Path, accepted: set[str]) -> tuple[Path, str | None]:
    for encoding, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in accepted and packed.is_file():
            return packed, encoding
    return file, None
