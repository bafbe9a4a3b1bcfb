"""The client at a door of its own: login through the form, and a live view that resumes."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lianfang_demo.client import LoginRefused, Session
from lianfang_demo.live import LiveView


class Door:
    """A gateway in miniature: a login form, a session cookie, and a stream that breaks off."""

    def __init__(self) -> None:
        self.asked_after: list[str | None] = []
        self.logins = 0
        self.ended = False
        app = web.Application()
        app.router.add_get("/auth/login", self.form)
        app.router.add_post("/issuer/login", self.login)
        app.router.add_get("/api/v1/gateway/me", self.me)
        app.router.add_get("/api/v1/gateway/live", self.live)
        app.router.add_post("/api/v1/echo", self.echo)
        self.server = TestServer(app)

    async def form(self, request: web.Request) -> web.Response:
        page = """<form method="post" action="/issuer/login">
            <input type="hidden" name="state" value="s&amp;1">
            <input type="text" name="login"><input type="password" name="password"></form>"""
        return web.Response(text=page, content_type="text/html")

    async def login(self, request: web.Request) -> web.Response:
        sent = await request.post()
        answer = web.Response(text="ok")
        if (sent["login"], sent["password"], sent["state"]) == ("officer", "right", "s&1"):
            self.logins += 1
            self.ended = False
            answer.set_cookie("session", "1")
        return answer

    async def me(self, request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if "session" in request.cookies else 401)

    async def echo(self, request: web.Request) -> web.Response:
        kept = {name: request.headers.get(name) for name in ("Idempotency-Key", "If-Match")}
        return web.json_response(kept, headers={"ETag": '"4"'})

    async def live(self, request: web.Request) -> web.StreamResponse:
        if self.ended:
            raise web.HTTPUnauthorized
        after = request.headers.get("Last-Event-ID")
        self.asked_after.append(after)
        first = int(after or 0) + 1
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        for number in range(first, first + 2):
            line = f'id: {number}\nevent: notice-raised\ndata: {{"number": {number}}}\n\n'
            await answer.write(b":\n\n" + line.encode())
        return answer


@pytest.fixture
async def door():
    made = Door()
    await made.server.start_server()
    yield made
    await made.server.close()


def a_session(door: Door) -> Session:
    return Session(str(door.server.make_url("")))


async def test_a_user_logs_in_through_whatever_form_the_issuer_shows(door):
    async with a_session(door) as session:
        await session.login("officer", "right")
        with pytest.raises(LoginRefused):
            await a_fresh(door, "wrong")


async def a_fresh(door: Door, password: str) -> None:
    async with a_session(door) as session:
        await session.login("officer", password)


async def test_a_change_carries_a_key_of_its_own_and_the_version_it_changes(door):
    async with a_session(door) as session:
        one = await session.post("/api/v1/echo", {}, if_match='"3"')
        other = await session.post("/api/v1/echo")
        kept = await session.post("/api/v1/echo", key="mine")
    assert one.body["If-Match"] == '"3"' and one.etag == '"4"'
    assert one.body["Idempotency-Key"] != other.body["Idempotency-Key"]
    assert (kept.body["Idempotency-Key"], kept.body["If-Match"]) == ("mine", None)


async def test_the_live_view_resumes_after_the_last_event_it_saw(door, monkeypatch):
    monkeypatch.setattr("lianfang_demo.live.RETRY_SECONDS", 0.01)
    seen = []
    async with a_session(door) as session:
        async for event in LiveView(session).follow():
            seen.append((event.id, event.name, event.data["number"]))
            if len(seen) == 6:
                break
    assert seen == [(str(n), "notice-raised", n) for n in range(1, 7)]
    assert door.asked_after == [None, "2", "4"]


async def test_a_view_whose_session_ended_logs_in_again_and_goes_on(door, monkeypatch):
    monkeypatch.setattr("lianfang_demo.live.RETRY_SECONDS", 0.01)
    numbers = []
    async with a_session(door) as session:
        await session.login("officer", "right")
        async with asyncio.timeout(10):
            async for event in LiveView(session).follow():
                numbers.append(event.data["number"])
                door.ended = len(numbers) == 2
                if len(numbers) == 4:
                    break
    assert numbers == [1, 2, 3, 4]
    assert door.logins == 2
