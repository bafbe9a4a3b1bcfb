"""An officer's work with Tab, Enter and arrows alone; at every step one sees where one is."""

import pytest
from browsing import nobody_yet
from journeys import a_document_number, report, the_notice
from network import created
from people import Person
from typing_in import some_premises

pytestmark = pytest.mark.console

OFFICER = "nanpu-officer1"
STEPS_MAX = 150
_HERE = """() => {
  const here = document.activeElement;
  if (here === null || here === document.body) return null;
  const marked = (shown) => {
    const style = getComputedStyle(shown);
    const box = shown.getBoundingClientRect();
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return (ringed || style.boxShadow !== "none") && box.width > 0 && box.height > 0 &&
      box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  // A choice may be drawn by its label alone.
  const shown = [here, here.closest("label")].filter((each) => each !== null);
  return { seen: shown.some(marked), what: here.outerHTML.slice(0, 200) };
}"""


async def tab_to(someone: Person, wanted: str) -> None:
    """Press Tab until what a selector names has the focus; each stop on the way is seen."""
    stops = []
    for _ in range(STEPS_MAX):
        await someone.page.keyboard.press("Tab")
        here = await someone.page.evaluate(_HERE)
        if here is None:
            continue  # the browser's own bar, between the end of the page and its beginning
        assert here["seen"], here["what"]
        stops.append(here["what"])
        if await someone.page.evaluate("(it) => document.activeElement.matches(it)", wanted):
            return
    raise AssertionError(f"Tab never comes to {wanted}; the last stops: {stops[-8:]}")


async def typed(someone: Person, wanted: str, text: str) -> None:
    """Go to a field and type into it."""
    await tab_to(someone, wanted)
    await someone.page.keyboard.type(text)


async def labelled(someone: Person, label: str) -> str:
    """Return a selector of the first field with a label."""
    field = someone.page.get_by_label(label).first
    await field.wait_for()
    return f'[id="{await field.get_attribute("id")}"]'


async def logged_in(browser, network) -> Person:
    """Log in by the keyboard: the first field has the focus, Enter sends the form."""
    context = await nobody_yet(browser)
    someone = await Person.at(context, network)
    await someone.page.wait_for_selector("#login:focus")
    await someone.page.keyboard.type(OFFICER)
    await tab_to(someone, "#password")
    await someone.page.keyboard.type(network.accounts[OFFICER]["password"])
    await someone.page.keyboard.press("Enter")
    await someone.page.wait_for_selector("main h1")
    return someone


async def test_one_logs_in_and_the_first_stop_leads_past_the_navigation(browser, network):
    officer = await logged_in(browser, network)
    await tab_to(officer, "a.skip")
    await officer.page.keyboard.press("Enter")
    await officer.page.wait_for_selector("#content:focus")
    await tab_to(officer, "main *")
    assert await officer.page.evaluate("document.activeElement.closest('nav') === null")
    await officer.close()
    await officer.context.close()


async def test_a_notice_is_opened_and_taken_over_with_a_comment(person, users, network):
    officer = await person(OFFICER)
    desk = await users(OFFICER)
    opened = created(await report(desk, "noise", grid=network.grids_of(OFFICER)[0]))
    notice = str((await the_notice(desk, str(opened["incident_id"])))["id"])
    line = f'a[href="/console/desk/{notice}"]'
    await officer.page.wait_for_selector(line)
    await tab_to(officer, line)
    await officer.page.keyboard.press("Enter")
    await officer.page.wait_for_selector("#comment")
    await typed(officer, "#comment", "已到现场核实")
    await tab_to(officer, "form button[type=submit]")
    await officer.page.keyboard.press("Enter")
    await officer.reads("本岗位其他人员无需再处理")
    await officer.page.keyboard.press("Escape")
    await officer.page.wait_for_url("**/desk")
    await officer.page.wait_for_selector(line, state="detached")


async def test_a_tenancy_is_registered(person, users, network):
    premises, label = await some_premises(users, network, OFFICER)
    officer = await person(OFFICER)
    await tab_to(officer, 'nav a[href="/console/tenancies/new"]')
    await officer.page.keyboard.press("Enter")
    await officer.reads("第一步：选择房屋")  # the desk, which one leaves, has a field to search too
    await typed(officer, "main input[type=search]", label)
    found = f'main a[href$="premises={premises}"]'
    await officer.page.wait_for_selector(found)
    await tab_to(officer, found)
    await officer.page.keyboard.press("Enter")
    await typed(officer, await labelled(officer, "证件号码"), a_document_number())
    await typed(officer, await labelled(officer, "姓名"), "测试租客甲")
    room = await labelled(officer, "房间")
    await tab_to(officer, room)
    await officer.page.keyboard.press("ArrowDown")
    assert await officer.page.input_value(room) == "1"
    await tab_to(officer, "form button[type=submit]")
    await officer.page.keyboard.press("Enter")
    await officer.reads("登记成功")
    await officer.page.wait_for_selector("section[role=status] h2:focus")
    await tab_to(officer, "section[role=status] *")
