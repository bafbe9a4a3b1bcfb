"""The register: an entry with its whole ground, its review, its end, and a purpose for details."""

from datetime import timedelta
from uuid import uuid4

import pytest
from journeys import TYPED_NAMES, a_document_number, rows_of
from playwright.async_api import expect
from register import ENTRIES, a_ground, a_resident, act, list_somebody

from lianfang_demo.zone import today

pytestmark = pytest.mark.console

OFFICER, JUSTICE = "beihe-officer1", "beihe-justice"
HARMFUL = "<img src=x onerror=\"document.title='harmed'\">"
# Also those of test_markup, whose entries stand in the same list.
HARMFUL_WORDS = ("img", "src", "onerror", "document", "title", "harmed", "harm")
NEW = "/console/register/new"
STATUTORY = (
    *("类别", "法定依据", "决定机关", "决定文书编号"),
    *("开始日期", "最后一天", "下次复核"),
)


@pytest.fixture
async def number(users, network):
    """The document number of somebody who lives in the officer's area and is not listed."""
    number = a_document_number()
    premises = network.premises_in(network.grids_of(OFFICER))[0]
    await a_resident(await users(OFFICER), premises, number)
    return number


@pytest.fixture
async def listed(users, network):
    """Somebody on the register of the officer's office."""
    return await list_somebody(users, network, OFFICER)


def at(entry):
    return f"/console/register/{entry.entry_id}"


def field(window, label):
    """Return an input by a part of its label."""
    return window.page.get_by_label(label)


async def wrong_with(window, label):
    """Return what stands beside an input as wrong with it."""
    beside = window.page.locator(".field", has=window.page.get_by_label(label)).locator(".wrong")
    return await beside.inner_text()


async def choose_person(window, number):
    await window.page.get_by_label("查询方式").select_option(label="证件号码")
    await window.page.get_by_label("证件号码").fill(number)
    await window.page.get_by_role("button", name="查询", exact=True).click()
    await window.page.get_by_role("button", name="选择").click()
    await window.page.get_by_role("region", name="已选定").wait_for()


async def fill_ground(window, **changed):
    """Fill in a whole ground, as the register takes it."""
    ground = a_ground(**changed)
    await field(window, "类别").select_option(label="安置帮教")
    await field(window, "决定机关").fill(ground["deciding_organ"])
    await field(window, "决定文书编号").fill(ground["document_number"])
    await field(window, "开始日期").fill(ground["starts_on"])
    await field(window, "最后一天").fill(ground["ends_on"])
    await field(window, "下次复核").fill(ground["review_due_on"])


async def submit(window):
    await window.page.get_by_role("button", name="登记", exact=True).click()


async def test_an_entry_is_made_with_its_ground_and_the_own_office_is_responsible(
    person, network, number
):
    officer = await person(OFFICER, path="/console/register")
    await officer.page.get_by_role("link", name="新增登记").click()
    await choose_person(officer, number)
    await fill_ground(officer)
    assert await field(officer, "法定依据").input_value() == "prison-law-37"
    await officer.chinese_only()
    await officer.accessible()
    await submit(officer)
    await officer.reads("已登记，本单位为责任单位")
    await expect(officer.page.locator(".responsible strong")).to_have_text("北河第1警务室")
    for told in ("安置帮教", "《监狱法》第三十七条", "示范区司法局", "北河司法所"):
        await officer.reads(told)
    await officer.reads(f"期满自动撤销：{today() + timedelta(days=300)} 是最后一天")
    await expect(officer.page.locator("main")).to_contain_text("*" * 14 + number[14:])
    await officer.accessible()
    await officer.chinese_only()


async def test_no_statutory_field_may_be_left_out(person):
    officer = await person(OFFICER, path=NEW)
    await submit(officer)
    await officer.reads("请先查询并选定人员")
    for label in STATUTORY:
        assert await wrong_with(officer, label) == "必须填写"
    await expect(field(officer, "类别")).to_be_focused()


