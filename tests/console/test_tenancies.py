"""Premises and tenancies at an officer's screen: one page, nothing typed twice, nothing lost."""

import json
from datetime import date, timedelta

import pytest
from journeys import (
    TYPED_NAMES,
    a_document_number,
    post_tenancy,
    resolve,
    the_notice,
)
from network import created
from playwright.async_api import expect
from typing_in import (
    HARMFUL,
    TENANCIES,
    a_credit_code,
    a_wrong_number,
    is_unharmed,
    is_wrong,
    log_in_again,
    lose,
    lose_the_answer,
    resolutions_of,
    some_premises,
    submit,
    submit_and_register,
    tenant,
    type_tenant,
)

from lianfang_demo.zone import today

pytestmark = pytest.mark.console

OFFICER, READER = "nanpu-officer1", "nanpu-chief"
KEPT = "填写的内容仍在本页，请再次提交，不会重复登记"


def form_at(premises: str) -> str:
    return f"/console/tenancies/new?premises={premises}"


async def listed(someone) -> None:
    """Wait until the list of premises is there."""
    await someone.page.get_by_role("status").filter(has_text="共").wait_for()


async def tenancies_of(users, premises: str) -> list[dict]:
    detail = await (await users(OFFICER)).get(f"/api/v1/rentals/premises/{premises}")
    return list(detail.body["tenancies"])


async def a_tenancy(users, premises: str, first_day: date, last_day: date) -> str:
    officer = await users(OFFICER)
    receipt = await resolve(officer, premises)
    reply = await post_tenancy(officer, premises, [receipt], first_day=first_day, last_day=last_day)
    return str(created(reply)["id"])


async def test_a_tenancy_is_registered_on_one_page_and_the_desk_hears_of_it(person, users, network):
    premises, label = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER)
    await officer.page.get_by_role("link", name="登记租住").first.click()
    await officer.page.locator("main h1", has_text="登记租住").wait_for()
    await officer.page.get_by_role("searchbox").fill(label)
    await officer.page.locator(f'main a[href$="premises={premises}"]').click()
    await type_tenant(officer, a_document_number())
    await tenant(officer).get_by_role("button", name="核验身份").click()
    await officer.reads("身份已核验：测****")
    await officer.page.get_by_role("button", name="增加租住人").click()
    await type_tenant(officer, a_document_number(), 2, TYPED_NAMES[1])
    await officer.page.get_by_label("房间", exact=True).select_option("2")
    await officer.accessible()
    await officer.chinese_only()
    tenancy = await submit_and_register(officer)
    await expect(officer.page.get_by_role("status").get_by_role("listitem")).to_have_count(2)
    await officer.accessible()
    await officer.chinese_only()
    (kept,) = await tenancies_of(users, premises)
    assert (kept["id"], kept["room"], kept["tenants"]) == (tenancy, 2, 2)
    notice = await the_notice(await users(OFFICER), tenancy)
    await officer.page.get_by_role("link", name="我的岗位").click()
    await officer.page.locator(f'a[href="/console/desk/{notice["id"]}"]').wait_for()


async def test_one_click_leads_to_the_next_registration_with_nobody_left_in_it(
    person, users, network
):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=form_at(premises))
    number = a_document_number()
    await type_tenant(officer, number)
    await submit_and_register(officer)
    assert number not in await officer.page.content()
    await officer.page.get_by_role("button", name="同一房屋再登记").click()
    await expect(tenant(officer).get_by_label("证件号码")).to_have_value("")
    await officer.page.get_by_role("link", name="更换房屋").click()
    await officer.page.get_by_role("searchbox").wait_for()
    kept = await officer.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, location.href])"
    )
    assert not [typed for typed in (number, *TYPED_NAMES) if typed in kept]


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    person, users, network
):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=form_at(premises))
    number = a_document_number()
    await type_tenant(officer, a_wrong_number(number))
    await officer.page.get_by_role("button", name="增加租住人").click()
    await type_tenant(officer, a_document_number(), 2, HARMFUL)
    await submit(officer)
    document = tenant(officer).get_by_label("证件号码")
    await is_wrong(officer, document, "校验位错误")
    await is_wrong(officer, tenant(officer, 2).get_by_label("姓名"), "不含数字")
    await expect(document).to_be_focused()
    await expect(tenant(officer, 2).get_by_label("姓名")).to_have_value(HARMFUL)
    await is_unharmed(officer)
    await officer.accessible()
    await officer.chinese_only()
    await document.fill(number)
    await type_tenant(officer, f" {number}", 2, "")
    await submit(officer)
    await is_wrong(officer, tenant(officer, 2).get_by_label("姓名"), "请填写")
    await is_wrong(officer, tenant(officer, 2).get_by_label("证件号码"), "同一证件")
    await tenant(officer, 2).get_by_role("button", name="删除此人").click()
    await officer.page.get_by_label("最后一天").fill(str(today() - timedelta(days=1)))
    await submit(officer)
    await is_wrong(officer, officer.page.get_by_label("最后一天"), "不能早于第一天")
    await officer.page.get_by_label("最后一天").fill("")
    await submit_and_register(officer)


