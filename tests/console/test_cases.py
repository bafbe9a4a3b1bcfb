"""Journey 3 in windows: who is responsible stands on every screen, and moves when B accepts."""

import re

import pytest
from deciding import decide, is_responsible, office_of
from journeys import until
from moving import NEW, OLD
from people import OLD_PC, PHONE
from playwright.async_api import expect
from register import CASES, act, answers_for

pytestmark = pytest.mark.console

JUSTICE = "nanpu-justice"
GONE = "没有此件，或本单位不（再）经办此件"


def at(case):
    return f"/console/cases/{case}"


async def confirmed(users, case):
    """Let A's officer confirm the match elsewhere."""
    reply = await act(await users(OLD), f"{CASES}/{case}", "reviews", {"outcome": "confirmed"})
    assert reply.status == 200, reply.body


async def fact(window, name):
    """Return what the page says under a name."""
    line = window.page.locator("dt", has_text=name).locator("xpath=following-sibling::dd[1]")
    return (await line.inner_text()).strip()


async def test_a_stays_responsible_on_every_screen_until_b_has_accepted(
    person, users, network, listed, case
):
    a = await person(OLD, path=at(case))
    await is_responsible(a, network, OLD)
    assert await fact(a, "状态") == "待责任单位复核"
    assert "剩余" in await a.page.locator("[role=timer]").inner_text()
    await a.accessible()
    await a.chinese_only()
    await a.reads(f"交由{office_of(network, NEW)}接收")
    await decide(a, "确认")
    await a.reads("已确认，等待接收单位决定")
    await is_responsible(a, network, OLD)

    b = await person(NEW, path="/console/cases")
    row = b.page.get_by_role("listitem").filter(has=b.page.locator(f'a[href="{at(case)}"]'))
    await expect(row).to_contain_text(f"现在的责任单位 {office_of(network, OLD)}")
    await row.get_by_role("link").click()
    await is_responsible(b, network, OLD)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]
    await decide(b, "接收：")
    await b.reads("已接收，本单位现在是责任单位")
    await is_responsible(b, network, NEW)
    await is_responsible(a, network, NEW)
    assert await answers_for(network, listed.entry_id) == [network.office(NEW)]


async def test_the_review_shows_register_and_tenancy_side_by_side(person, network, listed, case):
    a = await person(OLD, path=at(case))
    row = a.page.get_by_role("row")
    for told in ("姓名", "证件", "电话", "居住地", "居住起止", "负责单位"):
        await row.filter(has=a.page.get_by_role("rowheader", name=told, exact=True)).wait_for()
    document = row.filter(has_text="证件").locator("td")
    masked = re.compile(re.escape("*" * 14 + listed.number[14:]) + "$")
    await expect(document).to_have_text([masked, masked])
    offices = row.filter(has_text="负责单位").locator("td")
    await expect(offices).to_have_text([office_of(network, OLD), office_of(network, NEW)])


async def test_a_refusal_needs_a_reason_and_goes_back_to_a(person, users, network, listed, case):
    await confirmed(users, case)
    a, b = await person(OLD, path=at(case)), await person(NEW, path=at(case))
    await decide(b, "退回")
    await b.reads("请选择退回理由")
    await b.page.get_by_label("退回理由").select_option(label="经查未在此居住")
    await b.page.get_by_role("button", name="提交决定").click()
    await b.reads("已退回责任单位，本单位不再经办此件")
    await expect(b.page.get_by_role("table")).to_have_count(0)
    await a.reads("经查未在此居住")
    assert await fact(a, "状态") == "待责任单位复核"
    await is_responsible(a, network, OLD)
    await b.page.reload()
    await b.reads(GONE)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]


async def test_the_register_of_a_shows_by_itself_that_b_has_accepted(person, users, listed, case):
    await confirmed(users, case)
    a = await person(OLD, path="/console/register")
    entry = a.page.locator(f'a[href="/console/register/{listed.entry_id}"]')
    await entry.wait_for()
    accepted = await act(await users(NEW), f"{CASES}/{case}", "acceptances")
    assert accepted.status == 200, accepted.body
    await entry.wait_for(state="detached")


async def test_a_visit_ends_the_case_and_nobody_is_shown_any_more(
    person, users, network, listed, case
):
    await confirmed(users, case)
    b = await person(NEW, path=at(case))
    await decide(b, "仅为探访")
    await b.reads("已按仅为探访办结")
    await b.reads("交接已结束，不再显示人员和住处")
    assert await fact(b, "办结方式") == "仅为探访"
    await expect(b.page.get_by_role("radio")).to_have_count(0)
    await is_responsible(b, network, OLD)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]


async def test_of_mistaken_identity_b_never_hears(person, network, listed, case):
    a, b = await person(OLD, path=at(case)), await person(NEW, path=at(case))
    await b.reads(GONE)
    await decide(a, "身份错认")
    await a.reads("已按身份错认办结")
    await is_responsible(a, network, OLD)
    await b.page.reload()
    await b.reads(GONE)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]


async def test_a_decision_needs_a_choice(person, case):
    a = await person(OLD, path=at(case))
    await a.page.get_by_role("button", name="提交决定").click()
    await a.reads("请先选择")


