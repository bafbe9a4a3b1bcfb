"""The first page: small, in Chinese, usable with a keyboard, on an old PC and on a phone."""

import asyncio
import re

import pytest
from browsing import nobody_yet
from people import OLD_PC, PHONE, Person

pytestmark = pytest.mark.console

FIRST_PAGE_BYTES_MAX = 300_000
_ROLES = {
    "nanpu-officer1": "我的岗位",
    "nanpu-head1": "我的岗位",
    "yuntai-committee": "我的岗位",
    "bureau": "一周情况",
    "landlord1": "我的房屋",
    "ops": "运行状态",
    "auditor": "分发规则",
}


def test_every_login_of_these_tests_is_a_demo_account(network):
    assert set(_ROLES) <= set(network.accounts)


@pytest.mark.parametrize("login", _ROLES)
async def test_each_role_comes_to_a_page_of_use_and_reads_no_english(person, login):
    someone = await person(login, own_session=True)
    assert await someone.page.inner_text("main h1") == _ROLES[login]
    await someone.accessible()
    await someone.chinese_only("grid")


async def test_the_first_page_is_small_and_asks_no_other_host(network, browser):
    context = await nobody_yet(browser, viewport=OLD_PC)
    page = await context.new_page()
    someone = Person(context, page, network.url("gateway"))
    sizes: dict[str, int] = {}

    async def measured(request):
        if "/console/" in request.url:
            sizes[request.url] = (await request.sizes())["responseBodySize"]

    foreign = []
    page.on("request", lambda r: r.url.startswith(someone.url) or foreign.append(r.url))
    page.on("requestfinished", measured)
    await page.goto(f"{someone.url}/console/")
    await page.fill("#login", "nanpu-officer1")
    await page.fill("#password", network.accounts["nanpu-officer1"]["password"])
    await page.click("button[type=submit]")
    await page.wait_for_selector("main h1")
    await page.wait_for_load_state("load")
    await someone.close()
    assert len(sizes) > 3
    assert sum(sizes.values()) < FIRST_PAGE_BYTES_MAX, sizes
    assert not [url for url in foreign if not url.startswith("data:")]


async def test_the_page_of_an_address_is_on_its_way_before_the_account_is_known(person):
    someone = await person("nanpu-officer1")
    known = asyncio.Event()

    async def hold(route):
        await known.wait()
        await route.continue_()

    await someone.page.route("**/gateway/me", hold)
    async with someone.page.expect_request(re.compile("/RegisterPages-")):
        await someone.page.goto(f"{someone.url}/console/register", wait_until="commit")
    known.set()
    await someone.page.locator("main h1", has_text="监督帮扶登记").wait_for()


@pytest.mark.parametrize("size", [OLD_PC, PHONE], ids=["old-pc", "phone"])
async def test_nothing_is_cut_off(person, size):
    someone = await person("nanpu-officer1", size=size)
    await someone.within_the_window()
    for name in ("分发规则", "我的账号"):
        await someone.page.get_by_role("link", name=name).first.click()
        await someone.page.locator("main h1", has_text=name).wait_for()
        await someone.within_the_window()
        await someone.accessible()


async def test_the_language_changes_at_once_and_is_kept(person):
    someone = await person("nanpu-officer1", own_session=True)
    await someone.page.get_by_role("button", name="English").click()
    await someone.page.locator("main h1", has_text="My desk").wait_for()
    await someone.page.reload()
    await someone.page.locator("main h1", has_text="My desk").wait_for()
    assert await someone.page.get_attribute("html", "lang") == "en"


async def test_who_logs_out_is_asked_for_the_password_again(person):
    someone = await person("nanpu-officer1", own_session=True)
    await someone.page.get_by_role("button", name="退出登录").click()
    await someone.page.wait_for_selector("#password")
