"""Three clicks are enough.

Whoever is new reaches something of use by them, of which logging in is one; so does an officer
each act of the day. What is typed, or chosen by the keyboard, is no click.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from browsing import nobody_yet
from desk_page import link
from happening import own_premises, warned
from journeys import a_document_number, report, the_notice
from network import Network, created
from people import OLD_PC, PHONE, Person
from playwright.async_api import Browser, Locator
from register import list_somebody
from typing_in import some_premises, submit_and_register, type_tenant

pytestmark = [pytest.mark.console, pytest.mark.slow]

CLICKS_MAX = 3
OFFICER = "beihe-officer1"
NEAR, COMMITTEE = "nanpu-officer1", "dongdu-committee"
LANDLORD = "landlord1"
_COUNTED = "addEventListener('click', () => clicked(), { capture: true })"


@asynccontextmanager
async def few_clicks(
    browser: Browser,
    network: Network,
    login: str,
    *,
    size: dict[str, int] = OLD_PC,
    at_work: bool = False,
) -> AsyncIterator[Person]:
    """Let somebody log in for the first time; fail if more was clicked until the end.

    Args:
        at_work: count from the first page on, as for somebody who has the console open all day.
    """
    clicks = 0

    def clicked() -> None:
        nonlocal clicks
        clicks += 1

    context = await nobody_yet(browser)
    await context.expose_function("clicked", clicked)
    await context.add_init_script(_COUNTED)
    someone = await Person.at(context, network, size=size)
    await someone.log_in(login, network.accounts[login]["password"])
    await someone.page.wait_for_selector("main h1")
    assert clicks == 1, "the click that sends the login is counted"
    if at_work:
        clicks = 0
    yield someone
    await someone.close()
    await context.close()
    assert clicks <= CLICKS_MAX, f"{clicks} clicks"


def named(someone: Person, role: str, name: str) -> Locator:
    """Return what is called so on the page's own part."""
    return someone.page.locator("main").get_by_role(role, name=name, exact=True)


async def from_the_navigation(someone: Person, name: str) -> None:
    """Open a page, and wait until it has come: the one before has fields to search, too."""
    await someone.page.get_by_role("navigation").get_by_role("link", name=name).click()
    await named(someone, "heading", name).wait_for()


async def an_incident(users, network) -> str:
    """Let something happen in the officer's section; return the incident's id."""
    grid = network.grids_of(OFFICER)[0]
    return str(created(await report(await users(OFFICER), "noise", grid=grid))["incident_id"])


@pytest.mark.parametrize("at_work", [False, True], ids=["new", "at-work"])
async def test_an_officer_takes_a_notice_over(browser, network, users, at_work):
    notice = await the_notice(await users(OFFICER), await an_incident(users, network))
    async with few_clicks(browser, network, OFFICER, at_work=at_work) as officer:
        await link(officer, notice["id"]).click()
        await officer.page.locator("form button[type=submit]").click()
        await officer.reads("本岗位其他人员无需再处理")


async def test_an_officer_at_work_registers_a_tenancy(browser, network, users):
    premises, label = await some_premises(users, network, OFFICER)
    async with few_clicks(browser, network, OFFICER, at_work=True) as officer:
        await from_the_navigation(officer, "登记租住")
        await officer.page.locator("main input[type=search]").fill(label)
        await officer.page.locator(f'main a[href$="premises={premises}"]').click()
        await type_tenant(officer, a_document_number())
        await officer.page.get_by_label("房间").select_option("1")
        await submit_and_register(officer)


async def test_an_officer_at_work_takes_a_report_in(browser, network, users):
    await an_incident(users, network)
    async with few_clicks(browser, network, OFFICER, at_work=True) as officer:
        await from_the_navigation(officer, "警情")
        # An empty list has another link of this name, which goes when the list has come.
        await officer.page.locator("main table a").first.wait_for()
        await named(officer, "link", "登记报警").click()
        # The list has a choice of classes too, as long as it is there.
        await named(officer, "heading", "登记报警").wait_for()
        await officer.page.get_by_label("类别", exact=True).select_option("噪音扰民")
        await officer.page.get_by_label("网格", exact=True).select_option(
            network.grids_of(OFFICER)[0]
        )
        await named(officer, "button", "提交").click()
        await officer.reads("立为新警情")


