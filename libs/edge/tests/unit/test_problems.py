"""Every bad request gets a problem that names the field and never says the value back."""

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from lianfang_common.errors import (
    Forbidden,
    Invalid,
    NotFound,
    RuleBroken,
    StaleVersion,
    Throttled,
    Transient,
    Unauthenticated,
    VersionRequired,
)
from lianfang_common.principal import Principal
from lianfang_common.testing.asgi import Answered, ask
from lianfang_edge import problems
from lianfang_edge.http import BODY_BYTES_MAX, Changing, create_api
from lianfang_edge.problems import MESSAGES, Text
from lianfang_edge.tokens import TokenVerifier

_SECRET = "990101199001011237"
_ACCOUNT = UUID("01a201ea-7331-77ac-bff4-838a469c1e78")


class _Verifier(TokenVerifier):
    def __init__(self) -> None:
        pass

    def verify(self, token: str) -> Principal:
        if token != "good":
            raise Unauthenticated
        return Principal(_ACCOUNT, "officer")


class _Colour(StrEnum):
    RED = "red"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: Annotated[int, Field(ge=1)]


class _Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=20)]
    colour: _Colour = _Colour.RED
    kind: Literal["a", "b"] = "a"
    parts: list[_Part] = []
    made: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    owner: UUID | None = None


_RAISED: dict[str, tuple[Exception, int]] = {
    "rule": (RuleBroken("two-at-once", "parts.0.size", limit=2), 409),
    "invalid": (Invalid("check-digit", "name"), 422),
    "missing": (NotFound(), 404),
    "forbidden": (Forbidden(), 403),
    "nobody": (Unauthenticated(), 401),
    "stale": (StaleVersion(), 412),
    "unversioned": (VersionRequired(), 428),
    "often": (Throttled("throttled", 30), 429),
    "away": (Transient("database-away"), 503),
    "unforeseen": (ValueError(_SECRET), 500),
}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    messages = {"two-at-once": Text("最多 {limit} 个", "At most {limit}")}
    api = create_api("demo", messages, _Verifier(), None)  # type: ignore[arg-type]

    @api.post("/things/{number}")
    async def post_thing(number: int, thing: _Thing, call: Changing) -> dict[str, Any]:
        return {"version": call.expected_version}

    @api.get("/raise/{what}")
    async def raise_it(what: str) -> None:
        raise _RAISED[what][0]

    return api


async def _post(app: FastAPI, body: Any = None, **headers: str | None) -> Answered:
    headers = {"Authorization": "Bearer good", "Idempotency_Key": "k1"} | headers
    body = {"name": "x"} if body is None else body
    return await ask(app, "POST", "/things/1", body, **headers)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", _RAISED)
async def test_each_family_of_errors_has_its_status(app: FastAPI, what: str) -> None:
    answered = await ask(app, "GET", f"/raise/{what}")
    assert answered.status == _RAISED[what][1]
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.body["status"] == answered.status
    assert answered.body["type"].startswith("/problems/")
    facts = {"facts"} if what == "rule" else set()
    assert set(answered.body) == {"type", "title", "status", "errors", "trace_id"} | facts


async def test_a_broken_rule_names_field_and_rule_with_its_facts(app: FastAPI) -> None:
    answered = await ask(app, "GET", "/raise/rule", Accept_Language="en")
    assert answered.body["type"] == "/problems/two-at-once"
    assert answered.body["title"] == "At most 2"
    assert answered.body["facts"] == {"limit": 2}
    assert answered.fields == {"parts.0.size": "two-at-once"}


async def test_throttling_says_when_to_come_back(app: FastAPI) -> None:
    assert (await ask(app, "GET", "/raise/often")).headers["retry-after"] == "30"
    assert (await ask(app, "GET", "/raise/nobody")).headers["www-authenticate"] == "Bearer"


async def test_an_unforeseen_failure_tells_a_trace_id_and_nothing_else(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = await ask(app, "GET", "/raise/unforeseen")
    assert answered.body["type"] == "/problems/internal-error"
    assert _SECRET not in answered.content.decode()
    written = capsys.readouterr()
    assert _SECRET not in written.out + written.err
    assert "ValueError" in written.out


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("zh", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.4, zh-TW;q=0.8", "zh-CN"),
        ("fr, en;q=0.2", "en"),
        ("fr", "zh-CN"),
        ("english;q=x", "zh-CN"),
        ("*;q=0.1,EN;Q=1.0", "en"),
    ],
)
async def test_the_answer_is_in_the_language_asked_for(
    app: FastAPI, language: str | None, expected: str
) -> None:
    answered = await ask(app, "GET", "/raise/forbidden", Accept_Language=language)
    assert answered.headers["content-language"] == expected
    text = MESSAGES["forbidden"]
    assert answered.body["title"] == (text.en if expected == "en" else text.zh)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name": "missing"}),
        ({"name": 5}, {"name": "wrong-type"}),
        ({"name": _SECRET * 2}, {"name": "out-of-range"}),
        ({"name": ""}, {"name": "out-of-range"}),
        ({"name": "x", "colour": _SECRET}, {"colour": "not-allowed"}),
        ({"name": "x", "kind": _SECRET}, {"kind": "not-allowed"}),
        ({"name": "x", "made": _SECRET + "x"}, {"made": "wrong-type"}),
        ({"name": "x", "owner": _SECRET}, {"owner": "wrong-type"}),
        ({"name": "x", "parts": [{"size": 1}, {"size": 0}]}, {"parts.1.size": "out-of-range"}),
        ({"name": "x", "parts": [{"size": "q"}]}, {"parts.0.size": "wrong-type"}),
        ({"name": "x", "parts": {}}, {"parts": "wrong-type"}),
        ({"name": "x", "surname": "y"}, {"surname": "unknown-field"}),
        ({"name": "x", _SECRET: "y"}, {"?": "unknown-field"}),
        ({"name": "x", "张三": "y"}, {"?": "unknown-field"}),
        ([], {"body": "wrong-type"}),
        ("text", {"body": "wrong-type"}),
    ],
)
async def test_a_body_of_the_wrong_shape_names_the_field_alone(
    app: FastAPI, body: Any, fields: dict[str, str]
) -> None:
    answered = await _post(app, body)
    assert (answered.status, answered.fields) == (422, fields)
    said = json.dumps(answered.body, ensure_ascii=False)
    assert _SECRET not in said
    assert "张三" not in said


