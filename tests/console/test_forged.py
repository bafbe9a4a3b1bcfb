"""A page of somebody else, open in the browser of an officer who is logged in, changes nothing.

It does all that a page may do without being let: it sends forms and requests with the officer's
cookies, and tries to read and to frame ours. The browser keeps its own rules; none is switched off.
"""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web
from journeys import until
from playwright.async_api import expect

pytestmark = pytest.mark.console

OFFICER = "nanpu-officer1"
PREMISES, LOGOUT = "/api/v1/rentals/premises", "/auth/logout"
_PAGE = """<!doctype html><title>prize</title><form id="form" method="post" target="frame"
  enctype="text/plain"><input name="field" value="value"></form>
<iframe name="frame"></iframe>"""
_ASK = """async ([url, options]) => {
  try {
    const answer = await fetch(url, {credentials: "include", method: "POST", ...options});
    return answer.type === "opaque" ? "unread" : "read";
  } catch { return "refused"; }
}"""


@pytest_asyncio.fixture(scope="module")
async def foreign_port() -> AsyncIterator[int]:
    """The port of this machine at which a page stands that is not ours."""
    app = web.Application()

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        ("localhost", {401, 403}),  # another site: the browser keeps the cookie back
        ("127.0.0.1", {403}),  # our own site at another port: it sends the cookie
    ],
)
async def test_a_foreign_page_changes_reads_and_ends_nothing(
    person, network, foreign_port, host, answers
):
    someone = await person(OFFICER, own_session=True)
    page = await someone.context.new_page()
    answered: dict[str, set[int]] = {PREMISES: set(), LOGOUT: set()}

    def note(response) -> None:
        path = response.url.removeprefix(someone.url)
        if response.request.method == "POST" and path in answered:
            answered[path].add(response.status)

    page.on("response", note)
    await page.goto(f"http://{host}:{foreign_port}/")
    label = f"forged-{uuid4()}"
    grid = network.grids_of(OFFICER)[0]
    body = f'{{"grid": "{grid}", "kind": "flat", "rooms": 1, "label": "{label}"}}'
    json = {"Content-Type": "application/json", "Idempotency-Key": label}
    for path in answered:
        url = someone.url + path
        # What a page may send without asking first is sent, and refused.
        assert await page.evaluate(_ASK, [url, {"mode": "no-cors", "body": body}]) == "unread"
        async with page.expect_response(url):
            await page.evaluate("(url) => { form.action = url; form.submit(); }", url)
        # What it has to ask for first is not sent.
        assert await page.evaluate(_ASK, [url, {"body": body, "headers": json}]) == "refused"
    reading = {"method": "GET"}
    assert await page.evaluate(_ASK, [someone.url + PREMISES, reading]) == "refused"

    assert all(codes and codes <= answers for codes in answered.values()), answered
    ((made,),) = await network.query(
        "rentals", "select count(*) from premises where label = $1", label
    )
    assert made == 0
    await page.close()
    await someone.page.reload()
    await expect(someone.page.locator("main h1")).to_contain_text("我的岗位")


async def test_a_foreign_page_cannot_frame_ours(person, foreign_port):
    someone = await person(OFFICER, own_session=True)
    page = await someone.context.new_page()
    await page.goto(f"http://127.0.0.1:{foreign_port}/")
    await page.evaluate("(url) => { frames[0].location = url; }", f"{someone.url}/console/")
    frame = page.frames[1]

    async def refused() -> bool:
        return frame.url.startswith("chrome-error:")

    await until("the frame refused by the browser", refused)
    await page.close()
