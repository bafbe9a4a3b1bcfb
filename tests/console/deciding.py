"""A residence-change case as its windows show it: who is responsible, and what is decided."""

from network import Network
from playwright.async_api import expect


def office_of(network: Network, login: str) -> str:
    """Return the name of a user's office."""
    wanted = network.office(login)
    return next(o["name_zh"] for o in network.district["offices"] if o["office_id"] == wanted)


async def is_responsible(window, network: Network, login: str) -> None:
    """Wait until a window says that a user's office is responsible."""
    responsible = window.page.locator(".responsible strong")
    await expect(responsible).to_have_text(office_of(network, login), timeout=25_000)


async def decide(window, decision: str) -> None:
    """Choose a decision by the beginning of its words, and send it."""
    await window.page.get_by_role("radio", name=decision).check()
    await window.page.get_by_role("button", name="提交决定").click()
