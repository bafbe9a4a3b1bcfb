"""The committee: what it may know and no more, when it read it, and its own word to the police."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from desk_page import link
from happening import warned
from journeys import TYPED_PHONE, Watch, file_premises, the_notice, until
from register import ENTRIES, a_ground, list_somebody

pytestmark = [pytest.mark.console, pytest.mark.slow]

OFFICER, COMMITTEE = "nanpu-officer1", "dongdu-committee"
LISTING, ASSISTING, ANOTHER = "beihe-officer1", "liudi-committee", "huaiyin-committee"
HARMFUL = "<img src=x onerror=\"document.title='harmed'\"><script>document.title='harmed'</script>"
TOLD = "楼道口有人争吵"


def a_grid(network) -> str:
    return str(network.grids_of(COMMITTEE)[0])


async def press(someone, name: str) -> None:
    await someone.page.get_by_role("button", name=name, exact=True).click()


async def test_a_committee_has_its_desk_its_report_its_receipts_and_nothing_else(person):
    someone = await person(COMMITTEE)
    pages = await someone.page.get_by_role("navigation").get_by_role("link").all_inner_texts()
    named = [re.sub(r"\s*\d+$", "", page) for page in pages]
    assert named == ["我的岗位", "报告情况", "已阅回执", "分发规则", "我的账号"]
    for page in ("incidents", "incidents/new", "incidents/lists"):
        await someone.page.goto(f"{someone.url}/console/{page}")
        await someone.page.locator("main h1", has_text="没有这个页面").wait_for()


async def test_a_notice_tells_a_committee_of_no_premises_no_minute_and_no_person(
    person, users, network
):
    officer = await users(OFFICER)
    premises = await file_premises(officer, a_grid(network))
    label = (await officer.get(f"/api/v1/rentals/premises/{premises}")).body["label"]
    someone = await person(COMMITTEE)
    answers: list[str] = []

    async def keep(response):
        if "/api/v1/notifications/notices" in response.url:
            answers.append(await response.text())

    someone.page.on("response", keep)
    answer, notice = await warned(
        users,
        OFFICER,
        COMMITTEE,
        premises_id=premises,
        narrative=TOLD,
        caller_phone=TYPED_PHONE,
        method="exit_obstructed",
        tip="keep_exits_free",
    )
    await link(someone, notice["id"]).click()
    drawer = someone.page.get_by_role("dialog")
    await drawer.get_by_text("提示：保持通道和出口畅通").wait_for()
    told = await drawer.inner_text()
    for line in notice["body_zh"].splitlines():
        assert line in told
    names = set(await drawer.locator("dt").all_inner_texts())
    assert names == {"紧急程度", "状态", "发出时间"}
    await drawer.get_by_text("哪些信息未提供").click()
    await drawer.get_by_role("listitem").filter(has_text="房屋编号").wait_for()
    secret = (premises, answer["incident_id"], answer["id"], label, TOLD, TYPED_PHONE)
    shown = await someone.page.content()
    for each in (*secret, a_grid(network)):
        assert each not in shown
    assert answers
    assert not [each for each in secret for said in answers if each in said]
    await someone.chinese_only()


async def test_a_receipt_says_when_a_notice_was_read_and_every_window_shows_it(
    person, users, network
):
    _, notice = await warned(users, OFFICER, COMMITTEE, grid=a_grid(network))
    receipts = await person(COMMITTEE, path="/console/committee/receipts")
    row = receipts.page.locator("tr").filter(has=link(receipts, notice["id"]))
    await row.get_by_text("未阅").wait_for()
    reader = await person(COMMITTEE)
    await link(reader, notice["id"]).click()
    await reader.page.get_by_label("处理说明").fill(HARMFUL)
    await press(reader, "已阅")
    await reader.reads("回执已记录")
    await reader.page.locator("dd", has_text="onerror").wait_for()
    assert await reader.page.title() == "联防"
    await row.get_by_text("未阅").wait_for(state="detached")
    read = await (await users(COMMITTEE)).get(f"/api/v1/notifications/notices/{notice['id']}")
    at = datetime.fromisoformat(read.body["acknowledged_at"]).astimezone(
        timezone(timedelta(hours=8))
    )
    assert f"{at.year}/{at.month}/{at.day} {at:%H:%M}" in await row.inner_text()


async def test_a_committee_reports_and_learns_of_no_incident(person, users, network):
    desk = await Watch.of(await users(OFFICER))
    someone = await person(COMMITTEE, path="/console/committee/report")
    await someone.page.get_by_label("类别", exact=True).select_option("扰乱公共秩序")
    await someone.page.get_by_label("网格", exact=True).select_option(a_grid(network))
    assert await someone.page.get_by_label("出租房屋").count() == 0
    await someone.page.get_by_label("情况说明").fill(HARMFUL)
    async with someone.page.expect_response("**/api/v1/incidents/reports") as answering:
        await press(someone, "提交")
    assert set(await (await answering.value).json()) == {"id", "version"}
    await someone.reads("辖区民警会收到")
    assert "警情" not in await someone.page.locator("main .panel").inner_text()

    async def came():
        rows = await desk.fresh()
        return next((row for row in rows if "扰乱公共秩序" in row["title_zh"]), None)

    notice = await until("the officer's notice of what the committee told", came)
    officer = await person(OFFICER, path=f"/console/incidents/{notice['subject_id']}")
    await officer.reads("居委会报告")
    await officer.page.get_by_text("查阅报告内容").click()
    await press(officer, "查阅")
    shown = officer.page.locator(".told")
    await shown.wait_for()
    assert await shown.inner_text() == HARMFUL
    assert await officer.page.title() == "联防"


async def test_what_is_wrong_in_a_committees_report_is_told_beside_its_field(person):
    someone = await person(COMMITTEE, path="/console/committee/report")
    await someone.page.get_by_label("情况说明").fill("路灯不亮")
    await press(someone, "提交")
    for label in ("类别", "网格"):
        field = someone.page.locator(".field").filter(
            has=someone.page.get_by_label(label, exact=True)
        )
        await field.locator(".wrong", has_text="必须填写").wait_for()
    assert await someone.page.get_by_label("情况说明").input_value() == "路灯不亮"


async def test_an_item_of_the_help_team_opens_for_a_purpose_once_and_masked(person, users, network):
    listed = await list_somebody(
        users, network, LISTING, assisting_committee=network.office(ASSISTING)
    )
    committee = await users(ASSISTING)
    notice = await the_notice(committee, listed.entry_id)
    someone = await person(ASSISTING, path=f"/console/desk/{notice['id']}")
    await someone.page.get_by_role("link", name="查阅帮扶事项").click()
    await someone.reads("文书指定本居委会协助")
    await press(someone, "查阅")
    await someone.page.locator(".wrong", has_text="请选择查阅目的").wait_for()
    await someone.accessible()
    await someone.page.get_by_label("查阅目的").select_option("走访")
    await press(someone, "查阅")
    await someone.reads("安置帮教")
    answer = await committee.post(f"{ENTRIES}/{listed.entry_id}/disclosures", {"purpose": "visit"})
    masked = answer.body["person"]
    shown = await someone.page.inner_text("main")
    assert masked["name"] in shown
    assert masked["document_number"] in shown
    for each in (listed.number, listed.person_id, a_ground()["document_number"]):
        assert each not in await someone.page.content()
    await someone.chinese_only()
    await press(someone, "收起并清除")
    await someone.reads("文书指定本居委会协助")
    assert masked["document_number"] not in await someone.page.content()
    other = await person(ANOTHER, path=f"/console/committee/help-items/{listed.entry_id}")
    await other.page.get_by_label("查阅目的").select_option("走访")
    await press(other, "查阅")
    await other.reads("不由本居委会协助")


async def test_receipts_of_a_committee_without_notices_say_what_to_do(person):
    someone = await person(COMMITTEE)

    async def nothing(route):
        await route.fulfill(json={"items": [], "next": None})

    await someone.page.route(re.compile(r"/notifications/notices\?limit"), nothing)
    await someone.page.get_by_role("navigation").get_by_role("link", name="已阅回执").click()
    await someone.reads("还没有收到通知")
    await someone.page.get_by_role("status").get_by_role("link", name="报告情况").click()
    await someone.page.locator("main h1", has_text="报告情况").wait_for()


async def test_every_page_of_a_committee_fits_and_reads_in_chinese(person, users, network):
    await warned(users, OFFICER, COMMITTEE, grid=a_grid(network), tip="keep_exits_free")
    someone = await person(COMMITTEE)
    for path, shown in (
        ("/console/desk", "堵塞安全出口"),
        ("/console/committee/report", "加密保存"),
        ("/console/committee/receipts", "未阅"),
        ("/console/committee/lists", "保持通道和出口畅通"),
    ):
        await someone.page.goto(someone.url + path)
        await someone.reads(shown)
        await someone.fits(in_chinese=True)
