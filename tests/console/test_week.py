"""A head's week: how the notices of the desks below went, each figure leading to what it counts."""

import re

import pytest
from journeys import report, the_notice
from network import created
from people import OLD_PC, PHONE
from playwright.async_api import expect

pytestmark = pytest.mark.console

CHIEF, OFFICER, ELSEWHERE = "beihe-chief", "beihe-officer1", "nanpu-officer1"
WEEK = "/console/week"
_SAME = """() => {
  const listed = document.querySelectorAll("section tbody tr").length;
  const said = /共 (\\d+) 件/.exec(document.querySelector("#counted")?.textContent ?? "");
  return said !== null && listed > 0 && listed === Math.min(Number(said[1]), 50);
}"""


async def a_notice_taken_in_time(users, network, login: str = OFFICER) -> str:
    """Let something happen that the officer takes over at once; return the incident's id."""
    officer = await users(login)
    opened = created(await report(officer, "noise", grid=network.grids_of(login)[0]))
    incident = str(opened["incident_id"])
    notice = await the_notice(officer, incident)
    taken = await officer.post(f"/api/v1/notifications/notices/{notice['id']}/acknowledgements")
    assert taken.status == 200, taken.body
    return incident


def room_of(network) -> str:
    """Return what the officer's office is called."""
    office = network.office(OFFICER)
    return next(o["name_zh"] for o in network.district["offices"] if o["office_id"] == office)


def figure(someone, office: str, name: str):
    """Return the number that an office has in a column."""
    return someone.page.get_by_role("link", name=re.compile(f"^{office}，{name}："))


async def test_a_figure_leads_to_the_notices_that_it_counts_and_they_to_what_happened(
    person, users, network
):
    incident = await a_notice_taken_in_time(users, network)
    chief = await person(CHIEF)
    await chief.page.get_by_role("navigation").get_by_role("link", name="一周情况").click()
    in_time = figure(chief, room_of(network), "按时签收")
    assert int(await in_time.inner_text()) >= 1
    await in_time.click()
    await chief.until("the list is as long as its figure says", _SAME)
    states = await chief.page.locator("section tbody td:nth-child(8)").all_inner_texts()
    assert set(states) == {"已签收"}
    assert await in_time.get_attribute("aria-current") == "true"
    await chief.accessible()
    await chief.chinese_only()
    await chief.page.locator(f'section a[href="/console/incidents/{incident}"]').click()
    await chief.page.locator("main h1", has_text="噪音扰民").wait_for()
    await chief.page.go_back()
    await chief.page.locator("#counted").wait_for()


async def test_a_week_without_notices_says_so_and_leads_on_to_the_present_one(person):
    chief = await person(CHIEF, path=f"{WEEK}?from=2020-01-08")
    await chief.reads("2020-01-06 至 2020-01-12")
    await chief.reads("这一周辖区内没有通知")
    await chief.accessible()
    await chief.page.get_by_role("link", name="下一周").click()
    await chief.reads("2020-01-13 至 2020-01-19")
    await chief.page.get_by_role("link", name="本周", exact=True).click()
    await chief.page.wait_for_url(re.compile(rf"{WEEK}\??$"))
    await expect(chief.page.get_by_role("link", name="下一周")).to_have_count(0)


@pytest.mark.parametrize("size", [OLD_PC, PHONE], ids=["old-pc", "phone"])
async def test_a_bureau_sees_stations_and_rooms_and_nothing_is_cut_off(
    person, users, network, size
):
    for login in (OFFICER, ELSEWHERE):
        await a_notice_taken_in_time(users, network, login)
    bureau = await person("bureau", size=size, path=f"{WEEK}?figure=raised")
    await bureau.page.get_by_role("rowheader", name=room_of(network)).wait_for()
    await bureau.page.get_by_role("rowheader", name="合计").wait_for()
    await bureau.until("a list of notices", "document.querySelector('section tbody tr') !== null")
    await bureau.within_the_window()
    await bureau.accessible()
    await bureau.chinese_only()


async def test_who_leads_no_desks_has_no_week(person):
    officer = await person(OFFICER)
    assert await officer.page.get_by_role("link", name="一周情况").count() == 0
    await officer.page.goto(f"{officer.url}{WEEK}")
    await officer.page.locator("main h1", has_text="没有这个页面").wait_for()