async def test_what_the_register_refuses_stands_beside_its_field_and_nothing_is_lost(
    person, number
):
    officer = await person(OFFICER, path=NEW)
    await choose_person(officer, number)
    await fill_ground(officer, ends_on=str(today() - timedelta(days=60)))
    await submit(officer)
    await officer.reads("结束日期早于开始日期")
    assert await wrong_with(officer, "最后一天") == "结束日期早于开始日期"
    await expect(field(officer, "最后一天")).to_be_focused()
    assert await field(officer, "决定机关").input_value() == "示范区司法局"
    await field(officer, "最后一天").fill(str(today() + timedelta(days=7 * 366)))
    await submit(officer)
    await officer.reads("期限不得超过5年")
    await field(officer, "最后一天").fill(str(today() + timedelta(days=300)))
    await field(officer, "下次复核").fill(str(today() + timedelta(days=250)))
    await submit(officer)
    await officer.reads("复核日期不得晚于184天后")
    await field(officer, "下次复核").fill(str(today() + timedelta(days=90)))
    await submit(officer)
    await officer.reads("已登记，本单位为责任单位")


async def test_a_lost_answer_is_asked_for_again_and_makes_one_entry(person, users, number):
    officer = await person(OFFICER, path=NEW)
    document = f"示范〔2026〕{uuid4().int % 10**9}号"
    await choose_person(officer, number)
    await fill_ground(officer, document_number=document)

    async def lose(route):
        await route.fetch()
        await route.abort()

    await officer.page.route("**/supervision-entries", lose, times=1)
    await submit(officer)
    await officer.reads("请再次提交，不会重复登记")
    assert await field(officer, "决定文书编号").input_value() == document
    await submit(officer)
    await officer.reads("已登记，本单位为责任单位")
    entries = await rows_of(await users(OFFICER), ENTRIES)
    assert [each["document_number"] for each in entries].count(document) == 1


async def test_a_session_that_ended_loses_nothing_that_was_typed(person, number):
    officer = await person(OFFICER, path=NEW, own_session=True)
    await choose_person(officer, number)
    await fill_ground(officer)
    session = await officer.context.cookies()
    await officer.context.clear_cookies()
    await submit(officer)
    await officer.reads("登录已过期。已填写的内容仍在本页")
    assert await field(officer, "决定机关").input_value() == "示范区司法局"
    await officer.context.add_cookies(session)
    await submit(officer)
    await officer.reads("已登记，本单位为责任单位")


async def test_what_was_typed_is_shown_as_text_and_never_runs(person, users, network):
    entry = await list_somebody(
        users, network, OFFICER, deciding_organ=HARMFUL, document_number=HARMFUL
    )
    officer = await person(OFFICER, path=at(entry))
    await officer.reads(HARMFUL)
    await officer.page.get_by_role("link", name="返回登记列表").click()
    await officer.page.locator(f'a[href="{at(entry)}"]').wait_for()
    await officer.reads(HARMFUL)
    assert await officer.page.title() == "联防"


async def test_the_list_says_how_each_entry_stands_and_can_be_filtered(person, network, listed):
    await network.query(
        "population",
        "update supervision_entries set review_due_on = $2 where entry_id = $1",
        listed.entry_id,
        today() - timedelta(days=1),
    )
    officer = await person(OFFICER, path="/console/register")
    row = officer.page.get_by_role("listitem").filter(
        has=officer.page.locator(f'a[href="{at(listed)}"]')
    )
    for told in ("测****", "安置帮教", "示范区司法局", "在册，逾期未复核", "北河第1警务室"):
        await expect(row).to_contain_text(told)
    await officer.chinese_only(*HARMFUL_WORDS)
    await officer.page.get_by_role("searchbox").fill("没有这样的内容")
    await officer.reads("没有符合筛选条件的登记")
    await officer.page.get_by_role("searchbox").fill("安置")
    await row.wait_for()


async def test_a_review_names_the_next_day_and_a_wrong_one_is_told_beside_it(person, listed):
    officer = await person(OFFICER, path=at(listed))
    save = officer.page.get_by_role("button", name="记录复核")
    await save.click()
    assert await wrong_with(officer, "下次复核不晚于") == "必须填写"
    await field(officer, "下次复核不晚于").fill(str(today() + timedelta(days=301)))
    await save.click()
    await officer.reads("复核日期晚于期满日")
    day = str(today() + timedelta(days=120))
    await field(officer, "下次复核不晚于").fill(day)
    await save.click()
    await officer.reads(f"已记录复核，下次复核不晚于 {day}")
    told = officer.page.locator("dt", has_text="下次复核不晚于").locator(
        "xpath=following-sibling::dd[1]"
    )
    await expect(told).to_have_text(day)


