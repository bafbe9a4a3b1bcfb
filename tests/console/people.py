"""Somebody in front of the console."""

import re
from typing import Any, Self

from axe_playwright_python.async_playwright import Axe
from browsing import nobody_yet
from journeys import until
from network import Network
from playwright.async_api import Browser, BrowserContext, Page

OLD_PC = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 20_000
_SERIOUS = {"serious", "critical"}
# What a Chinese page may show in Latin letters: logins, and the word that changes the language.
_LATIN = re.compile(r"[A-Za-z]{3,}")
# The rows of a long list are alike, and axe takes its time for each.
_LOOKED_AT = {"exclude": [["li:nth-child(n+21)"], ["tr:nth-child(n+21)"]]}
_TOLD = {"resultTypes": ["violations"]}
_EXPECTED_FAULTS = ("Failed to load resource", "net::ERR_")


class Person:
    """One browser window of somebody who has logged in.

    Args:
        context: cookies and storage.
        page: the page in front.
        url: the gateway's address.
    """

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._said(message.type, message.text))

    @classmethod
    async def of(
        cls,
        browser: Browser,
        network: Network,
        login: str,
        path: str = "/console/",
        size: dict[str, int] = OLD_PC,
        *,
        within: BrowserContext | None = None,
        language: str = "zh-CN",
    ) -> Self:
        """Open a page as a demo user, who logs in unless it is within a context that has."""
        context = within or await nobody_yet(browser)
        if within is None and language != "zh-CN":
            await context.add_init_script(f"localStorage['lianfang.language'] = '{language}'")
        person = await cls.at(context, network, path, size)
        if within is None:
            await person.log_in(login, network.accounts[login]["password"])
        await person.page.wait_for_selector("main h1")
        return person

    @classmethod
    async def at(
        cls,
        context: BrowserContext,
        network: Network,
        path: str = "/console/",
        size: dict[str, int] = OLD_PC,
    ) -> Self:
        """Open a page; where nobody has logged in within the context, it is the login's form."""
        person = cls(context, await context.new_page(), network.url("gateway"))
        await person.page.set_viewport_size(size)
        await person.page.goto(person.url + path)
        return person

    async def log_in(self, login: str, password: str) -> None:
        """Fill in the login's form and send it."""
        await self.page.fill("#login", login)
        await self.page.fill("#password", password)
        await self.page.click("button[type=submit]")

    async def close(self) -> None:
        """Close the window; a fault of the page or of its policy fails the test."""
        await self.page.close()
        assert not self.faults, self.faults

    async def reads(self, text: str) -> None:
        """Wait until a text stands on the page."""
        await self.page.get_by_text(text).first.wait_for()

    async def accessible(self) -> None:
        """Fail on what axe finds serious."""
        found = await Axe().run(self.page, context=_LOOKED_AT, options=_TOLD)
        serious = [
            (each["id"], [node["html"][:200] for node in each["nodes"]])
            for each in found.response["violations"]
            if each["impact"] in _SERIOUS
        ]
        assert not serious, serious

    async def chinese_only(self, *allowed: str) -> None:
        """Fail on a word in Latin letters that the page shows or says to a screen reader."""
        shown = await self.page.evaluate(_WORDS)
        known = {"English", *allowed}
        words = {word for text in shown for word in _LATIN.findall(text)}
        assert words <= known, words - known

    async def fits(self, *, in_chinese: bool = False) -> None:
        """Fail where the page as it stands is too wide on an old PC or a phone, or not accessible.

        The console is laid out by style sheets alone, so a window that is made narrow shows what a
        narrow one does. It is left as wide as it was.

        Args:
            in_chinese: fail on a word in Latin letters too.
        """
        before = self.page.viewport_size or OLD_PC
        for size in (OLD_PC, PHONE):
            await self.page.set_viewport_size(size)
            await self.page.evaluate(_DRAWN)
            await self.within_the_window()
            if in_chinese:
                await self.chinese_only()
        await self.page.set_viewport_size(before)
        await self.accessible()

    async def within_the_window(self) -> None:
        """Fail where the page is wider than the window."""
        wide, window = await self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= window

    async def until(self, awaited: str, script: str, seconds: float = 20.0) -> Any:
        """Wait until a script of the page returns something true."""

        async def look() -> Any:
            return await self.page.evaluate(script)

        return await until(awaited, look, seconds)

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(_EXPECTED_FAULTS):
            self.faults.append(text)


_DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_WORDS = """() => [...document.querySelectorAll("body *")].flatMap((element) => {
  if (element.closest("[lang=en], style, script") || !element.checkVisibility()) return [];
  const own = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent);
  const said = ["aria-label", "placeholder", "title", "alt"].map((n) => element.getAttribute(n));
  return [...own, ...said.filter(Boolean)];
})"""
__all__ = ["OLD_PC", "PATIENCE_MS", "PHONE", "Person"]
