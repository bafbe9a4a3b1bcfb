"""Incidents: taken in, linked, attended and closed, with two people at it and a clock running."""

import re
from datetime import datetime, timedelta

import pytest
from journeys import TYPED_PHONE, file_premises, report, the_notice
from network import created
from playwright.async_api import expect
from typing_in import log_in_again

pytestmark = [pytest.mark.console, pytest.mark.slow]

OFFICER, HEAD, CHIEF = "nanpu-officer1", "nanpu-head1", "nanpu-chief"
HARMFUL = "<img src=x onerror=\"document.title='harmed'\"><script>document.title='harmed'</script>"
INCIDENTS = "/api/v1/incidents/incidents"


async def told(users, network, classification="noise", **fields):
    """Report something in the officer's first grid; return what was answered."""
    place = {} if "premises_id" in fields else {"grid": network.grids_of(OFFICER)[0]}
    return created(await report(await users(OFFICER), classification, **place, **fields))


def page_of(incident: str) -> str:
    return f"/console/incidents/{incident}"


def row(someone, incident: str):
    """Return the link of an incident in the list."""
    return someone.page.locator(f'a[href="{page_of(incident)}"]')


def happened(someone, what: str):
    """Return a line of an incident's course, or of its reports."""
    return someone.page.get_by_role("listitem").filter(has_text=what)


async def press(someone, name: str) -> None:
    await someone.page.get_by_role("button", name=name, exact=True).click()


async def close_as(someone, outcome: str) -> None:
    await someone.page.get_by_label("处理结果").select_option(outcome)
    await press(someone, "办结")


async def is_told(someone, label: str, what: str) -> None:
    """Wait until something is said beside a field."""
    field = someone.page.locator(".field").filter(has=someone.page.get_by_label(label))
    await field.locator(".wrong", has_text=what).wait_for()


async def fill_in(someone, what: str, grid: str, premises: str | None = None) -> None:
    await someone.page.get_by_label("类别", exact=True).select_option(what)
    await someone.page.get_by_label("网格", exact=True).select_option(grid)
    if premises is not None:
        await someone.page.get_by_label("出租房屋").select_option(premises)


async def test_a_second_report_of_the_same_premises_is_linked_and_the_link_undone(
    person, users, network
):
    grid = network.grids_of(OFFICER)[0]
    premises = await file_premises(await users(OFFICER), grid)
    officer = await person(OFFICER, path="/console/incidents/new")
    await fill_in(officer, "火灾隐患", grid, premises)
    await press(officer, "提交")
    await officer.reads("立为新警情")
    await press(officer, "再登记一份")
    await fill_in(officer, "火灾隐患", grid, premises)
    await press(officer, "提交")
    await officer.reads("并入同一房屋的同类警情")
    await officer.chinese_only()
    await officer.accessible()
    await officer.page.get_by_text("不是同一件事").click()
    await press(officer, "撤销并案")
    await officer.reads("这份报告已单独立案")
    await officer.page.get_by_role("link", name="查看单独立案的警情").click()
    await officer.page.locator("main h1", has_text="火灾隐患").wait_for()
    await happened(officer, "据此立案").wait_for()
    assert await happened(officer, "并入本警情").count() == 0


async def test_a_linked_report_shows_by_itself_and_can_be_taken_out_again(person, users, network):
    premises = await file_premises(await users(OFFICER), network.grids_of(OFFICER)[0])
    first = await told(users, network, "gas_hazard", premises_id=premises)
    officer = await person(OFFICER, path=page_of(first["incident_id"]))
    await happened(officer, "据此立案").wait_for()
    second = await told(users, network, "gas_hazard", premises_id=premises)
    assert second["incident_id"] == first["incident_id"]
    await happened(officer, "并入本警情").first.wait_for()
    await officer.page.get_by_text("不是同一件事").click()
    await press(officer, "撤销并案")
    await officer.reads("这份报告已单独立案")
    await happened(officer, "并入本警情").first.wait_for(state="detached")
    parts = await (await users(OFFICER)).get(f"/api/v1/incidents/reports/{second['id']}")
    assert parts.body["incident_id"] != first["incident_id"]


async def test_what_one_officer_does_another_sees_without_reloading(person, users, network):
    incident = (await told(users, network, "theft"))["incident_id"]
    here, there = [await person(login, path=page_of(incident)) for login in (OFFICER, HEAD)]
    await press(here, "登记到场")
    await here.reads("已登记到场")
    await happened(there, "到达现场 南浦第1警务室 社区民警").wait_for()
    await close_as(there, "已处置")
    await happened(here, "办结：已处置 南浦第1警务室 警务室负责人").wait_for()
    for window in (here, there):
        await window.page.get_by_role("button", name="办结").wait_for(state="detached")
    await here.page.reload()
    await happened(here, "办结：已处置").wait_for()


