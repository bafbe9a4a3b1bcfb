"""A user of the network at the gateway's public door: logs in as anyone would, asks and tells.

The login follows the OpenID code flow and fills the issuer's form, whatever issuer it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin
from uuid import uuid4

import aiohttp


class LoginRefused(Exception):
    """The issuer did not accept the login."""


class Unexpected(Exception):
    """The network answered something else than the caller needs."""


@dataclass(frozen=True)
class Reply:
    """What the gateway answered."""

    status: int
    body: Any
    headers: Mapping[str, str]
    """Whatever the case of their names."""

    @property
    def etag(self) -> str | None:
        """Version of the thing, for `If-Match`."""
        return self.headers.get("ETag")


class Session:
    """One logged-in user.

    Args:
        base_url: the gateway's address.
        language: `zh-CN` or `en`.
    """

    def __init__(self, base_url: str, language: str = "zh-CN") -> None:
        self.base_url = base_url.rstrip("/")
        self._known: tuple[str, str] | None = None
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Accept-Language": language},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()

    async def login(self, login: str, password: str) -> Self:
        """Log in through the issuer's form.

        Raises:
            LoginRefused: no session came of it.
        """
        self._known = (login, password)
        async with self.http.get(f"{self.base_url}/auth/login") as page:
            form = _Form.of(await page.text(), str(page.url))
        async with self.http.post(form.action, data=form.filled(login, password)) as landed:
            await landed.read()
        if (await self.get("/api/v1/gateway/me")).status != 200:
            raise LoginRefused(login)
        return self

    async def login_again(self) -> None:
        """Log in as before, after the session has ended.

        Raises:
            LoginRefused: nobody was logged in, or the login is refused now.
        """
        if self._known is None:
            raise LoginRefused
        self.http.cookie_jar.clear()
        await self.login(*self._known)

    async def get(self, path: str, **query: str | int) -> Reply:
        """Read something."""
        async with self.http.get(self.base_url + path, params=query) as answer:
            return await _reply(answer)

    async def post(
        self, path: str, body: Any = None, *, key: str | None = None, if_match: str | None = None
    ) -> Reply:
        """Change something; one idempotency key a call unless one is given."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        if if_match is not None:
            headers["If-Match"] = if_match
        async with self.http.post(
            self.base_url + path, json={} if body is None else body, headers=headers
        ) as answer:
            return await _reply(answer)


class _Form(HTMLParser):
    """The first form of a page: where it goes, what it holds, where login and password belong."""

    def __init__(self, page_url: str) -> None:
        super().__init__()
        self.action = page_url
        self.fields: dict[str, str] = {}
        self.login_field = self.password_field = ""

    @classmethod
    def of(cls, page: str, page_url: str) -> "_Form":
        form = cls(page_url)
        form.feed(page)
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = urljoin(self.action, values.get("action", ""))
        if tag != "input" or "name" not in values:
            return
        kind = values.get("type", "text")
        if kind == "hidden":
            self.fields[values["name"]] = values.get("value", "")
        elif kind == "password":
            self.password_field = values["name"]
        elif kind in {"text", "email"}:
            self.login_field = values["name"]

    def filled(self, login: str, password: str) -> dict[str, str]:
        return {**self.fields, self.login_field: login, self.password_field: password}


def demand(reply: Reply, *statuses: int) -> Any:
    """Return a reply's body.

    Raises:
        Unexpected: the status is none of the given ones; the text is the problem's.
    """
    if reply.status not in statuses:
        problem = reply.body if isinstance(reply.body, dict) else {}
        fields = ", ".join(f"{e['field']}: {e['message']}" for e in problem.get("errors", ()))
        raise Unexpected(f"{reply.status} {problem.get('title', '')} {fields}".strip())
    return reply.body


async def _reply(answer: aiohttp.ClientResponse) -> Reply:
    raw = await answer.read()
    body: Any = raw
    if "json" in answer.headers.get("Content-Type", ""):
        body = await answer.json(content_type=None)
    return Reply(answer.status, body, answer.headers)
