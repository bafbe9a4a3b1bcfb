"""What people type into the console's forms, and what stands beside a field."""

from random import SystemRandom

from journeys import TYPED_NAMES, TYPED_PHONE, file_premises
from playwright.async_api import Locator, Request, Response, Route, expect

TENANCIES = "/api/v1/rentals/tenancies"
RESOLUTIONS = "/api/v1/population/identity-resolutions"
HARMFUL = "<img src=x onerror=\"document.title='x'\">"
_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


async def some_premises(users, network, login: str) -> tuple[str, str]:
    """File premises of two rooms in a user's first grid; return id and house number."""
    officer = await users(login)
    premises = await file_premises(officer, network.grids_of(login)[0])
    return premises, (await officer.get(f"/api/v1/rentals/premises/{premises}")).body["label"]


def tenant(someone, place: int = 1) -> Locator:
    """Return the fields of one tenant of a form."""
    return someone.page.get_by_role("group", name=f"租住人 {place}")


async def type_tenant(someone, number: str, place: int = 1, name: str = TYPED_NAMES[0]) -> None:
    """Type a person's papers into a form."""
    fields = tenant(someone, place)
    await fields.get_by_label("证件号码").fill(number)
    await fields.get_by_label("姓名").fill(name)
    await fields.get_by_label("电话").fill(TYPED_PHONE)


async def submit(someone) -> None:
    """Send a tenancy's form."""
    await someone.page.locator("form").get_by_role("button", name="登记租住").click()


async def submit_and_register(someone) -> str:
    """Send a tenancy's form, and return the id of what came of it."""
    async with someone.page.expect_response(_is_registration) as answer:
        await submit(someone)
    registered = await (await answer.value).json()
    await someone.reads("登记成功")
    return str(registered["id"])


def _is_registration(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith(TENANCIES)


def resolutions_of(someone) -> list[str]:
    """Return a list that grows with each person whom the page lets resolve."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith(RESOLUTIONS):
            asked.append(request.url)

    someone.page.on("request", note)
    return asked


async def lose(route: Route) -> None:
    """Let a request never arrive."""
    await route.abort()


async def lose_the_answer(route: Route) -> None:
    """Let a request have its effect, and its answer never arrive."""
    await route.fetch()
    await route.abort()


async def is_wrong(someone, field: Locator, why: str) -> None:
    """Wait until a field is marked, for the eye and for a screen reader, with the reason."""
    await expect(field).to_have_attribute("aria-invalid", "true")
    described = await field.get_attribute("aria-describedby") or ""
    said = [await someone.page.locator(f'[id="{each}"]').inner_text() for each in described.split()]
    assert why in " ".join(said), said


def a_wrong_number(number: str) -> str:
    """Return a document number with a wrong check digit."""
    return number[:17] + ("1" if number[17] != "1" else "2")


def a_credit_code() -> str:
    """Return a unified social credit code of the demo's county that nobody has."""
    code = f"91990101{SystemRandom().randrange(10**9):09}"
    total = sum(_CODE_LETTERS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + _CODE_LETTERS[(31 - total % 31) % 31]


async def log_in_again(someone, login: str, password: str) -> None:
    """Follow the page's link into a new window and log in there."""
    async with someone.context.expect_page() as opening:
        await someone.page.get_by_role("link", name="在新窗口重新登录").click()
    window = await opening.value
    await window.fill("#login", login)
    await window.fill("#password", password)
    await window.click("button[type=submit]")
    await window.get_by_text("登录成功").wait_for()


async def is_unharmed(someone) -> None:
    """Fail where a text from people was read as a page."""
    assert await someone.page.title() == "联防"
    assert await someone.page.locator("main img").count() == 0