@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [
        (b"{", 400, "broken-json"),
        (b'{"name": "\xff"}', 400, "malformed-request"),
        (b"\xff\xfe\x00", 400, "malformed-request"),
        (b"[" * 100_000, 400, "malformed-request"),
        (b"", 422, "invalid-request"),
        (b"x" * (BODY_BYTES_MAX + 1), 413, "body-too-large"),
    ],
)
async def test_an_unreadable_body_is_refused(
    app: FastAPI, content: bytes, status: int, slug: str
) -> None:
    for chunks in (1, 7):
        answered = await ask(
            app,
            "POST",
            "/things/1",
            content=content,
            chunks=chunks,
            Authorization="Bearer good",
            Idempotency_Key="k",
            Content_Type="application/json",
        )
        assert (answered.status, answered.body["type"]) == (status, f"/problems/{slug}")
        assert answered.fields


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_another_content_type_is_refused(app: FastAPI, kind: str | None) -> None:
    answered = await _post(app, Content_Type=kind)
    assert (answered.status, answered.fields) == (415, {"Content-Type": "wrong-content-type"})


@pytest.mark.parametrize(
    ("headers", "status", "fields"),
    [
        ({"Authorization": None}, 401, {}),
        ({"Authorization": "Bearer forged"}, 401, {}),
        ({"Authorization": "Basic good"}, 401, {}),
        ({"Idempotency_Key": None}, 422, {"Idempotency-Key": "idempotency-key-required"}),
        ({"Idempotency_Key": "a b"}, 422, {"Idempotency-Key": "idempotency-key-malformed"}),
        ({"Idempotency_Key": "k" * 201}, 422, {"Idempotency-Key": "idempotency-key-malformed"}),
        ({"If_Match": "3"}, 422, {"If-Match": "if-match-malformed"}),
        ({"If_Match": "*"}, 422, {"If-Match": "if-match-malformed"}),
    ],
)
async def test_a_wrong_header_is_named(
    app: FastAPI, headers: dict[str, str | None], status: int, fields: dict[str, str]
) -> None:
    answered = await _post(app, **headers)
    assert (answered.status, answered.fields) == (status, fields)


@pytest.mark.parametrize("etag", ['"3"', 'W/"3"'])
async def test_the_version_is_read_from_if_match(app: FastAPI, etag: str) -> None:
    assert (await _post(app, If_Match=etag)).body == {"version": 3}


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "unknown-path"),
        ("GET", "/raise/rule/", 404, "unknown-path"),
        ("DELETE", "/things/1", 405, "wrong-method"),
    ],
)
async def test_unknown_addresses_are_problems_too(
    app: FastAPI, method: str, path: str, status: int, slug: str
) -> None:
    answered = await ask(app, method, path)
    assert (answered.status, answered.body["type"]) == (status, f"/problems/{slug}")


async def test_a_wrong_path_parameter_is_named(app: FastAPI) -> None:
    answered = await ask(
        app,
        "POST",
        f"/things/{_SECRET}x",
        {"name": "x"},
        Authorization="Bearer good",
        Idempotency_Key="k",
    )
    assert (answered.status, answered.fields) == (422, {"number": "wrong-type"})
    assert _SECRET not in answered.content.decode()


def test_each_message_is_in_both_languages() -> None:
    for slug, text in MESSAGES.items():
        assert any("一" <= sign <= "鿿" for sign in text.zh), slug
        assert text.en.isascii(), slug


def test_every_slug_that_the_kernel_raises_has_a_message() -> None:
    sources = Path(problems.__file__).parent.glob("*.py")
    called = re.compile(r"(?:Invalid|RuleBroken|Unauthenticated|Forbidden)\(\s*\"([a-z-]+)\"")
    slugs = {slug for source in sources for slug in called.findall(source.read_text("utf-8"))}
    assert "idempotency-key-required" in slugs
    assert slugs <= set(MESSAGES)
