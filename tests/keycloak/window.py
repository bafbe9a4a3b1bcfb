"""A browser without its scripts: keeps cookies, follows redirects, fills in Keycloak's form."""

import html
import re
from dataclasses import dataclass
from typing import Self

import aiohttp
from yarl import URL

_FORM = re.compile(r'<form\b[^>]*\bid="kc-form-login"[^>]*>')
_ACTION = re.compile(r'\baction="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """What a browser shows.

    Attributes:
        status: of the answer.
        url: where it stands after all redirects.
        text: of the page.
        location: where it would lead, if redirects were not followed.
    """

    status: int
    url: str
    text: str
    location: str = ""

    @property
    def action(self) -> str | None:
        """Where the login form goes, or None on a page without one."""
        form = _FORM.search(self.text)
        found = _ACTION.search(form[0]) if form else None
        return html.unescape(found[1]) if found else None


class Window:
    """One browser.

    Args:
        secure: address to which cookies are sent that want a secure place: a browser takes its own
            machine for one.
    """

    def __init__(self, secure: str) -> None:
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(secure))
        self._http = aiohttp.ClientSession(cookie_jar=jar)

    async def __aenter__(self) -> Self:
        """Open it."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close it."""
        await self._http.close()

    async def get(self, url: str) -> Page:
        """Open a page."""
        async with self._http.get(url) as answer:
            return Page(answer.status, str(answer.url), await answer.text())

    async def post(self, url: str, *, follow: bool = True, **fields: str) -> Page:
        """Send a form, from a page of the address's own."""
        headers = {"Origin": str(URL(url).origin())}
        async with self._http.post(
            url, data=fields, headers=headers, allow_redirects=follow
        ) as answer:
            location = answer.headers.get("Location", "")
            return Page(answer.status, str(answer.url), await answer.text(), location)

    async def log_in(self, page: Page, name: str, password: str, *, follow: bool = True) -> Page:
        """Fill in the login form of a page."""
        assert page.action is not None, page.text[:2_000]
        return await self.post(page.action, follow=follow, username=name, password=password)
