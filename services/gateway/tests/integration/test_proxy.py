"""The way to the services: who calls is told by a token alone, and nothing else slips through."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from gateway_builders import ROOM_A, ROOM_B, an_account
from gateway_rig import Rig, free_port

from gateway.roles import SERVICES
from gateway.storage.places import OfficeRow
from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import AreaRange
from lianfang_edge.tokens import TokenVerifier

REFUSED = (
    "/api/v1/rentals/../population/persons",
    "/api/v1/rentals/%2e%2e/population/persons",
    "/api/v1/rentals/premises/..%2f..%2fpopulation",
    "/api/v1/rentals//premises",
    "/api/v1/rentals/premises%00",
    "/api/v1/rentals/premises%0d%0aX-User:1",
    "/api/v1/rentals/premises\\1",
    "/api/v1/rentals@evil.example/premises",
    "/api/v1/rentals/.env",
    "/api/v1/rentals/premises/",
    "/api/v1/gateway/../rentals/premises",
    "/api/v1/gateway/%2e%2e/rentals/premises",
    "/api/v1/rentals",
)
PREMISES = "/api/v1/rentals/premises"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def token_of(rig: Rig) -> str:
    return rig.upstream.asked[-1].headers["authorization"].removeprefix("Bearer ")


def told(rig: Rig, audience: str = "rentals") -> Any:
    verifier = TokenVerifier(audience, rig.secrets_dir / "jwks.json", rig.clock)
    return verifier.verify(token_of(rig))


async def test_a_service_is_told_account_office_role_and_areas(rig: Rig):
    browser = await rig.logged_in()
    page = await browser.get(f"{PREMISES}?limit=2&cursor=a%2Bb")
    assert page.status == 200
    assert page.headers["ETag"] == '"1"'
    assert rig.upstream.asked[-1].path == f"{PREMISES}?limit=2&cursor=a%2Bb"
    principal = told(rig)
    me = (await browser.get("/api/v1/gateway/me")).body
    assert str(principal.account) == me["account_id"]
    assert principal.office == ROOM_A
    assert principal.role == "officer"
    assert principal.areas == (AreaRange("990101001001001", "990101001001004"),)


async def test_a_token_is_for_one_service_and_no_other(rig: Rig):
    browser = await rig.logged_in()
    for service in SERVICES:
        assert (await browser.get(f"/api/v1/{service}/things")).status == 200
        assert told(rig, service).role == "officer"
        for other in {*SERVICES, "gateway"} - {service}:
            with pytest.raises(Unauthenticated):
                told(rig, other)


async def test_what_a_caller_says_about_itself_is_dropped(rig: Rig):
    browser = await rig.logged_in()
    forged = {
        "X-User": "bureau.chief",
        "X-User-Id": "1",
        "X-User-Uuid": "1",
        "X-Forwarded-User": "bureau.chief",
        "X-Remote-User": "bureau.chief",
        "X-Forwarded-For": "10.0.0.1",
        "Forwarded": "for=10.0.0.1",
        "Authorization": "Bearer forged",
        "Proxy-Authorization": "Basic Zm9v",
        "X-Role": "bureau",
        "X-Office": str(ROOM_B),
        "X-Scope": "990101",
        "User-Agent": "somebody",
    }
    assert (await browser.get(PREMISES, headers=forged)).status == 200
    seen = rig.upstream.asked[-1].headers
    assert set(seen) <= {"host", "accept", "authorization", "traceparent"}
    assert seen["authorization"] != "Bearer forged"
    assert told(rig).role == "officer"


async def test_a_forged_token_without_a_session_is_nobody(rig: Rig):
    browser = await rig.logged_in()
    await browser.get(PREMISES)
    stranger = rig.browser()
    for headers in (
        {"Authorization": f"Bearer {token_of(rig)}"},
        {"X-User": "officer.a"},
        {"Cookie": "lianfang_session=guess"},
        {"Cookie": "lianfang_session="},
    ):
        page = await stranger.get(PREMISES, headers=headers)
        assert page.status == 401
        assert page.body["type"] == "/problems/unauthenticated"
    assert len(rig.upstream.asked) == 1


async def test_a_change_carries_its_key_version_and_language(rig: Rig):
    browser = await rig.logged_in()
    headers = {"If-Match": '"3"', "Accept-Language": "en", "traceparent": TRACE}
    page = await browser.post(PREMISES, json={"rooms": 2}, headers=headers)
    assert page.status == 200
    asked = rig.upstream.asked[-1]
    assert (asked.method, json.loads(asked.body)) == ("POST", {"rooms": 2})
    assert asked.headers["idempotency-key"] == "k-1"
    assert asked.headers["if-match"] == '"3"'
    assert asked.headers["accept-language"] == "en"
    assert asked.headers["content-type"] == "application/json"


async def test_a_change_from_elsewhere_reaches_no_service(rig: Rig):
    browser = await rig.logged_in()
    refused: list[tuple[dict[str, Any], int, str]] = [
        ({"Origin": "https://evil.example"}, 403, "foreign-origin"),
        ({"Origin": "null"}, 403, "foreign-origin"),
        ({"Origin": None, "Sec-Fetch-Site": "cross-site"}, 403, "foreign-origin"),
        ({"Origin": None, "Sec-Fetch-Site": "same-site"}, 403, "foreign-origin"),
        ({"Idempotency-Key": None}, 422, "idempotency-key-required"),
    ]
    for headers, status, slug in refused:
        page = await browser.post(PREMISES, json={}, headers=headers)
        assert (page.status, page.body["type"]) == (status, f"/problems/{slug}")
    assert not rig.upstream.asked


async def test_a_program_without_origin_but_with_a_key_may_change(rig: Rig):
    browser = await rig.logged_in()
    assert (await browser.post(PREMISES, json={}, headers={"Origin": None})).status == 200


async def test_a_foreign_page_cannot_ask_for_permission_first(rig: Rig):
    browser = await rig.logged_in()
    page = await browser.ask("OPTIONS", PREMISES, headers={"Origin": "https://evil.example"})
    assert page.status == 405
    assert not [name for name in page.headers if name.lower().startswith("access-control")]


async def test_a_path_that_could_be_read_in_two_ways_reaches_no_service(rig: Rig):
    browser = await rig.logged_in()
    cookie = f"lianfang_session={browser.cookie()}"
    for path in REFUSED:
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.port)
        head = f"GET {path} HTTP/1.1\r\nHost: gateway\r\nCookie: {cookie}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        assert answer.split()[1] in ("400", "404"), (path, answer)
    assert not rig.upstream.asked


async def test_a_body_of_more_than_a_mebibyte_is_refused_with_and_without_a_length(rig: Rig):
    browser = await rig.logged_in()
    fits = await browser.post(PREMISES, data=b"x" * (1 << 20))
    assert fits.status == 200

    async def chunks() -> Any:
        for _ in range(17):
            yield b"x" * 65_536

    for data in (b"x" * ((1 << 20) + 1), chunks()):
        page = await browser.post(PREMISES, data=data, headers={"Accept-Language": "en"})
        assert page.status == 413
        assert page.body["errors"][0]["field"] == "body"
    assert len(rig.upstream.asked) == 1


async def test_a_service_that_is_away_or_slow_is_a_problem_in_the_callers_language(rig: Rig):
    async def sleep(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    rig.upstream.answer = sleep
    await rig.restart(answer_seconds=0.3)
    browser = await rig.logged_in()
    slow = await browser.get(PREMISES)
    assert (slow.status, slow.body["title"]) == (504, "服务未在规定时间内答复，请稍后重试")
    await rig.restart(upstream=f"http://127.0.0.1:{free_port()}")
    away = await browser.get(PREMISES, headers={"Accept-Language": "en"})
    assert (away.status, away.body["title"]) == (502, "The service is away; try again in a moment")
    assert away.headers["Retry-After"] == "1"


async def test_a_service_that_refuses_our_token_does_not_end_the_callers_session(rig: Rig):
    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({}, status=401, headers={"WWW-Authenticate": "Bearer"})

    rig.upstream.answer = refuse
    browser = await rig.logged_in()
    page = await browser.get(PREMISES)
    assert page.status == 502
    assert "WWW-Authenticate" not in page.headers
    assert (await browser.get("/api/v1/gateway/me")).status == 200


async def test_only_named_headers_of_an_answer_go_through(rig: Rig):
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(
            {"id": 1},
            status=201,
            headers={
                "Location": "/api/v1/rentals/premises/1",
                "ETag": '"1"',
                "Set-Cookie": "lianfang_session=x",
                "X-Internal": "host-7",
                "Server": "inside",
                "Access-Control-Allow-Origin": "*",
            },
        )

    rig.upstream.answer = answer
    browser = await rig.logged_in()
    page = await browser.post(PREMISES, json={})
    assert page.status == 201
    assert page.headers["Location"] == "/api/v1/rentals/premises/1"
    for name in ("Set-Cookie", "X-Internal", "Access-Control-Allow-Origin"):
        assert name not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_service_cannot_send_browsers_elsewhere(rig: Rig):
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=303, headers={"Location": "https://evil.example/"})

    rig.upstream.answer = answer
    browser = await rig.logged_in()
    page = await browser.get(PREMISES, allow_redirects=False)
    assert "Location" not in page.headers


async def test_a_role_reaches_its_services_alone(rig: Rig):
    allowed: dict[str, set[str]] = {
        "landlord": {"population", "rentals"},
        "feed": {"incidents"},
        "ops": {"notifications"},
        "auditor": {"notifications"},
        "committee": set(SERVICES) - {"rentals"},
    }
    for role, services in allowed.items():
        office = ROOM_A if role == "committee" else None
        browser = await rig.logged_in(f"{role}.x", role=role, office=office)
        for service in SERVICES:
            page = await browser.get(f"/api/v1/{service}/things")
            assert page.status == (200 if service in services else 403), (role, service)
    assert len(rig.upstream.asked) == sum(len(services) for services in allowed.values())


async def test_a_token_is_made_once_a_minute_and_forgotten_at_logout(rig: Rig):
    # A hint of another gateway at the same Valkey would have every token made anew.
    await rig.restart(valkey_url=None)
    browser = await rig.logged_in()
    await browser.get(PREMISES)
    first = token_of(rig)
    await browser.get(PREMISES)
    assert token_of(rig) == first
    await browser.post("/auth/logout")
    await browser.login("officer.a")
    await browser.get(PREMISES)
    assert token_of(rig) != first
    rig.clock.advance(timedelta(minutes=3))
    with pytest.raises(Unauthenticated, match="token-expired"):
        told(rig)


async def test_new_grids_of_an_office_are_in_the_next_token(rig: Rig):
    browser = await rig.logged_in()
    await browser.get(PREMISES)
    wider = OfficeRow(ROOM_A, "room", "甲警务室", "Room A", ["990101001009001"], 2)
    async with rig.running.runtime.unit() as uow:
        await uow.places.apply_offices([wider])
        uow.tell_rights()
    await browser.get(PREMISES)
    assert told(rig).areas == (AreaRange("990101001009001", "990101001009002"),)


async def test_an_older_statement_of_an_office_changes_nothing(rig: Rig):
    await rig.define(an_account("officer.a"))
    async with rig.running.runtime.unit() as uow:
        await uow.places.apply_offices([OfficeRow(ROOM_A, "room", "旧", "Old", [], 0)])
    kept = await rig.rows("select name_en, version from office where id = $1", ROOM_A)
    assert tuple(kept[0]) == ("Room A", 1)


async def test_a_kept_connection_that_a_service_closed_costs_the_caller_nothing(rig: Rig):
    browser = await rig.logged_in()
    closing = True

    async def close_once(request: web.Request) -> web.Response:
        nonlocal closing
        if closing and len(rig.upstream.asked) == 2:
            closing = False
            request.transport.close()  # type: ignore[union-attr]
        return web.json_response({"n": len(rig.upstream.asked)})

    rig.upstream.answer = close_once
    assert (await browser.post(PREMISES, json={})).status == 200
    assert (await browser.post(PREMISES, json={})).body == {"n": 3}
    keys = {asked.headers["idempotency-key"] for asked in rig.upstream.asked}
    assert keys == {"k-1"}


async def test_a_service_that_dies_in_a_short_answer_is_away(rig: Rig):
    async def die(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "100"})
        await answer.prepare(request)
        await answer.write(b"x" * 10)
        assert request.transport is not None
        request.transport.abort()
        return answer

    rig.upstream.answer = die
    browser = await rig.logged_in()
    assert (await browser.get(PREMISES)).status == 502


async def test_a_long_answer_goes_through_in_parts(rig: Rig):
    async def long(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/csv"})
        await answer.prepare(request)
        for _ in range(30):
            await answer.write(b"x" * 100_000)
        return answer

    rig.upstream.answer = long
    browser = await rig.logged_in()
    page = await browser.get(PREMISES)
    assert (page.status, len(page.text)) == (200, 3_000_000)
    for status in (204, 304):

        async def bare(_request: web.Request, status: int = status) -> web.Response:
            return web.Response(status=status, headers={"ETag": '"2"'})

        rig.upstream.answer = bare
        page = await browser.get(PREMISES)
        assert (page.status, page.text, page.headers["ETag"]) == (status, "", '"2"')


async def test_each_request_begins_a_trace_that_goes_on_in_the_service(rig: Rig):
    """Whatever trace a caller names: it could be one of others, or one that is not recorded."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    browser = await rig.logged_in()
    begun = set()
    for named in ({"traceparent": TRACE}, {"traceparent": TRACE[:-1] + "0"}, {}):
        await browser.get(PREMISES, headers=named)
        _, trace_id, _, flags = rig.upstream.asked[-1].headers["traceparent"].split("-")
        assert int(flags, 16) & 1
        begun.add(trace_id)
    assert len(begun) == 3
    assert TRACE.split("-")[1] not in begun
