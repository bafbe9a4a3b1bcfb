"""The session cookie, and where changes may come from."""

from pathlib import Path

import pytest
from gateway_builders import settings_for
from starlette.responses import Response

from gateway.cookies import SessionCookie
from gateway.origins import is_foreign

OWN = "https://lianfang.example"


def test_over_https_the_cookie_is_bound_to_it_and_to_the_host(tmp_path: Path):
    cookie = SessionCookie(settings_for(tmp_path, OWN), "lianfang_session")
    response = Response()
    cookie.set(response, "v", 60)
    header = response.headers["set-cookie"].lower()
    assert header.startswith("__host-lianfang_session=v;")
    assert "secure" in header
    assert "httponly" in header
    assert "domain" not in header


def test_a_cookie_is_found_among_others_and_only_by_its_whole_name(tmp_path: Path):
    cookie = SessionCookie(settings_for(tmp_path), "lianfang_session")
    assert cookie.of({b"cookie": b"a=1; lianfang_session=v; b=2"}) == "v"
    assert cookie.of({b"cookie": b"xlianfang_session=v"}) is None
    assert cookie.of({b"cookie": b"lianfang_session="}) is None
    assert cookie.of({}) is None


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({b"origin": OWN.encode()}, False),
        ({b"sec-fetch-site": b"same-origin", b"origin": OWN.encode()}, False),
        ({b"sec-fetch-site": b"none"}, False),
        ({b"sec-fetch-site": b"same-site"}, True),
        ({b"sec-fetch-site": b"cross-site"}, True),
        ({b"origin": b"null"}, True),
        ({b"origin": b"https://lianfang.example.evil"}, True),
        ({b"origin": b"http://lianfang.example"}, True),
        ({b"sec-fetch-site": b"same-origin", b"origin": b"https://evil.example"}, True),
    ],
)
def test_a_browser_says_whether_another_site_sent_a_change(
    headers: dict[bytes, bytes], foreign: bool
):
    assert is_foreign(headers, OWN) is foreign
