"""A desk as its page shows it: the connection, and the line of each notice."""

from playwright.async_api import Locator


def link(someone, notice: str) -> Locator:
    """Return the line of a notice, on the desk or among a committee's receipts."""
    return someone.page.locator(f'a[href="/console/desk/{notice}"]')


async def connected(someone) -> None:
    """Wait until the page says that it is told what happens."""
    await someone.reads("实时更新中")


async def lost(someone) -> None:
    """Wait until the page says that it is not."""
    await someone.reads("正在重新连接")


async def stay(*windows) -> None:
    """Mark windows, so that one that loads its page anew is found out."""
    for window in windows:
        await window.page.evaluate("window.stayed = true")


async def have_stayed(*windows) -> None:
    """Fail where a window has loaded its page anew since it was marked."""
    for window in windows:
        assert await window.page.evaluate("window.stayed === true")
