"""Two offices at their desks, side by side: a case passes from one to the other by itself."""

import pytest
from deciding import decide, is_responsible
from desk_page import connected, have_stayed, link, stay
from journeys import the_notice
from moving import NEW, OLD
from register import answers_for, move, the_case

pytestmark = pytest.mark.console


async def take_up(window, users, login: str, case: str) -> None:
    """Follow the notice that has come to a desk to its case."""
    notice = await the_notice(await users(login), case)
    await link(window, notice["id"]).click()
    await window.page.get_by_role("link", name="查看交接件").click()


async def test_a_case_comes_to_each_desk_and_goes_to_the_next_and_nobody_loads_a_page_again(
    person, users, network, listed
):
    a, b = await person(OLD), await person(NEW)
    for desk in (a, b):
        await connected(desk)
    await stay(a, b)
    await move(users, network, listed, NEW)
    case = str((await the_case(await users(OLD), listed))["case_id"])
    await take_up(a, users, OLD, case)
    await is_responsible(a, network, OLD)
    await decide(a, "确认")
    await take_up(b, users, NEW, case)
    await is_responsible(b, network, OLD)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]
    await decide(b, "接收：")
    for window in (b, a):
        await is_responsible(window, network, NEW)
    assert await answers_for(network, listed.entry_id) == [network.office(NEW)]
    await have_stayed(a, b)