async def test_who_comes_second_is_told_and_sees_how_it_is_now(person, users, network):
    session = await users(OFFICER)
    incident = (await told(users, network))["incident_id"]
    officer = await person(OFFICER, path=page_of(incident))
    await officer.page.get_by_label("处理结果").select_option("查无此事")
    path, sent = f"{INCIDENTS}/{incident}", False

    async def nothing_new(route):
        """Keep the page at what it has read until it has asked for the change."""
        nonlocal sent
        sent = sent or route.request.method == "POST"
        await (route.continue_() if sent else route.abort())

    await officer.page.route(f"**{path}**", nothing_new)
    arrived = await session.post(f"{path}/arrivals", if_match=(await session.get(path)).etag)
    assert arrived.status == 200, arrived.body
    await press(officer, "办结")
    await officer.reads("刚被他人更改")
    await happened(officer, "到达现场").wait_for()
    await press(officer, "办结")
    await happened(officer, "办结：查无此事").wait_for()


async def test_an_arrival_counts_though_the_incident_has_changed_meanwhile(person, users, network):
    premises = await file_premises(await users(OFFICER), network.grids_of(OFFICER)[0])
    incident = (await told(users, network, premises_id=premises))["incident_id"]
    officer = await person(OFFICER, path=page_of(incident))
    arrive = officer.page.get_by_role("button", name="登记到场")
    await arrive.wait_for()
    await told(users, network, premises_id=premises)
    await arrive.click()
    await happened(officer, "到达现场").wait_for()
    assert await officer.page.get_by_text("刚被他人更改").count() == 0


async def test_the_on_scene_clock_runs_down_and_on_when_it_is_over(person, users, network):
    incident = (await told(users, network, "burglary"))["incident_id"]
    read = await (await users(OFFICER)).get(f"{INCIDENTS}/{incident}")
    due = datetime.fromisoformat(read.body["arrive_by"])
    officer = await person(OFFICER, path=page_of(incident), own_session=True)
    for left, shown in ((65.5, "剩余 1:05"), (60.5, "剩余 1:00"), (-65.5, "超时 1:05")):
        await officer.page.clock.set_fixed_time(due - timedelta(seconds=left))
        await officer.page.get_by_role("timer").filter(has_text=shown).wait_for()


async def test_a_missed_arrival_is_told_and_the_scene_can_still_be_reached(person, users, network):
    incident = (await told(users, network, "burglary"))["incident_id"]
    head = await person(HEAD, path=page_of(incident))
    await happened(head, "无人登记到场").wait_for()
    await close_as(head, "已处置")
    await head.reads("未登记到达现场")
    await press(head, "登记到场")
    await head.reads("已到场，迟到")
    await close_as(head, "已处置")
    await happened(head, "办结：已处置").wait_for()


async def test_an_incident_is_not_closed_without_an_outcome(person, users, network):
    officer = await person(OFFICER, path=page_of((await told(users, network))["incident_id"]))
    await press(officer, "办结")
    await is_told(officer, "处理结果", "请选择处理结果")
    await officer.accessible()


async def test_wrong_input_is_told_beside_its_field_and_nothing_typed_is_lost(person, network):
    officer = await person(OFFICER, path="/console/incidents/new")
    narrative = officer.page.get_by_label("情况说明")
    await narrative.fill("楼道里有人争吵")
    await officer.page.get_by_label("类别", exact=True).wait_for()
    await press(officer, "提交")
    for label in ("类别", "网格"):
        await is_told(officer, label, "必须填写")
    in_focus = "document.activeElement.localName == 'select'"
    await officer.until("the first wrong field in focus", in_focus)
    await officer.accessible()
    await fill_in(officer, "噪音扰民", network.grids_of(OFFICER)[0])
    await officer.page.get_by_label("联系电话").fill("没有号码")
    await press(officer, "提交")
    await is_told(officer, "联系电话", "电话号码格式不正确")
    await officer.page.get_by_label("联系电话").fill(TYPED_PHONE)
    moment = officer.page.get_by_label("发生时间")
    told_at = await moment.input_value()
    await moment.fill("2099-01-01T00:00")
    await press(officer, "提交")
    await is_told(officer, "发生时间", "不能晚于现在")
    assert await narrative.input_value() == "楼道里有人争吵"
    await moment.fill(told_at)
    await press(officer, "提交")
    await officer.reads("立为新警情")