async def test_a_case_that_changed_meanwhile_shows_how_it_stands_now(person, users, case):
    a = await person(OLD, path=at(case))
    await a.page.get_by_role("radio", name="身份错认").check()
    # So that this window does not notice by itself.
    await a.page.route("**/residence-change-cases?*", lambda route: route.abort())
    await confirmed(users, case)
    await a.page.get_by_role("button", name="提交决定").click()
    await a.reads("此项刚被他人更改")
    await a.reads("已确认，待接收")
    await expect(a.page.get_by_role("radio")).to_have_count(1)
    reply = await (await users(OLD)).get(f"{CASES}/{case}")
    assert reply.body["state"] == "confirmed"


async def test_a_deadline_that_passes_meanwhile_stands_in_nobodys_way(
    person, users, network, listed, case
):
    await confirmed(users, case)
    b = await person(NEW, path=at(case))
    await b.page.get_by_role("radio", name="接收：").check()
    await b.page.route("**/residence-change-cases?*", lambda route: route.abort())

    async def missed():
        return (await (await users(NEW)).get(f"{CASES}/{case}")).body["version"] > 2

    await until("the missed acceptance", missed, seconds=20)
    await b.page.get_by_role("button", name="提交决定").click()
    await b.reads("已接收，本单位现在是责任单位")
    assert await answers_for(network, listed.entry_id) == [network.office(NEW)]


async def test_a_lost_answer_is_asked_for_again_and_the_decision_has_its_effect_once(
    person, users, network, listed, case
):
    await confirmed(users, case)
    b = await person(NEW, path=at(case))
    await b.page.route("**/residence-change-cases?*", lambda route: route.abort())

    async def lose(route):
        await route.fetch()
        await route.abort()

    await b.page.route("**/acceptances", lose, times=1)
    await decide(b, "接收：")
    await b.reads("网络或服务暂时不可用")
    await b.page.get_by_role("button", name="提交决定").click()
    await b.reads("已接收，本单位现在是责任单位")
    rows = await network.query(
        "population", "select 1 from responsibilities where entry_id = $1", listed.entry_id
    )
    assert len(rows) == 2


async def test_details_are_shown_for_a_purpose_asked_once_a_case_and_kept_nowhere(
    person, network, listed, case
):
    a = await person(OLD, path=at(case))
    show = a.page.get_by_role("button", name="查看完整信息")
    before = a.page.get_by_role("row").filter(has_text="居住起止").locator("td").first
    await expect(before).to_have_text("说明查阅目的后显示")
    await show.click()
    await a.reads("查阅目的：办理本件居住地变更交接")
    assert listed.number not in await a.page.inner_text("main")
    await a.page.get_by_role("button", name="确认目的并查看").click()
    await a.reads(listed.number)
    await a.reads(listed.name)
    await expect(before).to_contain_text("至")
    await a.page.get_by_role("button", name="隐藏完整信息").click()
    await expect(a.page.get_by_text(listed.number)).to_have_count(0)
    await show.click()
    await a.reads(listed.number)

    kept = await a.page.evaluate(
        "JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, history.state])"
    )
    assert listed.number not in kept and listed.name not in kept
    await a.page.get_by_role("link", name="返回交接列表").click()
    await a.page.locator(f'a[href="{at(case)}"]').click()
    await show.wait_for()
    await expect(a.page.get_by_text(listed.number)).to_have_count(0)
    acts = await network.query(
        "population", "select 1 from audit where act = 'disclose' and subject = $1", case
    )
    assert len(acts) == 2


async def test_details_hide_by_themselves_after_a_minute(person, listed, case):
    a = await person(OLD, path=at(case), own_session=True)
    await a.page.get_by_role("button", name="查看完整信息").click()
    await a.page.clock.install()
    await a.page.get_by_role("button", name="确认目的并查看").click()
    await a.reads(listed.number)
    await a.page.clock.fast_forward(61_000)
    await expect(a.page.get_by_text(listed.number)).to_have_count(0)


async def test_the_justice_office_reads_a_confirmed_case_and_decides_nothing(
    person, users, network, case
):
    await confirmed(users, case)
    justice = await person(JUSTICE, path=at(case))
    await is_responsible(justice, network, OLD)
    await justice.reads("本件目前无需本单位处理")
    await expect(justice.page.get_by_role("radio")).to_have_count(0)
    await justice.chinese_only()


async def test_a_case_fits_and_its_responsible_office_stays_on_the_screen(person, case):
    a = await person(OLD, path=at(case))
    await a.page.get_by_role("button", name="提交决定").wait_for()
    await a.fits(in_chinese=True)
    for size in (OLD_PC, PHONE):
        await a.page.set_viewport_size(size)
        await a.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        await expect(a.page.locator(".responsible strong")).to_be_in_viewport()
    await a.page.get_by_role("link", name="返回交接列表").click()
    await a.page.locator(f'a[href="{at(case)}"]').wait_for()
    await a.fits()


@pytest.mark.parametrize("login", ["landlord1", "dongdu-committee", "bureau"])
async def test_who_has_no_such_desk_gets_a_clear_page_and_no_link(person, login):
    someone = await person(login, path="/console/cases")
    for path in ("/console/cases", "/console/register", "/console/register/new"):
        await someone.page.goto(someone.url + path)
        await someone.reads("没有这个页面，或您的岗位不使用此页面")
        await expect(someone.page.locator('nav a[href="/console/cases"]')).to_have_count(0)
    await someone.page.get_by_role("link", name="回到首页").click()
    await expect(someone.page.locator("main h1")).not_to_contain_text("没有这个页面")
