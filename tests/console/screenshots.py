"""`make screenshots`: pictures of the console for README and docs, of a running network.

Without `--all` it writes those that the documents show, into docs/pictures. With it, every view in
both languages and both sizes, into build/pictures, to be looked at.
"""

import argparse
import asyncio
import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

from browsing import at_hand, launched
from lettering import FONT, lettering
from network import ROOT, Network, Users
from people import OLD_PC, PHONE, Person
from playwright.async_api import Browser, BrowserContext
from staging import Stage
from views import VIEWS, ready

from lianfang_local.console import find_node, install
from lianfang_local.profiles import state_root
from lianfang_local.progress import Progress

SHOWN, LOOKED_AT = ROOT / "docs/pictures", ROOT / "build/pictures"
SIZES = {"pc": OLD_PC, "phone": PHONE}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
BYTES_MAX = 80_000  # a reader of a page loads several at once
_AS_WEBP = """async (png) => {
  const file = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}"""


@dataclass(frozen=True)
class Picture:
    """One picture: what it shows, in which language, on how large a screen."""

    view: str
    language: str
    size: str

    @property
    def name(self) -> str:
        """Name of its file, without the suffix."""
        return f"{self.view}-{self.language}-{self.size}"


CHOSEN = (
    *(Picture(view, "zh", "pc") for view in ("desk", "tenancy", "incident", "why", "week")),
    *(Picture(view, "en", "pc") for view in ("desk", "review", "operations")),
    *(Picture(view, "zh", "phone") for view in ("inbox", "landlord")),
    *(Picture(view, "en", "phone") for view in ("incident", "inbox")),
)
ALL = tuple(
    Picture(view, language, size) for language in LANGUAGES for size in SIZES for view in VIEWS
)


async def take(network: Network, pictures: Sequence[Picture], files: Sequence[Path]) -> None:
    """Let something happen on a network, and take pictures of it; PNG is for the eye alone."""
    users = Users(network)
    try:
        stage = await Stage.set(network, users)
    finally:
        await users.close()
    async with launched(lettering(), "zh-CN") as browser:
        camera = Camera(browser, network, stage)
        for picture, file in zip(pictures, files, strict=True):
            taken = await camera.take(picture)
            file.write_bytes(await as_webp(browser, taken) if file.suffix == ".webp" else taken)


class Camera:
    """Takes pictures one by one; whoever has logged in for one stays so for the others.

    Args:
        browser: has a Chinese font.
        network: runs.
        stage: what happened there.
    """

    def __init__(self, browser: Browser, network: Network, stage: Stage) -> None:
        self._browser, self._network, self._stage = browser, network, stage
        self._contexts: dict[tuple[str, str], BrowserContext] = {}

    async def take(self, picture: Picture) -> bytes:
        """Take one picture as PNG; a fault of the page fails it."""
        view = VIEWS[picture.view]
        login = view.whose(self._stage.cast)
        window = await Person.of(
            self._browser,
            self._network,
            login,
            size=SIZES[picture.size],
            within=self._contexts.get((login, picture.language)),
            language=LANGUAGES[picture.language],
        )
        self._contexts[login, picture.language] = window.context
        await view.show(window, self._stage)
        await ready(window)
        taken = await window.page.screenshot(animations="disabled")
        await window.close()
        return taken


async def as_webp(browser: Browser, png: bytes) -> bytes:
    """Return a picture in the form that takes a half of the bytes; the browser knows how."""
    page = await browser.new_page()
    drawn = await page.evaluate(_AS_WEBP, base64.b64encode(png).decode())
    await page.close()
    return base64.b64decode(drawn)


def main() -> int:
    """Return 1 when a picture for the documents is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="demo", choices=("demo", "test"))
    parser.add_argument("--all", action="store_true", help="every view, to be looked at")
    options = parser.parse_args()
    progress = Progress()
    node = find_node(state_root() / "cache", progress)
    for folder in [FONT] if at_hand() else [FONT, HERE]:
        install(node, folder, progress)
    folder, pictures, form = (LOOKED_AT, ALL, "png") if options.all else (SHOWN, CHOSEN, "webp")
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{each.name}.{form}" for each in pictures]
    asyncio.run(take(Network.of_profile(options.profile).demand_ready(), pictures, files))
    sizes = {file: file.stat().st_size for file in files}
    for file, size in sizes.items():
        progress.say(f"{file.relative_to(ROOT)}  {size / 1_000:.0f} KB")
    return 0 if options.all or max(sizes.values()) <= BYTES_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
