"""Each office's screen shows exactly what its rights allow, as the oracle of the rights says.

Other tests change the network meanwhile, so rows are looked up before and after each look at a
screen: what was in sight all the time must be shown, and what never was must not.
"""

import re
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from asking import Asking
from deployed import Deployed
from desk_page import connected
from in_sight import Verdicts, entries, incidents, notices, open_cases, premises, seen
from journeys import OPEN, report, until
from moving import NEW, OLD
from network import created
from oracle import AT_A_DESK, Verdict
from register import CASES, act, list_somebody, move, the_case

pytestmark = [pytest.mark.console, pytest.mark.slow]

LOGINS = (
    # One of each way to see.
    *("beihe-officer1", "nanpu-chief", "bureau", "dongdu-committee", "nanpu-justice"),
    *("landlord1", "ops", "auditor", "feed110"),
)
CLASS = "traffic_obstruction"  # of which there are few: its list is soon read to the end
COUNTED_MAX = 1_000
DESK, PREMISES, MINE = "/console/desk", "/console/premises", "/console/mine"
INCIDENTS, REGISTER, OPEN_CASES = "/console/incidents", "/console/register", "/console/cases"
RULED = {PREMISES: premises, INCIDENTS: incidents, REGISTER: entries, OPEN_CASES: open_cases}

LookUp = Callable[[], Awaitable[Verdicts]]


@pytest.fixture(scope="module")
def asking() -> Asking:
    """The demo users, as the oracle knows them."""
    return Asking(Deployed.of_profile("test"))


@pytest_asyncio.fixture(scope="module", autouse=True)
async def something_everywhere(users, network):
    """An incident on both sides of the district, and a case of which three offices were told."""
    for login in (OLD, NEW):
        grid = network.grids_of(login)[0]
        created(await report(await users(login), CLASS, grid=grid))
    listed = await list_somebody(users, network, OLD)
    await move(users, network, listed, NEW)
    case = (await the_case(await users(OLD), listed))["case_id"]
    reply = await act(await users(OLD), f"{CASES}/{case}", "reviews", {"outcome": "confirmed"})
    assert reply.status == 200, reply.body


def of(asking: Asking, login: str, rows_of, *chosen) -> LookUp:
    """Return what looks up rows and says what is to be seen of each by a user."""

    async def look_up() -> Verdicts:
        return (await rows_of(asking, *chosen))(asking.user(login))

    return look_up


async def lists_of(asking: Asking, login: str) -> set[str]:
    """Return the lists that somebody's rights open."""
    user = asking.user(login)
    refused = {
        address
        for address, rows_of in RULED.items()
        if Verdict.REFUSED in (await of(asking, login, rows_of)()).values()
    }
    lists = set(RULED) - refused
    if user.role in AT_A_DESK:
        lists.add(DESK)
    if user.role == "landlord":
        lists = {MINE if address == PREMISES else address for address in lists}
    # A committee opens an entry of its help team one by one, from its notice and for a purpose.
    return lists - {REGISTER} if user.role == "committee" else lists


async def go(window, address: str) -> None:
    await window.page.goto(window.url + address)
    await window.page.locator("main h1").wait_for()


async def ids_below(window, address: str) -> set[str]:
    """Return the ids that the links of a page's own part lead to."""
    links = await window.page.locator(f'main a[href^="{address}/"]').evaluate_all(
        "links => links.map((link) => link.pathname.split('/').pop())"
    )
    ids = [each for each in links if re.fullmatch(r"[0-9a-f-]{36}", each)]
    assert len(ids) == len(set(ids)), f"twice below {address}"
    return set(ids)


async def read_to_the_end(window, address: str) -> None:
    """Ask for the rest of a list that is shown part by part."""
    more = window.page.locator("main").get_by_role(
        "button", name=re.compile("更早的|更多房屋|继续显示")
    )
    while await more.count():
        number = len(await ids_below(window, address))
        await more.click()

        async def longer(number: int = number) -> bool:
            return len(await ids_below(window, address)) > number

        await until(f"the next page of the list below {address}", longer)


async def shows(window, address: str, look_up: LookUp, whole: LookUp | None = None) -> int:
    """Wait until a list shows what is in sight; fail as soon as it shows what is not.

    Args:
        window: where the list is open.
        address: below which its lines lead.
        look_up: says what the list has to show.
        whole: says what else is in sight, of which the list shows a part.

    Returns:
        how many lines it shows.
    """

    async def complete() -> bool:
        before = seen(await look_up())
        await read_to_the_end(window, address)
        shown = await ids_below(window, address)
        after = seen(await look_up())
        foreign = shown - (before | after)
        if whole is not None:
            foreign -= seen(await whole())
        assert not foreign, f"{len(foreign)} lines below {address} are not for this office"
        return (before & after) <= shown <= (before | after)

    await until(f"all that is in sight below {address}", complete, 60)
    return len(await ids_below(window, address))


async def on_the_desk(window, asking, login) -> int:
    await go(window, DESK)
    await connected(window)
    # One that is raised and taken over between two looks was open nonetheless.
    return await shows(window, DESK, of(asking, login, notices, OPEN), of(asking, login, notices))


async def on_the_list_of_premises(window, asking, login) -> int:
    """Compare the number of all, and the lines of the grid that has the fewest."""
    look_up = of(asking, login, premises)
    told = window.page.get_by_role("status").filter(has_text="共")

    async def counted() -> bool:
        await go(window, PREMISES)  # the number is not read again by itself
        before = len(seen(await look_up()))
        number = int(re.findall(r"\d+", await told.inner_text())[0])
        after = len(seen(await look_up()))
        return min(before, COUNTED_MAX) <= number <= after

    await until("the number of premises in sight", counted)
    rows = await asking.network.query(
        "rentals",
        "select grid from premises where grid = any($1) group by grid order by count(*) limit 1",
        list(asking.user(login).grids),
    )
    grid = rows[0]["grid"]
    await go(window, f"{PREMISES}?area={grid}")
    return await shows(window, PREMISES, of(asking, login, premises, grid), look_up)


async def on_the_own_premises(window, asking, login) -> int:
    await go(window, MINE)
    return await shows(window, MINE, of(asking, login, premises))


async def in_the_book_of_incidents(window, asking, login) -> int:
    await go(window, f"{INCIDENTS}?state=all&class={CLASS}")
    return await shows(window, INCIDENTS, of(asking, login, incidents, CLASS))


async def on_the_register(window, asking, login) -> int:
    await go(window, REGISTER)
    return await shows(window, REGISTER, of(asking, login, entries))


async def among_the_cases(window, asking, login) -> int:
    await go(window, OPEN_CASES)
    return await shows(window, OPEN_CASES, of(asking, login, open_cases))


LISTS = {
    DESK: on_the_desk,
    PREMISES: on_the_list_of_premises,
    MINE: on_the_own_premises,
    INCIDENTS: in_the_book_of_incidents,
    REGISTER: on_the_register,
    OPEN_CASES: among_the_cases,
}


@pytest.mark.parametrize("login", LOGINS)
async def test_a_screen_shows_exactly_what_its_office_may_see(person, asking, login):
    window = await person(login)
    lists = await lists_of(asking, login)
    links = await window.page.locator("nav a").evaluate_all(
        "links => links.map((link) => link.pathname)"
    )
    assert set(links) & set(LISTS) == lists
    lines = {each: await LISTS[each](window, asking, login) for each in LISTS if each in lists}
    # A desk may be empty; what this module has planted, and what the demo holds, must be there.
    assert all(number for each, number in lines.items() if each != DESK), lines
