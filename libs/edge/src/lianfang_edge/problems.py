"""What a refused request is answered: RFC 9457 bodies in Chinese or English.

A body names the field and the rule, never the value. This is the only place that knows which
family of errors has which HTTP status.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from lianfang_common import errors
from lianfang_common.telemetry import current_trace_id


class Text(NamedTuple):
    """One message in both languages; `{params}` of the error may stand in it."""

    zh: str
    en: str


_FILE = files("lianfang_edge") / "messages.toml"
MESSAGES = {slug: Text(**said) for slug, said in tomllib.loads(_FILE.read_text("utf-8")).items()}

_STATUS: tuple[tuple[type[errors.RuleBroken], int], ...] = (
    (errors.Invalid, 422),
    (errors.Unexplained, 400),
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.Unauthenticated, 401),
    (errors.StaleVersion, 412),
    (errors.VersionRequired, 428),
    (errors.Throttled, 429),
    (errors.RuleBroken, 409),
)
_HTTP_SLUGS = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "unknown-path",
    405: "wrong-method",
    408: "request-too-slow",
    413: "body-too-large",
    415: "wrong-content-type",
    429: "throttled",
    503: "unavailable",
}
_PYDANTIC_CODES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"missing"), "missing"),
    (re.compile(r"extra_forbidden"), "unknown-field"),
    (re.compile(r"enum|literal_error|.*_mismatch|union_tag_.*"), "not-allowed"),
    (re.compile(r"too_(long|short)|.*_too_(long|short)|(greater|less)_than.*"), "out-of-range"),
    (re.compile(r".*_(type|parsing|parsing_size|unicode|from_date.*|inexact)"), "wrong-type"),
)
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,63}")
_LANGUAGE = re.compile(r"\s*(zh|en)\b[^;,]*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", re.IGNORECASE)


def language_of(request: Request) -> str:
    """Return `zh-CN` or `en`, by `Accept-Language`; Chinese where neither is asked for."""
    best, weight = "zh-CN", 0.0
    for part in request.headers.get("accept-language", "").split(","):
        found = _LANGUAGE.fullmatch(part)
        quality = float(found[2] or 1) if found else 0.0
        if found and quality > weight:
            best, weight = ("en" if found[1].lower() == "en" else "zh-CN"), quality
    return best


class Catalogue:
    """The messages of the kernel and one service, and the answers made of them."""

    def __init__(self, messages: Mapping[str, Text]) -> None:
        self._messages = {**MESSAGES, **messages}

    def knows(self, code: str) -> bool:
        """Say whether there is a message for a code."""
        return code in self._messages

    def text(self, slug: str, language: str, params: Mapping[str, Any] | None = None) -> str:
        """Return the message of a slug in one language."""
        message = self._messages.get(slug) or self._messages["rule-broken"]
        template = message.en if language == "en" else message.zh
        return template.format_map(_Params(params or {}))

    def answer(
        self,
        request: Request,
        status: int,
        slug: str,
        fields: Sequence[tuple[str, str]] = (),
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return a problem.

        Args:
            request: says the language.
            status: HTTP status.
            slug: names the rule; also the problem's type.
            fields: (path of the field, code) for each thing wrong.
            params: facts for the messages.
            headers: more headers.
        """
        language = language_of(request)
        body = {
            "type": f"/problems/{slug}",
            "title": self.text(slug, language, params),
            "status": status,
            "errors": [
                {"field": field, "code": code, "message": self.text(code, language, params)}
                for field, code in fields
            ],
            "trace_id": current_trace_id(),
            **({"facts": params} if params else {}),
        }
        return Response(
            orjson.dumps(body),
            status,
            {"content-language": language, "cache-control": "no-store", **(headers or {})},
            "application/problem+json",
        )


class _Params(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def install_problems(app: FastAPI, messages: Mapping[str, Text]) -> None:
    """Answer every refused or failed request of `app` with a problem body."""
    catalogue = Catalogue(messages)
    app.state.catalogue = catalogue

    async def broken_rule(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.RuleBroken)
        status = next(status for family, status in _STATUS if isinstance(error, family))
        headers = {}
        if isinstance(error, errors.Throttled):
            headers["retry-after"] = str(error.retry_after_seconds)
        if status == 401:
            headers["www-authenticate"] = "Bearer"
        fields = [(error.field, error.slug)] if error.field else []
        return catalogue.answer(
            request, status, error.slug, fields, params=error.params, headers=headers
        )

    async def away(request: Request, error: Exception) -> Response:
        return catalogue.answer(request, 503, "unavailable", headers={"retry-after": "1"})

    async def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = error.errors()
        if any(item["type"] == "json_invalid" for item in found):
            return catalogue.answer(request, 400, "broken-json", [("body", "broken-json")])
        if any(tuple(item["loc"]) == ("body",) for item in found) and not _is_json(request):
            return catalogue.answer(
                request, 415, "wrong-content-type", [("Content-Type", "wrong-content-type")]
            )
        fields = [(_field(item["loc"]), _code(item["type"], catalogue)) for item in found]
        return catalogue.answer(request, 422, "invalid-request", fields)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        slug = _HTTP_SLUGS.get(error.status_code, "malformed-request")
        fields = [("body", slug)] if error.status_code in (400, 413) else []
        return catalogue.answer(
            request, error.status_code, slug, fields, headers=error.headers or {}
        )

    app.add_exception_handler(errors.RuleBroken, broken_rule)
    app.add_exception_handler(errors.Transient, away)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, refused)


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _field(location: Sequence[str | int]) -> str:
    # A field that is not known was named by the caller: only what looks like a name is said back.
    parts = location[1:] if len(location) > 1 else location
    return ".".join(
        str(part) if isinstance(part, int) or _FIELD_NAME.fullmatch(part) else "?" for part in parts
    )


def _code(kind: str, catalogue: Catalogue) -> str:
    if catalogue.knows(kind):
        return kind
    return next((code for shape, code in _PYDANTIC_CODES if shape.fullmatch(kind)), "invalid")
