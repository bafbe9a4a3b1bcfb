"""The gateway dies under an open desk: the page says so, heals by itself, and misses nothing.

It is a system test and no console test: those run two at a time, and would lose their gateway.
"""

from datetime import UTC, datetime

import aiohttp
import pytest
import pytest_asyncio
from asking import Asking
from browsing import launched
from deployed import Deployed
from desk_page import connected, have_stayed, link, lost, stay
from journeys import report, the_notice, until
from killing import kill, start_all
from network import created

pytestmark = pytest.mark.system

OFFICER = "nanpu-officer1"


@pytest_asyncio.fixture
async def browser():
    """A browser for this test alone; nothing of it runs beside the tests that measure time."""
    async with launched() as started:
        yield started


async def told_past_the_gateway(network) -> str:
    """Report something at the service's own door, and wait for its notice; return the incident."""
    body = {
        "source": "walk_in",
        "classification": "noise",
        "grid": network.grids_of(OFFICER)[0],
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    async with aiohttp.ClientSession() as http:
        asking = Asking(Deployed.of_profile("test"), http)
        status, answer = await asking.post(asking.user(OFFICER), "incidents", "/reports", body)
    assert status == 201, answer

    async def stored():
        query = "select 1 from notices where subject_id = $1"
        return await network.query("notifications", query, answer["incident_id"])

    await until("the notice of what was told while the gateway was dead", stored)
    return str(answer["incident_id"])


async def test_an_open_desk_outlives_its_gateway_and_shows_each_notice_once(person, users, network):
    session = await users(OFFICER)
    before = created(await report(session, "noise", grid=network.grids_of(OFFICER)[0]))
    first = (await the_notice(session, before["incident_id"]))["id"]
    officer = await person(OFFICER, own_session=True)
    await connected(officer)
    await link(officer, first).click()
    comment = officer.page.get_by_label("处理说明")
    await comment.fill("已上门劝阻")
    await stay(officer)
    try:
        await kill(network, "gateway")
        meanwhile = await told_past_the_gateway(network)
        await lost(officer)
    finally:
        await start_all(network, ["gateway"])
    await connected(officer)
    second = (await the_notice(session, meanwhile))["id"]
    await link(officer, second).wait_for()
    for notice in (first, second):
        assert await link(officer, notice).count() == 1
    assert await comment.input_value() == "已上门劝阻"
    await officer.page.get_by_role("button", name="签收").click()
    await officer.reads("本岗位其他人员无需再处理")
    await link(officer, first).wait_for(state="detached")
    assert await link(officer, second).count() == 1
    await have_stayed(officer)