async def test_an_entry_that_changed_meanwhile_shows_how_it_stands_now(person, users, listed):
    officer = await person(OFFICER, path=at(listed))
    await field(officer, "下次复核不晚于").fill(str(today() + timedelta(days=100)))
    other = {"review_due_on": str(today() + timedelta(days=77))}
    path = f"{ENTRIES}/{listed.entry_id}"
    assert (await act(await users(OFFICER), path, "reviews", other)).status == 200
    await officer.page.get_by_role("button", name="记录复核").click()
    await officer.reads("此项刚被他人更改")
    await officer.reads(other["review_due_on"])
    assert (await (await users(OFFICER)).get(path)).body["review_due_on"] == other["review_due_on"]


async def test_an_early_end_is_asked_twice_and_seals_the_entry(person, users, listed):
    officer = await person(OFFICER, path=at(listed))
    await officer.page.get_by_text("提前撤销").click()
    end = officer.page.get_by_role("button", name="撤销登记")
    await end.click()
    await officer.reads("请先核对并勾选")
    await officer.page.get_by_label("我已核对").check()
    await end.click()
    await officer.reads("已撤销并封存")
    await expect(officer.page.locator(".responsible")).to_have_count(0)
    await officer.page.reload()
    await officer.reads("没有此登记，或本单位不能查看")
    reply = await (await users(OFFICER)).get(f"{ENTRIES}/{listed.entry_id}")
    assert reply.status == 404


async def test_details_need_a_purpose_that_is_asked_once_and_goes_on_record(
    person, network, listed
):
    officer = await person(OFFICER, path=at(listed))
    show = officer.page.get_by_role("button", name="查看完整信息")
    confirm = officer.page.get_by_role("button", name="确认目的并查看")
    await show.click()
    await confirm.click()
    await officer.reads("请选择查阅目的")
    assert listed.number not in await officer.page.inner_text("main")
    await officer.page.get_by_label("查阅目的").select_option(label="走访")
    await officer.accessible()
    await officer.chinese_only()
    await confirm.click()
    await officer.reads(listed.number)
    await officer.reads(TYPED_NAMES[0])
    await officer.page.get_by_role("button", name="隐藏完整信息").click()
    await show.click()
    await officer.reads(listed.number)
    acts = await network.query(
        "population",
        "select purpose_kind from audit where act = 'disclose' and subject = $1 order by position",
        listed.entry_id,
    )
    assert [row["purpose_kind"] for row in acts] == ["visit", None, "visit", None]


async def test_the_justice_office_reads_an_entry_and_changes_nothing(person, listed):
    justice = await person(JUSTICE, path=at(listed))
    await justice.reads("本单位不是责任单位，只能查看")
    await expect(justice.page.locator(".responsible strong")).to_have_text("北河第1警务室")
    for name in ("记录复核", "撤销登记"):
        await expect(justice.page.get_by_role("button", name=name)).to_have_count(0)
    await justice.page.get_by_role("link", name="返回登记列表").click()
    await justice.page.locator(f'a[href="{at(listed)}"]').wait_for()
    await expect(justice.page.get_by_role("link", name="新增登记")).to_have_count(0)


async def test_an_entry_of_another_office_is_as_one_that_is_not_there(person, listed):
    other = await person("nanpu-officer1", path=at(listed))
    await other.reads("没有此登记，或本单位不能查看")
    await expect(other.page.locator(".responsible")).to_have_count(0)


async def test_the_register_fits_the_window(person, listed):
    officer = await person(OFFICER, path="/console/register")
    entry = officer.page.locator(f'a[href="{at(listed)}"]')
    await entry.wait_for()
    await officer.fits()
    await entry.click()
    await officer.page.get_by_role("button", name="记录复核").wait_for()
    await officer.fits()
    await officer.page.goto(officer.url + NEW)
    await officer.page.get_by_role("button", name="登记", exact=True).wait_for()
    await officer.fits()
