"""A landlord with a phone: the own premises, a tenancy in a minute, its end in two taps."""

from datetime import timedelta

import pytest
from happening import own_premises
from journeys import a_document_number, post_tenancy, resolve
from network import created
from people import PHONE
from typing_in import a_wrong_number, is_wrong, submit, submit_and_register, tenant, type_tenant

from lianfang_demo.zone import today

pytestmark = pytest.mark.console

OFFICER, LANDLORD = "nanpu-officer1", "landlord1"


async def test_a_landlord_registers_and_ends_a_tenancy_on_a_phone(person, users, network):
    premises, label = await own_premises(users, network, OFFICER, LANDLORD)
    landlord = await person(LANDLORD, size=PHONE)
    assert await landlord.page.inner_text("main h1") == "我的房屋"
    mine = landlord.page.locator("section", has_text=label)
    await mine.get_by_text("现在没有租住").wait_for()
    await landlord.within_the_window()
    await landlord.accessible()
    await landlord.chinese_only()
    await mine.get_by_role("link", name="登记租住").click()
    await tenant(landlord).wait_for()
    for spared in ("由谁出租", "房间", "社区"):
        assert await landlord.page.get_by_label(spared, exact=True).count() == 0
    number = a_document_number()
    await type_tenant(landlord, a_wrong_number(number))
    await submit(landlord)
    await is_wrong(landlord, tenant(landlord).get_by_label("证件号码"), "校验位错误")
    await landlord.within_the_window()
    await tenant(landlord).get_by_label("证件号码").fill(number)
    tenancy = await submit_and_register(landlord)
    await landlord.accessible()
    await landlord.chinese_only()
    await landlord.within_the_window()
    await landlord.page.get_by_role("link", name="返回我的房屋").click()
    await mine.get_by_text("1 人").wait_for()
    await mine.get_by_role("button", name="终止").click()
    await landlord.within_the_window()
    await mine.get_by_role("button", name="确定").click()
    await mine.get_by_text("已终止").wait_for()
    kept = (await (await users(LANDLORD)).get(f"/api/v1/rentals/tenancies/{tenancy}")).body
    assert (kept["premises_id"], kept["ended"], kept["registered_by"]) == (
        premises,
        True,
        "landlord",
    )


async def test_what_an_officer_registers_meanwhile_shows_by_itself(person, users, network):
    premises, label = await own_premises(users, network, OFFICER, LANDLORD)
    landlord = await person(LANDLORD, size=PHONE, own_session=True)
    await landlord.page.clock.install()
    await landlord.page.reload()
    mine = landlord.page.locator("section", has_text=label)
    await mine.get_by_text("现在没有租住").wait_for()
    officer = await users(OFFICER)
    receipts, month = [await resolve(officer, premises)], today() + timedelta(days=30)
    created(await post_tenancy(officer, premises, receipts, first_day=today(), last_day=month))
    await landlord.page.clock.fast_forward(31_000)
    await mine.get_by_text("1 人").wait_for()


async def test_premises_of_others_are_not_there_for_a_landlord(person, network):
    foreign = next(
        row["premises_id"] for row in network.rows("premises") if not row.get("accounts")
    )
    landlord = await person(LANDLORD, path=f"/console/mine/{foreign}", size=PHONE)
    await landlord.reads("没有此房屋，或已不由您出租")
    await landlord.page.get_by_role("link", name="返回我的房屋").click()
    await landlord.page.get_by_role("link", name="登记租住").first.wait_for()
    assert await landlord.page.locator(f'a[href$="{foreign}"]').count() == 0


async def test_a_landlord_without_premises_is_told_whom_to_ask(person):
    landlord = await person(LANDLORD, path="/console/account", size=PHONE)
    await landlord.page.route(
        "**/api/v1/rentals/premises?**",
        lambda route: route.fulfill(json={"items": [], "next": None}),
    )
    await landlord.page.get_by_role("link", name="我的房屋").click()
    await landlord.reads("请联系房屋所在社区的民警")
