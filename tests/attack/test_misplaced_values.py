"""Our own values in the wrong place: cursors, ids of streams, cookies, and a foreign page."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import aiohttp
import pytest
from deployed import Deployed

from lianfang_demo.client import Session

pytestmark = pytest.mark.system

LISTS = (
    *("/api/v1/population/areas", "/api/v1/population/offices"),
    *("/api/v1/population/supervision-entries", "/api/v1/population/residence-change-cases"),
    *("/api/v1/rentals/premises", "/api/v1/rentals/tenancies"),
    *("/api/v1/incidents/incidents", "/api/v1/notifications/notices"),
)
OFFICER = "beihe-officer1"
EVENT_IDS = (
    *("", "0", "-1", "9" * 40, "x" * 1_999, "x" * 3_000, "null", "{}", "a=1;b=2", "../..", "%00"),
    *("00000000-0000-0000-0000-000000000000/officer=1", "' or '1'='1", "é" * 50),
)


@pytest.fixture(scope="module")
async def officer(deployed: Deployed) -> AsyncIterator[Session]:
    """A logged-in officer."""
    network = deployed.network
    async with Session(network.url("gateway"), "en") as session:
        yield await session.login(OFFICER, network.accounts[OFFICER]["password"])


async def test_a_cursor_leads_through_no_other_list(officer: Session):
    cursors = {}
    for path in LISTS:
        page = await officer.get(path, limit=1)
        if page.body["next"] is not None:
            cursors[path] = page.body["next"]
    assert len(cursors) >= 3, "too few lists have a second page"
    for path in LISTS:
        for origin, cursor in cursors.items():
            reply = await officer.get(path, cursor=cursor)
            assert reply.status in (200, 422), (origin, path, reply.body)
            if origin.split("/")[3] != path.split("/")[3]:
                assert reply.status == 422, (origin, path)
    for cursor in cursors.values():
        body = {"name": "王", "cursor": cursor}
        reply = await officer.post("/api/v1/population/persons/searches", body)
        assert reply.status in (200, 422), reply.body


@pytest.mark.parametrize("last", EVENT_IDS, ids=range(len(EVENT_IDS)))
async def test_an_event_id_that_we_never_gave_begins_a_stream_or_is_refused(
    officer: Session, last: str
):
    for query, headers in ((f"?after={quote(last)}", {}), ("", {"Last-Event-ID": quote(last)})):
        url = f"{officer.base_url}/api/v1/gateway/live{query}"
        async with officer.http.get(url, headers=headers) as stream:
            assert stream.status in (200, 422), await stream.read()
            if stream.status == 200:
                async with asyncio.timeout(5):
                    assert await stream.content.readuntil(b"\n\n") == b"retry: 1000\n\n"
                    first = await stream.content.readuntil(b"\n\n")
                    assert b"event: ready" in first or b"event: reset" in first


@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_a_foreign_page_ends_no_session_and_changes_nothing(
    officer: Session, page: dict[str, str]
):
    for path, headers in (
        ("/auth/logout", {}),
        ("/api/v1/rentals/premises", {"Idempotency-Key": "attack-foreign"}),
    ):
        url = officer.base_url + path
        async with officer.http.post(url, data=b"{}", headers={**headers, **page}) as answer:
            assert answer.status == 403
            assert (await answer.json(content_type=None))["type"] == "/problems/foreign-origin"
    assert (await officer.get("/api/v1/gateway/me")).status == 200


async def test_a_form_of_a_foreign_page_changes_nothing(officer: Session):
    """What a page may send without asking first: a form or plain text, with the cookie."""
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        url = officer.base_url + "/api/v1/rentals/premises"
        async with officer.http.post(url, data=b"{}", headers={"Content-Type": kind}) as answer:
            assert answer.status == 422
            assert (await answer.json(content_type=None))["errors"][0]["field"] == "Idempotency-Key"


async def test_a_cookie_of_another_form_is_nobody(deployed: Deployed, officer: Session):
    value = next(each.value for each in officer.http.cookie_jar)
    url = deployed.network.url("gateway") + "/api/v1/gateway/me"
    for cookie in (
        f"lianfang_session={value[:-1]}",
        f"lianfang_session={value}x",
        f"lianfang_session={value.swapcase()}",
        f"lianfang_session={quote(value)}%20",
        f"Lianfang_Session={value}",
        f"__Host-lianfang_session={value}",
        f"lianfang_login={value}",
        "lianfang_session=" + "x" * 20_000,
    ):
        headers = {"Cookie": cookie}
        async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
            assert answer.status == 401, cookie[:40]
