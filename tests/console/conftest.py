"""A Chromium at the running test network, as people use the console."""

import asyncio
import fcntl
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from lianfang_demo.client import Session

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system"), str(HERE.parent / "rights")]

from browsing import launched
from demo_users import network, users
from journeys import OPEN, notices
from moving import case, listed
from network import ROOT, Network, Users
from people import PATIENCE_MS, Person

# What is expected of a page gets as long as what is waited for.
expect.set_options(timeout=PATIENCE_MS)

__all__ = ["case", "listed", "network", "users"]

_DESKS = ("nanpu-officer1", "yuntai-committee")


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
    async with launched() as started:
        yield started


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
