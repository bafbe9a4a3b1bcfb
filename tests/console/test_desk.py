"""My desk: what happens is there without reloading, and one click takes it over."""

import re
from uuid import uuid4

import pytest
from desk_page import connected, link, lost
from journeys import OPEN, file_premises, notices, register_tenancy, report, the_notice, until
from network import created
from playwright.async_api import expect
from typing_in import log_in_again

pytestmark = pytest.mark.console

OFFICER = "nanpu-officer1"
HARMFUL = "<img src=x onerror=\"document.title='harmed'\"><script>document.title='harmed'</script>"


async def a_notice(users, network, login=OFFICER) -> str:
    """Let something happen in the officer's first grid; return the incident's id."""
    grid = network.grids_of(login)[0]
    opened = created(await report(await users(login), "noise", grid=grid))
    return str(opened["incident_id"])


async def notice_of(users, incident: str, login=OFFICER) -> str:
    return str((await the_notice(await users(login), incident))["id"])


async def test_a_notice_appears_by_itself_and_is_taken_over_with_a_comment(person, users, network):
    officer = await person(OFFICER)
    await connected(officer)
    notice = await notice_of(users, await a_notice(users, network))
    await link(officer, notice).wait_for()
    assert "剩余" in await link(officer, notice).locator("[role=timer]").text_content()
    await officer.accessible()
    await officer.chinese_only()
    await link(officer, notice).click()
    await officer.page.get_by_label("处理说明").fill(HARMFUL)
    await officer.page.get_by_role("button", name="签收").click()
    await officer.reads("本岗位其他人员无需再处理")
    await officer.page.locator("dd", has_text="onerror").wait_for()
    assert await officer.page.title() == "联防"
    await officer.page.keyboard.press("Escape")
    await link(officer, notice).wait_for(state="detached")


async def test_two_windows_of_a_desk_show_the_same_and_each_notice_once(person, users, network):
    first, second = await person(OFFICER), await person(OFFICER)
    for window in (first, second):
        await connected(window)
    notice = await notice_of(users, await a_notice(users, network))
    for window in (first, second):
        await link(window, notice).wait_for()
        assert await link(window, notice).count() == 1
    await link(first, notice).click()
    await first.page.get_by_role("button", name="签收").click()
    await link(second, notice).wait_for(state="detached")


async def test_a_notice_says_why_it_came_and_what_was_withheld(person, users, network):
    officer = await person(OFFICER)
    notice = await notice_of(users, await a_notice(users, network))
    await link(officer, notice).click()
    await officer.page.get_by_text("为什么收到此通知").click()
    await officer.reads("社区民警处理辖区警情")
    await officer.page.get_by_text("哪些信息未提供").click()
    await officer.page.get_by_role("listitem").filter(has_text="作案或发生方式").wait_for()
    await officer.chinese_only()
    await officer.accessible()


async def test_a_notice_names_premises_by_their_address_and_shows_no_id(person, users, network):
    officer, desk = await person(OFFICER), await users(OFFICER)
    await connected(officer)
    premises = await file_premises(desk, network.grids_of(OFFICER)[0])
    label = (await desk.get(f"/api/v1/rentals/premises/{premises}")).body["label"]
    tenancy = await register_tenancy(desk, premises)
    notice = str((await the_notice(desk, tenancy["id"]))["id"])
    await link(officer, notice).click()
    await officer.reads(f"处所：{label}")
    await officer.chinese_only()
    assert premises not in await officer.page.inner_text("body")
    await officer.page.get_by_role("dialog").get_by_role("link", name=label).click()
    await officer.page.locator("main h1", has_text=label).wait_for()


async def test_a_lost_connection_is_shown_and_heals_without_loss_or_double(person, users, network):
    officer = await person(OFFICER, own_session=True)
    await connected(officer)
    await officer.context.set_offline(True)
    await officer.page.evaluate("window.stop()")
    await lost(officer)
    notices = [await notice_of(users, await a_notice(users, network)) for _ in range(2)]
    await officer.context.set_offline(False)
    await connected(officer)
    for notice in notices:
        await link(officer, notice).wait_for()
        assert await link(officer, notice).count() == 1


async def test_a_long_desk_is_drawn_in_parts_and_searched_whole(person, users, network):
    await a_notice(users, network)
    officer = await person(OFFICER)

    async def five_hundred(route):
        page = await (await route.fetch()).json()
        rows = [
            {**page["items"][0], "id": str(uuid4()), "title_zh": f"第{n}件"} for n in range(500)
        ]
        await route.fulfill(json={"items": rows, "next": None})

    await officer.page.route("**/notices?state=open*", five_hundred)
    await officer.page.reload()
    lines = officer.page.locator(".notices li")
    further = officer.page.get_by_role("button", name="继续显示")
    await expect(lines).to_have_count(200)
    await further.click()
    await expect(lines).to_have_count(400)
    await expect(further).to_contain_text(re.compile(r"还有 \d+ 件"))
    await officer.page.get_by_label("按标题、内容或地点筛选").fill("第499件")
    await expect(lines).to_have_count(1)
    await expect(further).to_have_count(0)


async def test_the_filter_leaves_what_fits_and_can_be_cleared(person, users, network):
    officer = await person(OFFICER)
    notice = await notice_of(users, await a_notice(users, network))
    await link(officer, notice).wait_for()
    await officer.page.get_by_role("searchbox").fill("没有这样的内容")
    await officer.reads("没有符合筛选条件的通知")
    await officer.page.get_by_role("button", name="清除筛选").click()
    await link(officer, notice).wait_for()


async def test_a_session_that_ended_is_told_and_what_was_typed_stays(person, users, network):
    officer = await person(OFFICER, own_session=True)
    notice = await notice_of(users, await a_notice(users, network))
    await link(officer, notice).click()
    comment = officer.page.get_by_label("处理说明")
    await comment.fill("门已锁好")
    await officer.context.clear_cookies()
    await officer.page.get_by_role("button", name="签收").click()
    await officer.reads("登录已过期")
    assert await comment.input_value() == "门已锁好"
    await log_in_again(officer, OFFICER, network.accounts[OFFICER]["password"])
    await officer.page.get_by_role("button", name="签收").click()
    await officer.reads("本岗位其他人员无需再处理")


async def test_a_desk_with_nothing_to_do_says_what_to_do_next(person, users, network):
    desk = await users("beihe-chief")
    chief = await person("beihe-chief")
    await connected(chief)

    async def emptied() -> bool:
        # What nobody below has acknowledged comes up meanwhile.
        for notice in await notices(desk):
            if notice["state"] in OPEN:
                await desk.post(f"/api/v1/notifications/notices/{notice['id']}/acknowledgements")
        return await chief.page.get_by_text("没有待处理的通知").count() == 1

    await until("a desk with nothing to do", emptied, 60)
    await chief.page.get_by_role("link", name="已了结").click()
    await chief.page.wait_for_url("**/desk?view=done")