async def test_what_was_told_is_read_for_a_purpose_shown_once_and_as_text(person, users, network):
    answer = await told(users, network, narrative=HARMFUL, caller_phone=TYPED_PHONE)
    officer = await person(OFFICER, path=page_of(answer["incident_id"]))
    await officer.page.get_by_text("查阅报告内容").click()
    await officer.reads("查阅目的：处理本警情")
    assert TYPED_PHONE not in await officer.page.content()
    await officer.page.get_by_label("查阅理由").fill(HARMFUL)
    await press(officer, "查阅")
    shown = officer.page.locator(".told")
    await shown.wait_for()
    assert await shown.inner_text() == HARMFUL
    await officer.reads(TYPED_PHONE)
    assert await officer.page.title() == "联防"
    kept = await officer.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])"
    )
    assert TYPED_PHONE not in kept
    await press(officer, "收起并清除")
    await shown.wait_for(state="detached")
    assert TYPED_PHONE not in await officer.page.content()


async def test_reading_of_a_closed_incident_needs_a_reason(person, users, network):
    session = await users(OFFICER)
    answer = await told(users, network, narrative="门锁被撬")
    path = f"{INCIDENTS}/{answer['incident_id']}"
    closed = await session.post(
        f"{path}/closings", {"outcome": "unfounded"}, if_match=(await session.get(path)).etag
    )
    assert closed.status == 200, closed.body
    officer = await person(OFFICER, path=page_of(answer["incident_id"]))
    await officer.page.get_by_text("查阅报告内容").click()
    await press(officer, "查阅")
    await is_told(officer, "查阅理由", "查阅须说明理由")
    await officer.page.get_by_label("查阅理由").fill("复查")
    await press(officer, "查阅")
    await officer.page.locator(".told", has_text="门锁被撬").wait_for()


async def test_an_answer_that_was_lost_is_asked_for_again_and_taken_in_once(person, network):
    officer = await person(OFFICER, path="/console/incidents/new")
    answers = []

    async def lose_the_first(route):
        answer = await route.fetch()
        answers.append((await answer.json())["incident_id"])
        if len(answers) == 1:
            await route.abort()
        else:
            await route.fulfill(response=answer)

    await officer.page.route("**/api/v1/incidents/reports", lose_the_first)
    await fill_in(officer, "群众求助", network.grids_of(OFFICER)[0])
    await press(officer, "提交")
    await officer.reads("不会重复登记")
    await press(officer, "提交")
    await officer.reads("立为新警情")
    assert len(answers) == 2
    assert answers[0] == answers[1]


async def test_a_session_that_ended_in_the_middle_of_a_report_loses_nothing(person, network):
    officer = await person(OFFICER, path="/console/incidents/new", own_session=True)
    await fill_in(officer, "群众求助", network.grids_of(OFFICER)[0])
    narrative = officer.page.get_by_label("情况说明")
    await narrative.fill("老人需要帮助")
    await officer.context.clear_cookies()
    await press(officer, "提交")
    await officer.reads("登录已过期")
    assert await narrative.input_value() == "老人需要帮助"
    await log_in_again(officer, OFFICER, network.accounts[OFFICER]["password"])
    await press(officer, "提交")
    await officer.reads("立为新警情")


async def test_a_new_incident_comes_into_the_list_by_itself(person, users, network):
    officer = await person(OFFICER, path="/console/incidents")
    incident = (await told(users, network, "theft"))["incident_id"]
    await row(officer, incident).wait_for()
    line = officer.page.locator("tr").filter(has=row(officer, incident))
    assert "盗窃 刑事" in await line.inner_text()
    assert re.search("剩余|超时", await line.get_by_role("timer").inner_text())


async def test_the_list_is_filtered_and_goes_on_page_by_page(person, users, network):
    session = await users(OFFICER)
    older, middle, newest = [
        (await told(users, network, "help_request"))["incident_id"] for _ in range(3)
    ]
    officer = await person(OFFICER)

    async def two_a_page(route):
        await route.continue_(url=route.request.url.replace("limit=20", "limit=2"))

    await officer.page.route(re.compile(r"/incidents/incidents\?"), two_a_page)
    await officer.page.goto(f"{officer.url}/console/incidents?class=help_request")
    for shown in (newest, middle):
        await row(officer, shown).wait_for()
    assert await row(officer, older).count() == 0
    await press(officer, "更早的警情")
    await row(officer, older).wait_for()
    classes = officer.page.locator("tbody td:first-child")
    await expect(classes.filter(has_not_text="群众求助")).to_have_count(0)
    path = f"{INCIDENTS}/{newest}"
    etag = (await session.get(path)).etag
    await session.post(f"{path}/closings", {"outcome": "resolved"}, if_match=etag)
    await row(officer, newest).wait_for(state="detached")
    await officer.page.get_by_role("combobox", name="状态").select_option("已办结")
    await row(officer, newest).wait_for()