async def test_an_officer_at_work_records_an_arrival(browser, network, users):
    notice = await the_notice(await users(OFFICER), await an_incident(users, network))
    async with few_clicks(browser, network, OFFICER, at_work=True) as officer:
        await link(officer, notice["id"]).click()
        await officer.page.get_by_role("link", name="查看警情").click()
        await named(officer, "button", "登记到场").click()
        await officer.reads("已登记到场")


async def test_an_officer_at_work_closes_an_incident(browser, network, users):
    incident = await an_incident(users, network)
    async with few_clicks(browser, network, OFFICER, at_work=True) as officer:
        await from_the_navigation(officer, "警情")
        await officer.page.locator(f'a[href="/console/incidents/{incident}"]').click()
        await officer.page.get_by_label("处理结果").select_option("已处置")
        await named(officer, "button", "办结").click()
        await officer.page.get_by_role("listitem").filter(has_text="办结：已处置").wait_for()


async def test_a_committee_reads_a_warning_and_why_it_came(browser, network, users):
    _, notice = await warned(users, NEAR, COMMITTEE, grid=network.grids_of(COMMITTEE)[0])
    async with few_clicks(browser, network, COMMITTEE) as committee:
        await link(committee, notice["id"]).click()
        drawer = committee.page.get_by_role("dialog")
        await drawer.get_by_text("哪些信息未提供").click()
        await drawer.get_by_role("listitem").filter(has_text="房屋编号").wait_for()


async def test_a_justice_office_sees_who_answers_for_somebody(browser, network, users):
    entry = await list_somebody(users, network, OFFICER)
    async with few_clicks(browser, network, "beihe-justice") as justice:
        await from_the_navigation(justice, "监督帮扶登记")
        await justice.page.locator(f'a[href="/console/register/{entry.entry_id}"]').click()
        await justice.page.locator(".responsible strong", has_text="北河第1警务室").wait_for()


@pytest.mark.parametrize("login", ["beihe-chief", "bureau"])
async def test_a_head_sees_which_notices_a_figure_counts(browser, network, users, login):
    await an_incident(users, network)
    async with few_clicks(browser, network, login) as head:
        await from_the_navigation(head, "一周情况")
        await head.page.locator("main table a").first.click()
        await head.page.locator("section tbody tr").first.wait_for()


async def test_a_room_head_takes_an_incident_in_hand(browser, network, users):
    incident = await an_incident(users, network)
    async with few_clicks(browser, network, "beihe-head1") as head:
        await from_the_navigation(head, "警情")
        await head.page.locator(f'a[href="/console/incidents/{incident}"]').click()
        await named(head, "button", "登记到场").wait_for()


async def test_a_landlord_registers_a_tenancy_on_a_phone(browser, network, users):
    _, label = await own_premises(users, network, NEAR, LANDLORD)
    async with few_clicks(browser, network, LANDLORD, size=PHONE) as landlord:
        mine = landlord.page.locator("section", has_text=label)
        await mine.get_by_role("link", name="登记租住").click()
        await type_tenant(landlord, a_document_number())
        await submit_and_register(landlord)


async def test_an_auditor_sees_what_a_desk_is_told(browser, network):
    async with few_clicks(browser, network, "auditor") as auditor:
        rules = auditor.page.get_by_role("article")
        await rules.get_by_text("通知示例").first.click()
        await auditor.page.locator("details[open] p").first.wait_for()


async def test_ops_see_how_every_service_runs(browser, network):
    async with few_clicks(browser, network, "ops") as ops:
        services = ops.page.get_by_role("article")
        await services.get_by_text("个部分全部正常").first.wait_for()