async def test_an_overlap_is_shown_before_anything_is_sent(person, users, network):
    premises, _ = await some_premises(users, network, OFFICER)
    until = today() + timedelta(days=30)
    await a_tenancy(users, premises, today(), until)
    officer = await person(OFFICER, path=form_at(premises))
    await officer.reads("所选日期内该房间已有租住")
    await officer.page.get_by_role("alert").get_by_text(f"{today()} 至 {until}").wait_for()
    await officer.page.get_by_role("link", name="查看此租住").click()
    await expect(officer.page.locator("li:focus")).to_contain_text(str(until))
    await type_tenant(officer, a_document_number())
    await submit(officer)
    first_day = officer.page.get_by_label("第一天")
    await is_wrong(officer, first_day, "已经出租")
    await first_day.fill(str(until + timedelta(days=1)))
    await officer.reads("该房间没有其他租住")
    await submit_and_register(officer)


async def test_a_failed_second_half_is_repeated_without_typing_or_resolving_again(
    person, users, network
):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=form_at(premises))
    resolved = resolutions_of(officer)
    await type_tenant(officer, a_document_number())
    await officer.page.route(f"**{TENANCIES}", lose, times=1)
    await submit(officer)
    await officer.reads(KEPT)
    await submit_and_register(officer)
    assert len(resolved) == 1


async def test_a_repeat_after_a_lost_answer_registers_once(person, users, network):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=form_at(premises))
    await type_tenant(officer, a_document_number())
    await officer.page.route(f"**{TENANCIES}", lose_the_answer, times=1)
    await submit(officer)
    await officer.reads(KEPT)
    tenancy = await submit_and_register(officer)
    assert [each["id"] for each in await tenancies_of(users, premises)] == [tenancy]


async def test_a_receipt_that_is_too_old_is_made_anew_by_itself(person, users, network):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=form_at(premises))
    resolved = resolutions_of(officer)
    too_old = {"field": "tenants.0.receipt", "code": "receipt-expired", "message": "身份回执已过期"}

    async def expired(route):
        problem = {"type": "/problems/receipt-expired", "title": "", "errors": [too_old]}
        await route.fulfill(
            status=422, content_type="application/problem+json", body=json.dumps(problem)
        )

    await type_tenant(officer, a_document_number())
    await officer.page.route(f"**{TENANCIES}", expired, times=1)
    await submit(officer)
    await officer.reads("登记成功")
    assert len(resolved) == 2
    assert len(await tenancies_of(users, premises)) == 1


async def test_a_session_that_ends_in_the_middle_of_a_form_takes_nothing_with_it(
    person, users, network
):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=form_at(premises), own_session=True)
    number = a_document_number()
    await type_tenant(officer, number)
    await officer.context.clear_cookies()
    await submit(officer)
    await officer.reads("登录已过期")
    await expect(tenant(officer).get_by_label("证件号码")).to_have_value(number)
    await log_in_again(officer, OFFICER, network.accounts[OFFICER]["password"])
    await submit_and_register(officer)


async def test_premises_are_filed_down_the_tree_and_texts_stay_texts(person, network):
    officer = await person(OFFICER, path="/console/premises")
    grid = network.grids_of(OFFICER)[-1]
    await officer.page.get_by_text("登记新的出租房屋").click()
    form = officer.page.locator("form")
    await form.get_by_label("社区").select_option(grid[:12])
    await form.get_by_label("门牌号").fill(HARMFUL)
    await form.get_by_role("button", name="登记房屋").click()
    await is_wrong(officer, form.get_by_label("网格"), "请选到网格")
    await form.get_by_label("网格").select_option(grid)
    await form.get_by_label("房间数").fill("3")
    await form.get_by_label("出租单位名称").fill(HARMFUL)
    await form.get_by_label("统一社会信用代码").fill(a_credit_code())
    await form.get_by_role("button", name="登记房屋").click()
    await is_wrong(officer, form.get_by_label("门牌号"), "只填门牌号")
    await officer.chinese_only()
    await form.get_by_label("门牌号").fill("7栋-1203")
    await form.get_by_role("button", name="登记房屋").click()
    await officer.page.locator("main h1", has_text="7栋-1203").wait_for()
    await officer.page.locator("dd", has_text="onerror").wait_for()
    await is_unharmed(officer)
    await officer.accessible()


async def test_a_place_narrows_the_list_and_stays_when_one_comes_back(person, users, network):
    premises, label = await some_premises(users, network, OFFICER)
    here, elsewhere = network.grids_of(OFFICER)[0], network.grids_of(OFFICER)[-1]
    officer = await person(OFFICER, path="/console/premises")
    row = officer.page.locator(f'main a[href="/console/premises/{premises}"]')
    await officer.page.get_by_label("社区").select_option(elsewhere[:12])
    await officer.page.get_by_label("网格").select_option(elsewhere)
    await officer.page.wait_for_url(f"**area={elsewhere}")
    await listed(officer)
    await officer.page.get_by_role("searchbox").fill(label)
    await row.wait_for(state="detached")
    await officer.page.get_by_label("社区").select_option(here[:12])
    await officer.page.get_by_label("网格").select_option(here)
    await row.click()
    await officer.page.locator("main h1", has_text=label).wait_for()
    await officer.page.go_back()
    await expect(officer.page.get_by_label("网格")).to_have_value(here)