async def test_an_address_with_markup_or_an_unknown_class_harms_nothing(person):
    officer = await person(OFFICER)
    await officer.page.goto(f"{officer.url}/console/incidents?class={HARMFUL}")
    await officer.reads("警情未能载入")
    assert await officer.page.title() == "联防"
    await officer.page.goto(f"{officer.url}/console/incidents/{HARMFUL.replace('/', '')}")
    await officer.reads("没有此警情")
    assert await officer.page.title() == "联防"


async def test_an_empty_list_says_what_to_do(person):
    officer = await person(OFFICER)

    async def nothing(route):
        await route.fulfill(json={"items": [], "next": None})

    await officer.page.route(re.compile(r"/incidents/incidents\?"), nothing)
    pages = officer.page.get_by_role("navigation")
    await pages.get_by_role("link", name="警情", exact=True).click()
    await officer.reads("没有未办结的警情")
    await officer.page.get_by_role("status").get_by_role("link", name="登记报警").click()
    await officer.page.locator("main h1", has_text="登记报警").wait_for()


@pytest.mark.parametrize("login", [CHIEF, "bureau"])
async def test_who_only_reads_is_offered_no_act(person, users, network, login):
    incident = (await told(users, network))["incident_id"]
    reader = await person(login, path=page_of(incident))
    await reader.page.get_by_role("heading", name="经过").wait_for()
    for name in ("登记到场", "办结"):
        assert await reader.page.get_by_role("button", name=name).count() == 0
    assert await reader.page.get_by_text("查阅报告内容").count() == 0
    await reader.page.get_by_role("link", name="返回警情列表").click()
    await reader.page.get_by_role("combobox", name="状态").wait_for()
    assert await reader.page.get_by_role("link", name="登记报警").count() == 0


async def test_an_incident_of_other_areas_does_not_exist(person, users, network):
    incident = (await told(users, network))["incident_id"]
    foreign = await person("beihe-officer1", path=page_of(incident))
    await foreign.reads("没有此警情，或不在您的辖区")


async def test_a_notice_leads_to_its_incident_and_the_incident_to_its_notice(
    person, users, network
):
    incident = (await told(users, network))["incident_id"]
    notice = (await the_notice(await users(OFFICER), incident))["id"]
    officer = await person(OFFICER)
    await officer.page.locator(f'a[href="/console/desk/{notice}"]').click()
    await officer.page.get_by_role("link", name="查看警情").click()
    await officer.page.wait_for_url(f"**{page_of(incident)}")
    await officer.page.get_by_role("link", name="本岗位有待签收的通知").click()
    await officer.page.wait_for_url(f"**/desk/{notice}")


async def test_the_book_prints_without_what_only_a_screen_needs(person, users, network):
    incident = (await told(users, network))["incident_id"]
    officer = await person(OFFICER, path="/console/incidents")
    await row(officer, incident).wait_for()
    await officer.page.emulate_media(media="print")
    assert await officer.page.locator("table").is_visible()
    for screen_only in ("header.bar", "main select", "main button"):
        assert not await officer.page.locator(screen_only).first.is_visible()


async def test_every_page_of_incidents_fits_and_reads_in_chinese(person, users, network):
    premises = await file_premises(await users(OFFICER), network.grids_of(OFFICER)[0])
    incident = (
        await told(
            users,
            network,
            "burglary",
            premises_id=premises,
            method="lock_picked",
            tip="change_the_lock",
        )
    )["incident_id"]
    await told(users, network, "burglary", premises_id=premises)
    officer = await person(OFFICER, path=page_of(incident))
    for path, shown in (
        (page_of(incident), "并入本警情"),
        ("/console/incidents", "到场时限"),
        ("/console/incidents/new", "加密保存"),
        ("/console/incidents/lists", "更换安全等级更高的锁芯"),
    ):
        await officer.page.goto(officer.url + path)
        await officer.reads(shown)
        await officer.fits(in_chinese=True)


async def test_an_incident_reads_in_english_too(person, users, network):
    incident = (await told(users, network, "theft"))["incident_id"]
    officer = await person(OFFICER, path=page_of(incident), own_session=True)
    await officer.page.get_by_role("button", name="English").click()
    await officer.page.locator("main h1", has_text="Theft").wait_for()
    await happened(officer, "incident opened").wait_for()
