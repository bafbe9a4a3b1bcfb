"""Logging in: through the form, under a new id, throttled, and over when it is over."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from gateway_builders import PASSWORD, ROOM_A, an_account
from gateway_rig import Rig, free_port

from gateway.dev_issuer import DevIssuer
from lianfang_common.testing.eventually import eventually

ME = "/api/v1/gateway/me"


async def test_a_right_password_leads_to_a_session_that_knows_the_account(rig: Rig):
    browser = await rig.logged_in("officer.a")
    page = await browser.get(ME)
    assert page.status == 200
    assert page.body["login"] == "officer.a"
    assert page.body["office"]["id"] == str(ROOM_A)
    assert page.body["desks"] == [{"office_id": str(ROOM_A), "role": "officer"}]
    assert page.body["areas"] == [{"first": "990101001001001", "end": "990101001001004"}]


async def test_the_session_cookie_is_closed_to_scripts_and_foreign_sites(rig: Rig):
    await rig.define(an_account("officer.a"))
    browser = rig.browser()
    answer = await browser.login("officer.a", allow_redirects=False)
    answer = await browser.get(answer.headers["Location"], allow_redirects=False)
    cookies = [value for value in answer.headers.getall("Set-Cookie") if "session" in value]
    assert len(cookies) == 1
    assert "httponly" in cookies[0].lower()
    assert "samesite=lax" in cookies[0].lower()


async def test_the_database_holds_no_cookie_that_could_be_used(rig: Rig):
    browser = await rig.logged_in()
    value = browser.cookie()
    assert value is not None
    kept = await rig.rows("select digest from session")
    assert len(kept) == 1
    assert value.encode() not in kept[0]["digest"]
    assert kept[0]["digest"].hex() != value


async def test_a_login_never_takes_over_an_id_that_the_browser_brought(rig: Rig):
    await rig.define(an_account("officer.a"))
    browser = rig.browser()
    browser.set_cookie("planted-by-somebody-else")
    await browser.login("officer.a")
    first = browser.cookie()
    assert first != "planted-by-somebody-else"
    await browser.login("officer.a")
    assert browser.cookie() != first
    thief = rig.browser()
    thief.set_cookie(str(first))
    assert (await thief.get(ME)).status == 401


async def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(rig: Rig):
    await rig.define(an_account("officer.a"))
    wrong = await rig.browser().login("officer.a", "wrong")
    unknown = await rig.browser().login("nobody.x", "wrong")
    assert wrong.status == unknown.status == 401
    strip = {"state", "nonce", "code_challenge"}

    def without_flow(text: str) -> list[str]:
        return [line for line in text.split("<") if not any(f'"{name}"' in line for name in strip)]

    assert without_flow(wrong.text) == without_flow(unknown.text)
    assert "officer.a" not in wrong.text


async def test_an_account_that_was_closed_cannot_log_in(rig: Rig):
    await rig.define(an_account("officer.a", active=False))
    assert (await rig.browser().login("officer.a")).status == 401


@pytest.mark.parametrize("login", ["officer.a", "nobody.x"])
async def test_the_sixth_wrong_password_waits_for_the_window_known_or_not(rig: Rig, login: str):
    await rig.define(an_account("officer.a"))
    for _ in range(5):
        assert (await rig.browser().login(login, "wrong")).status == 401
    sixth = await rig.browser().login(login, PASSWORD)
    assert sixth.status == 429
    assert 0 < int(sixth.headers["Retry-After"]) <= 15 * 60
    rig.clock.advance(timedelta(minutes=16))
    after = await rig.browser().login(login, PASSWORD)
    assert after.status == (200 if login == "officer.a" else 401)


async def test_a_right_password_takes_the_count_back(rig: Rig):
    await rig.define(an_account("officer.a"))
    for _ in range(4):
        await rig.browser().login("officer.a", "wrong")
    assert (await rig.browser().login("officer.a")).status == 200
    for _ in range(4):
        await rig.browser().login("officer.a", "wrong")
    assert (await rig.browser().login("officer.a")).status == 200


async def test_one_address_cannot_try_one_password_on_every_account(rig: Rig):
    login = rig.running.settings.login.model_copy(update={"failures_per_address": 3})
    await rig.restart(login=login)
    await rig.define(an_account("officer.a"))
    for number in range(3):
        assert (await rig.browser().login(f"guess.{number}", "wrong")).status == 401
    assert (await rig.browser().login("officer.a")).status == 429


async def test_the_count_names_neither_login_nor_address(rig: Rig):
    await rig.browser().login("officer.a", "wrong")
    kept = await rig.rows("select subject from login_failure")
    assert len(kept) == 2
    assert all(len(row["subject"]) == 32 for row in kept)


async def test_a_session_ends_after_an_hour_without_use(rig: Rig):
    browser = await rig.logged_in()
    rig.clock.advance(timedelta(minutes=50))
    rig.running.parts.sessions.forget(None)
    assert (await browser.get(ME)).status == 200
    rig.clock.advance(timedelta(minutes=50))
    rig.running.parts.sessions.forget(None)
    assert (await browser.get(ME)).status == 200
    rig.clock.advance(timedelta(minutes=61))
    rig.running.parts.sessions.forget(None)
    assert (await browser.get(ME)).status == 401


async def test_a_session_ends_after_a_shift_however_busy(rig: Rig):
    browser = await rig.logged_in()
    for _ in range(14):
        rig.clock.advance(timedelta(minutes=50))
        rig.running.parts.sessions.forget(None)
        assert (await browser.get(ME)).status == 200
    rig.clock.advance(timedelta(minutes=21))
    # No look at the database is needed: the end is known.
    assert (await browser.get(ME)).status == 401


async def test_logging_out_ends_the_session_for_every_copy_of_the_cookie(rig: Rig):
    browser = await rig.logged_in()
    copy = rig.browser()
    copy.set_cookie(str(browser.cookie()))
    assert (await copy.get(ME)).status == 200
    assert (await browser.post("/auth/logout")).status == 204
    assert browser.cookie() is None
    assert (await copy.get(ME)).status == 401


async def test_the_next_login_first_ends_the_session_that_the_issuer_keeps(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
):
    embedded = DevIssuer.discovery
    end = {"end_session_endpoint": f"{rig.url}/elsewhere"}
    monkeypatch.setattr(DevIssuer, "discovery", lambda issuer: embedded(issuer) | end)
    await rig.restart(session_hours=11)
    browser = await rig.logged_in()

    async def led_to(path: str) -> str:
        return str((await browser.get(path, allow_redirects=False)).headers["Location"])

    # Who is logged in keeps what stands open at the issuer, for other programs too.
    assert "/dev-issuer/authorize" in await led_to("/auth/login")
    await browser.post("/auth/logout")
    left = urlsplit(await led_to("/auth/login?next=/x"))
    query = parse_qs(left.query)
    assert left.path == "/elsewhere"
    assert query["post_logout_redirect_uri"] == [f"{rig.url}/auth/login"]
    assert query["id_token_hint"][0].count(".") == 2
    assert query["state"] == ["/x"]
    assert "/dev-issuer/authorize" in await led_to("/auth/login?state=/x")


async def test_another_process_hears_of_a_logout_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    # Nothing but the hint can end what the other one holds while this test waits.
    monkeypatch.setattr("gateway.sessions.HELD_SECONDS", 120.0)
    browser = await rig.logged_in()
    other = rig.gateway(port=free_port())
    await other.start()
    url = f"http://127.0.0.1:{other.port}{ME}"
    cookies = {"lianfang_session": str(browser.cookie())}

    async def status() -> int:
        async with browser.http.get(url, cookies=cookies) as answer:
            return answer.status

    assert await status() == 200
    await browser.post("/auth/logout")
    await eventually(status, until=lambda seen: seen == 401, what="the session's end")


async def test_a_login_of_another_browser_cannot_be_finished_here(rig: Rig):
    await rig.define(an_account("officer.a"))
    attacker = rig.browser()
    answer = await attacker.login("officer.a", allow_redirects=False)
    victim = rig.browser()
    await victim.form()
    landed = await victim.get(answer.headers["Location"])
    assert landed.status == 401
    assert landed.body["type"] == "/problems/login-broken"
    assert victim.cookie() is None


async def test_a_code_is_good_once_and_for_a_minute(rig: Rig):
    await rig.define(an_account("officer.a"))
    browser = rig.browser()
    answer = await browser.login("officer.a", allow_redirects=False)
    rig.clock.advance(timedelta(seconds=61))
    assert (await browser.get(answer.headers["Location"])).status == 401
    answer = await browser.login("officer.a", allow_redirects=False)
    flow = browser.cookie("lianfang_login")
    assert (await browser.get(answer.headers["Location"])).status == 200
    browser.set_cookie(str(flow), "lianfang_login")
    again = await browser.get(
        answer.headers["Location"], headers={"Cookie": f"lianfang_login={flow}"}
    )
    assert again.status == 401


async def test_a_code_without_its_verifier_is_worth_nothing(rig: Rig):
    await rig.define(an_account("officer.a"))
    browser = rig.browser()
    answer = await browser.login("officer.a", allow_redirects=False)
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "client_id": "lianfang",
        "redirect_uri": f"{rig.url}/auth/callback",
        "code": code,
        "code_verifier": "guessed",
    }
    refused = await rig.browser().ask("POST", "/dev-issuer/token", data=form)
    assert refused.status == 400
    assert refused.body == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil", "/a\tb"]
)
async def test_a_login_leads_to_no_other_host(rig: Rig, wanted: str):
    await rig.define(an_account("officer.a"))
    browser = rig.browser()
    action, hidden = await browser.form(f"/auth/login?{urlencode({'next': wanted})}")
    answer = await browser.ask(
        "POST",
        action,
        data={**hidden, "login": "officer.a", "password": PASSWORD},
        allow_redirects=False,
    )
    landed = await browser.get(answer.headers["Location"], allow_redirects=False)
    assert landed.headers["Location"] == ME


async def test_a_login_leads_back_to_where_it_was_wanted(rig: Rig):
    await rig.define(an_account("officer.a"))
    browser = rig.browser()
    action, hidden = await browser.form("/auth/login?next=/api/v1/gateway/feed%3Flimit=3")
    landed = await browser.ask(
        "POST", action, data={**hidden, "login": "officer.a", "password": PASSWORD}
    )
    assert landed.url == f"{rig.url}/api/v1/gateway/feed?limit=3"


async def test_at_another_name_of_this_host_the_login_begins_at_the_public_one(rig: Rig):
    browser = rig.browser()
    page = await browser.get(
        f"http://localhost:{rig.port}/auth/login?next=/x", allow_redirects=False
    )
    assert page.headers["Location"] == f"{rig.url}/auth/login?next=/x"
    assert "Set-Cookie" not in page.headers


async def test_behind_trusted_proxies_the_address_is_the_one_that_the_last_of_them_saw(rig: Rig):
    login = rig.running.settings.login.model_copy(update={"failures_per_address": 1})
    await rig.restart(login=login, trusted_hops=1)
    for last, status in (("10.0.0.1", 401), ("10.0.0.2", 401), ("10.0.0.1", 429)):
        # What stands before was written by the caller and counts for nothing.
        headers = {"X-Forwarded-For": f"1.2.3.4, {last}"}
        page = await rig.browser().login("guess.x", "wrong", headers=headers)
        assert page.status == status


async def test_redefining_an_account_ends_its_sessions(rig: Rig):
    browser = await rig.logged_in("officer.a")
    await rig.define(an_account("officer.a", role="room_head"))
    assert (await browser.get(ME)).status == 401