async def test_a_tenancy_is_extended_and_ended_and_a_foreign_change_is_seen_first(
    person, users, network
):
    premises, _ = await some_premises(users, network, OFFICER)
    tenancy = await a_tenancy(users, premises, today(), today() + timedelta(days=10))
    officer = await person(OFFICER, path=f"/console/premises/{premises}")
    await officer.page.get_by_role("button", name="续租").click()
    await officer.page.get_by_role("button", name="确定").click()
    await is_wrong(officer, officer.page.get_by_label("续租到哪一天"), "请选择日期")
    await officer.page.get_by_label("续租到哪一天").fill(str(today() + timedelta(days=20)))
    await officer.page.get_by_role("button", name="确定").click()
    await officer.reads(f"{today()} 至 {today() + timedelta(days=20)}")
    await officer.page.get_by_role("button", name="终止").click()
    await somebody_extends(users, tenancy, today() + timedelta(days=30))
    await officer.page.get_by_role("button", name="确定").click()
    await officer.reads("刚被他人更改")
    await officer.reads(f"{today()} 至 {today() + timedelta(days=30)}")
    await officer.page.get_by_role("button", name="确定").click()
    await officer.reads("已终止")
    (ended,) = await tenancies_of(users, premises)
    assert (ended["ended"], ended["last_day"]) == (True, str(today()))
    await officer.accessible()
    await officer.chinese_only()


async def test_an_extension_into_the_next_tenancy_leads_to_it(person, users, network):
    premises, _ = await some_premises(users, network, OFFICER)
    await a_tenancy(users, premises, today(), today() + timedelta(days=5))
    begins, until = today() + timedelta(days=10), today() + timedelta(days=20)
    following = await a_tenancy(users, premises, begins, until)
    officer = await person(OFFICER, path=f"/console/premises/{premises}")
    row = officer.page.locator("li", has_text=f"{today()} 至")
    await row.get_by_role("button", name="续租").click()
    await officer.page.get_by_label("续租到哪一天").fill(str(begins))
    await officer.page.get_by_role("button", name="确定").click()
    await officer.page.get_by_role("link", name=f"{begins} 至 {until} 已有租住").click()
    await expect(officer.page.locator("li:focus")).to_have_id(f"tenancy-{following}")
    await officer.accessible()
    await officer.chinese_only()


async def somebody_extends(users, tenancy: str, last_day) -> None:
    officer = await users(OFFICER)
    now = await officer.get(f"{TENANCIES}/{tenancy}")
    reply = await officer.post(
        f"{TENANCIES}/{tenancy}/extensions", {"last_day": str(last_day)}, if_match=now.etag
    )
    assert reply.status == 200, reply.body


async def test_who_lets_is_recorded_on_the_file_by_the_papers(person, users, network):
    premises, _ = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER, path=f"/console/premises/{premises}")
    await officer.reads("未登记")
    await officer.page.get_by_text("登记或更换出租人").click()
    papers = officer.page.get_by_role("group", name="出租人").last
    await papers.get_by_label("证件号码").fill(a_document_number())
    await officer.page.get_by_role("button", name="登记出租人").click()
    await is_wrong(officer, papers.get_by_label("姓名"), "请填写")
    await papers.get_by_label("姓名").fill(TYPED_NAMES[1])
    await officer.page.get_by_role("button", name="登记出租人").click()
    await officer.page.locator("dd", has_text="个人（身份已核验）").wait_for()
    detail = await (await users(OFFICER)).get(f"/api/v1/rentals/premises/{premises}")
    assert detail.body["let_by"]["kind"] == "person"


async def test_who_may_only_read_finds_no_button_to_change(person, users, network):
    premises, label = await some_premises(users, network, OFFICER)
    await a_tenancy(users, premises, today(), today())
    chief = await person(READER, path=f"/console/premises/{premises}")
    await chief.page.locator("main h1", has_text=label).wait_for()
    await chief.reads("1 人")
    for name in ("终止", "续租"):
        assert await chief.page.get_by_role("button", name=name).count() == 0
    assert await chief.page.get_by_role("link", name="登记租住").count() == 0
    await chief.page.get_by_role("link", name="出租房屋").click()
    await listed(chief)
    assert await chief.page.get_by_text("登记新的出租房屋").count() == 0


async def test_nothing_of_these_pages_is_cut_off(person, users, network):
    premises, label = await some_premises(users, network, OFFICER)
    await a_tenancy(users, premises, today(), today())
    officer = await person(OFFICER, path="/console/premises")
    await listed(officer)
    await officer.fits()
    await officer.page.goto(f"{officer.url}{form_at(premises)}")
    await tenant(officer).wait_for()
    await officer.page.get_by_label("由谁出租").select_option("person")
    await officer.fits()
    await officer.page.goto(f"{officer.url}/console/premises/{premises}")
    await officer.page.locator("main h1", has_text=label).wait_for()
    await officer.fits()
