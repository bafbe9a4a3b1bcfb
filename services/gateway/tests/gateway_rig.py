"""The gateway as browsers, services and events meet it: real sockets, real database."""

import asyncio
import json
import random
import re
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import aiohttp
import uvicorn
from aiohttp import web
from gateway_builders import OFFICES, PASSWORD, an_account, received, settings_for
from yarl import URL

from gateway.handlers import SUBSCRIPTIONS
from gateway.main import build
from gateway.passwords import Passwords
from gateway.settings import Settings
from gateway.storage.accounts import AccountDefinition
from gateway.storage.unit_of_work import GatewayUnit
from lianfang_common.database import driver_of
from lianfang_common.testing.clock import START, MockClock
from lianfang_common.testing.eventually import eventually
from lianfang_common.testing.servers import Servers, TestDatabase
from lianfang_edge.service import Runtime

KEPT_TABLES = (
    *("account_password", "session", "issuer_code", "account", "login_failure", "area"),
    *("office", "outbox", "inbox"),
)
_HANDLERS = {each.model.__name__: each.handler for each in SUBSCRIPTIONS}


def free_port() -> int:
    """Return a port that nobody listens on, below those that the system hands out by itself."""
    while True:
        port = random.randrange(20_000, 27_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


class Gateway:
    """One running gateway: its API on a port, and its consumer's transactions by hand."""

    def __init__(self, settings: Settings, clock: MockClock, port: int) -> None:
        self.settings = settings
        self.port = port
        self.service = build(settings)
        self.runtime: Runtime[GatewayUnit] = Runtime(self.service, clock=clock)
        self._web = self.runtime.for_api()
        self.app = self.service.build_api(self._web)
        config = uvicorn.Config(
            self.app, log_config=None, access_log=False, timeout_graceful_shutdown=5
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None
        self.other = False
        """Whether its settings are those of one test alone."""

    async def start(self) -> None:
        """Listen."""
        listening = socket.create_server(("127.0.0.1", self.port))
        self._server.capture_signals = _no_signals  # type: ignore[method-assign]
        self._task = asyncio.create_task(self._server.serve([listening]))
        await eventually(lambda: self._server.started, what="the gateway listens")

    async def stop(self) -> float:
        """Stop as the process does after SIGTERM; return the seconds it took."""
        began = asyncio.get_running_loop().time()
        self.runtime.closing.set()
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        await self._web.close()
        await self.runtime.close()
        return asyncio.get_running_loop().time() - began

    async def handle(self, *events: Any) -> None:
        """Handle events in one transaction, each run of one type by its handler."""
        async with self.runtime.unit() as uow:
            for event in events:
                one = event if hasattr(event, "event") else received(event)
                await _HANDLERS[type(one.event).__name__]([one], uow)

    @property
    def parts(self) -> Any:
        """The application's parts."""
        return self.app.state.parts


class _no_signals:  # noqa: N801 - stands in for a context manager's method
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_error: object) -> None:
        return None


@dataclass
class Asked:
    """What a service was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Upstream:
    """Plays every service at once."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[web.Request], Any] | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 << 20)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        port = free_port()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        self.asked.append(Asked(request.method, request.raw_path, headers, body))
        if self.answer is not None:
            answered: web.StreamResponse = await self.answer(request)
            return answered
        return web.json_response({"asked": request.method}, headers={"ETag": '"1"'})


class RigClock(MockClock):
    """A clock that can be set back for the next test."""

    def reset(self) -> None:
        """Stand at the start again."""
        self.advance(START - self.now())


@dataclass
class Rig:
    """Everything that a test of the running gateway needs."""

    database: TestDatabase
    servers: Servers
    secrets_dir: Path
    upstream: Upstream
    clock: "RigClock" = field(default_factory=lambda: RigClock())
    browsers: list["Browser"] = field(default_factory=list)
    gateways: list[Gateway] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Choose the port that all gateways of this rig have after each other."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def settings(self, **other: Any) -> Settings:
        """Return settings with the test servers."""
        urls = {"app_url": self.database.app_url, "system_url": self.database.system_url}
        facts: dict[str, Any] = {
            "postgres": urls,
            "upstream": self.upstream.url,
            "valkey_url": self.servers.valkey_url,
        }
        return settings_for(self.secrets_dir, self.url, **{**facts, **other})

    def gateway(self, port: int | None = None, **other: Any) -> Gateway:
        """Return a gateway that does not run yet."""
        made = Gateway(self.settings(**other), self.clock, port or self.port)
        made.other = bool(other)
        self.gateways.append(made)
        return made

    async def start(self, **other: Any) -> Gateway:
        """Start the gateway on the rig's port."""
        self.running = self.gateway(**other)
        await self.running.start()
        return self.running

    async def clean(self, owner: Any) -> None:
        """Make everything as it was at the start: empty tables, the first moment, one gateway."""
        for browser in self.browsers:
            await browser.http.close()
        self.browsers.clear()
        for gateway in [each for each in self.gateways if each is not self.running]:
            await gateway.stop()
            self.gateways.remove(gateway)
        if self.running not in self.gateways or self.running.other:
            await self.restart()
        try:
            await eventually(lambda: not self.running.parts.hub.streams, within_seconds=3)
        except AssertionError:
            # A test failed with a stream in its hand; the next one shall not.
            await self.restart()
        await owner.execute("".join(f"delete from {table};" for table in KEPT_TABLES))
        # Row-level security is forced: the owner, too, would delete nothing of these.
        await owner.execute("truncate feed, desk_counter")
        self.clock.reset()
        self.upstream.asked.clear()
        self.upstream.answer = None
        async with self.running.runtime.unit() as uow:
            await uow.places.apply_offices(OFFICES)
            uow.tell_rights()

    async def restart(self, **other: Any) -> Gateway:
        """Stop the gateway and start another one in its place."""
        if self.running in self.gateways:
            await self.running.stop()
            self.gateways.remove(self.running)
        return await self.start(**other)

    async def define(self, *accounts: AccountDefinition) -> None:
        """Define accounts, all with the same password."""
        hashed = await Passwords(self.running.settings.login).hash(PASSWORD)
        with_password = [
            replace(each, password_hash=each.password_hash or hashed) for each in accounts
        ]
        async with self.running.runtime.unit() as uow:
            await uow.accounts.define(with_password)
            uow.tell_rights()

    def browser(self) -> "Browser":
        """Return a browser without any cookie."""
        made = Browser(self.url)
        self.browsers.append(made)
        return made

    async def logged_in(self, login: str = "officer.a", **account: Any) -> "Browser":
        """Return a browser with a session of a new account."""
        await self.define(an_account(login, **account))
        browser = self.browser()
        assert (await browser.login(login)).status == 200
        return browser

    async def rows(self, query: str, *arguments: object) -> list[Any]:
        """Return rows as the system role sees them."""
        async with self.running.runtime.system.transaction() as connection:
            return list(await (await driver_of(connection)).fetch(query, *arguments))

    async def close(self) -> None:
        """End everything."""
        for browser in self.browsers:
            await browser.http.close()
        for gateway in list(self.gateways):
            await gateway.stop()


@dataclass
class Page:
    """An answer with its body read."""

    status: int
    text: str
    headers: Any
    url: str

    @property
    def body(self) -> Any:
        """Return the JSON body."""
        return json.loads(self.text)


class Browser:
    """Keeps cookies and follows redirects as a browser does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    def cookie(self, name: str = "lianfang_session") -> str | None:
        """Return a cookie's value."""
        return next((c.value for c in self.http.cookie_jar if c.key == name), None)

    def set_cookie(self, value: str, name: str = "lianfang_session") -> None:
        """Plant a cookie."""
        self.http.cookie_jar.update_cookies({name: value}, URL(self.url))

    async def ask(self, method: str, path: str, **options: Any) -> Page:
        """Send one request."""
        url = path if path.startswith("http") else self.url + path
        async with self.http.request(method, url, **options) as answer:
            return Page(answer.status, await answer.text(), answer.headers, str(answer.url))

    async def get(self, path: str, **options: Any) -> Page:
        """Read."""
        return await self.ask("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Page:
        """Change, with a key and from our own page unless told otherwise."""
        headers = {"Idempotency-Key": "k-1", "Origin": self.url, **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return await self.ask("POST", path, headers=headers, **options)

    async def form(self, path: str = "/auth/login") -> tuple[str, dict[str, str]]:
        """Return where the login form goes and its hidden fields."""
        page = await self.get(path)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        action = re.search(r'action="([^"]+)"', page.text)
        assert action is not None, page.text
        return urljoin(page.url, action[1]), hidden

    async def login(self, login: str, password: str = PASSWORD, **options: Any) -> Page:
        """Log in through the form."""
        action, hidden = await self.form()
        fields = {**hidden, "login": login, "password": password}
        return await self.ask("POST", action, data=fields, **options)

    @asynccontextmanager
    async def live(self, last_id: str | None = None, query: str = "") -> AsyncIterator["Stream"]:
        """Open the live view."""
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        async with self.http.get(
            f"{self.url}/api/v1/gateway/live{query}",
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_read=20),
        ) as answer:
            assert answer.status == 200, await answer.text()
            yield Stream(answer)


@dataclass
class Event:
    """One server-sent event."""

    id: str = ""
    name: str = ""
    data: Any = None


class Stream:
    """An open live view."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self.last_id = ""
        self.heartbeats = 0

    async def next(self) -> Event | None:
        """Return the next event, None at the end of the stream."""
        event = Event()
        async for raw in self.answer.content:
            line = raw.decode().rstrip("\n")
            name, _, value = line.partition(": ")
            if line == ":":
                self.heartbeats += 1
            elif name == "id":
                event.id = value
            elif name == "event":
                event.name = value
            elif name == "data":
                event.data = json.loads(value)
            elif not line and event.id:
                self.last_id = event.id
                return event
        return None

    async def take(self, count: int) -> Sequence[Event]:
        """Return that many events."""
        taken = []
        for _ in range(count):
            event = await self.next()
            assert event is not None, f"the stream ended after {len(taken)} of {count} events"
            taken.append(event)
        return taken
