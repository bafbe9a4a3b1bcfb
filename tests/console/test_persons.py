"""Persons are found masked, within the own areas, and read for a purpose or by broken glass."""

from datetime import timedelta
from uuid import uuid4

import pytest
from journeys import TYPED_NAMES, a_document_number, file_premises, post_tenancy, resolve
from network import created
from playwright.async_api import expect
from register import a_resident

from lianfang_demo.zone import today

pytestmark = pytest.mark.console

OFFICER, HEAD = "beihe-officer1", "beihe-head1"
PERSONS = "/console/persons"


@pytest.fixture
async def number(users, network):
    """The document number of somebody who lived in the area and awaits no check."""
    number = a_document_number()
    premises = network.premises_in(network.grids_of(OFFICER))[0]
    await a_resident(await users(OFFICER), premises, number)
    return number


async def search(window, number):
    await window.page.get_by_label("查询方式").select_option(label="证件号码")
    await window.page.get_by_label("证件号码").fill(number)
    await window.page.get_by_role("button", name="查询", exact=True).click()


async def open_person(window, number):
    await search(window, number)
    await window.page.get_by_role("button", name="查阅").click()
    await window.page.get_by_role("group", name="为什么查阅此人").wait_for()


async def break_glass(window, reason):
    await window.page.get_by_role("radio", name="应急查阅").check()
    await window.page.get_by_label("应急查阅的理由").fill(reason)
    await window.page.get_by_role("button", name="说明目的并查阅").click()


async def test_a_search_finds_masked_and_one_that_is_too_wide_is_told_beside_its_field(
    person, number
):
    officer = await person(OFFICER, path=PERSONS)
    find = officer.page.get_by_role("button", name="查询", exact=True)
    await find.click()
    await officer.reads("请填写查询内容")
    await officer.page.get_by_label("姓名", exact=True).fill("测")
    await find.click()
    await expect(officer.page.locator(".field .wrong")).to_have_text("查询条件过短")
    await search(officer, "990101193001011234")
    await expect(officer.page.locator(".field .wrong")).to_have_text("证件号码校验位错误")
    await search(officer, number)
    hit = officer.page.get_by_role("listitem").filter(has_text=number[14:])
    await expect(hit).to_contain_text("测****")
    await expect(hit).to_contain_text("*" * 14 + number[14:])
    assert number not in await officer.page.inner_text("main")
    assert number not in officer.page.url
    await officer.accessible()
    await officer.chinese_only()


async def test_somebody_of_another_area_is_found_by_nobody(person, number):
    other = await person("nanpu-officer1", path=PERSONS)
    await search(other, number)
    await other.reads("本单位辖区内没有查到此人")


async def test_a_new_tenancy_opens_its_person_for_the_check(person, users, network):
    officer, number = await users(OFFICER), a_document_number()
    premises = await file_premises(officer, network.grids_of(OFFICER)[0])
    receipt = await resolve(officer, premises, number=number)
    created(
        await post_tenancy(
            officer, premises, [receipt], first_day=today(), last_day=today() + timedelta(days=30)
        )
    )
    # Found as a resident; the second tenancy lies at other premises.
    await a_resident(officer, network.premises_in(network.grids_of(OFFICER))[0], number)
    window = await person(OFFICER, path=PERSONS)
    await open_person(window, number)
    await window.page.get_by_role("button", name="说明目的并查阅").click()
    await window.reads("请选择查阅的依据")
    await window.page.get_by_role("radio", name="核查新登记的租住").check()
    await window.page.get_by_role("button", name="说明目的并查阅").click()
    await window.reads("居住记录")
    await window.reads(f"{today()} 至 {today() + timedelta(days=30)}")
    await window.accessible()
    await window.chinese_only()
    await window.page.get_by_role("button", name="查看完整信息").click()
    await window.reads(number)
    await window.reads(TYPED_NAMES[0])
    assert number not in window.page.url


async def test_broken_glass_needs_a_reason_and_waits_for_the_head(person, number):
    officer = await person(OFFICER, path=PERSONS)
    await open_person(officer, number)
    await officer.reads("近七日没有此人新登记的租住")
    await break_glass(officer, "太短")
    await expect(officer.page.locator(".field .wrong")).to_contain_text("10至500字")
    reason = f"走失老人，家属在场求助<img src=x onerror=\"document.title='harmed'\">{uuid4()}"
    await break_glass(officer, reason)
    await officer.reads("查阅目的：应急查阅，待上级复核")
    assert number not in await officer.page.inner_text("body")
    await officer.page.get_by_role("button", name="查看完整信息").click()
    await officer.reads(number)

    head = await person(HEAD, path=PERSONS)
    waiting = head.page.get_by_role("listitem").filter(has_text=reason)
    await waiting.get_by_role("button", name="记录已复核").click()
    await head.reads("已记录复核")
    await expect(waiting).to_have_count(0)
    assert await head.page.title() == "联防"


async def test_nobody_is_offered_to_review_the_own_broken_glass(person, number):
    head = await person(HEAD, path=PERSONS)
    await open_person(head, number)
    reason = f"走失老人，家属在场求助 {uuid4()}"
    await break_glass(head, reason)
    await head.reads("查阅目的：应急查阅，待上级复核")
    await head.page.reload()
    own = head.page.get_by_role("listitem").filter(has_text=reason)
    await expect(own).to_contain_text("须由上级复核")
    await expect(own.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("login", ["landlord1", "dongdu-committee", "beihe-justice", "bureau"])
async def test_who_reads_no_persons_gets_a_clear_page_and_no_link(person, login):
    someone = await person(login, path=PERSONS)
    await someone.reads("没有这个页面，或您的岗位不使用此页面")
    await expect(someone.page.locator(f'nav a[href="{PERSONS}"]')).to_have_count(0)


async def test_the_search_and_a_person_fit_the_window(person, number):
    officer = await person(OFFICER, path=PERSONS)
    await open_person(officer, number)
    await officer.fits()
