"""The session alone says who somebody is, and a signed token alone tells a service."""

from datetime import timedelta
from uuid import UUID

import aiohttp
import pytest

from lianfang_common.clock import SystemClock
from lianfang_common.principal import AreaRange, Principal
from lianfang_edge.tokens import ISSUER, TokenSigner

pytestmark = pytest.mark.system

ME = "/api/v1/gateway/me"
OFFICER = "beihe-officer1"


def claims_of(network, login):
    """Return headers that claim to be somebody, as proxies and services might write them."""
    account = network.accounts[login]
    return {
        "X-Forwarded-User": login,
        "X-Remote-User": login,
        "Remote-User": login,
        "X-User": login,
        "X-Auth-Request-User": login,
        "X-Account-Id": account["account_id"],
        "X-Role": account["role"],
        "X-Office-Id": account["office_id"],
        "X-Scope": "990101",
        "X-Original-URL": ME,
    }


def token(network, login, audience):
    """Return a token that the gateway's own key signs, as its thief could."""
    account = network.accounts[login]
    principal = Principal(
        UUID(account["account_id"]),
        account["role"],
        UUID(account["office_id"]),
        (AreaRange("990101", "990102"),),
    )
    signer = TokenSigner(network.state / "secrets/gateway/signing.jwk", ISSUER, SystemClock())
    return signer.sign(principal, audience, timedelta(minutes=1))


async def asked(url, headers, cookies=None):
    async with (
        aiohttp.ClientSession(cookies=cookies or {}) as http,
        http.get(url, headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


async def test_forged_headers_make_nobody_of_a_stranger(network):
    for path in (ME, "/api/v1/rentals/premises", "/api/v1/notifications/notices"):
        headers = claims_of(network, "bureau")
        assert (await asked(network.url("gateway") + path, headers))[0] == 401
        headers["Authorization"] = f"Bearer {token(network, 'bureau', 'rentals')}"
        assert (await asked(network.url("gateway") + path, headers))[0] == 401


async def test_forged_headers_change_nothing_for_who_is_logged_in(users, network):
    officer = await users(OFFICER)
    cookies = {each.key: each.value for each in officer.http.cookie_jar}
    foreign = network.premises_in(network.grids_of("nanpu-officer1"))[0]
    before = (await officer.get(ME)).body
    for service in ("rentals", "gateway"):
        headers = claims_of(network, "bureau")
        headers["Authorization"] = f"Bearer {token(network, 'bureau', service)}"
        status, body = await asked(network.url("gateway") + ME, headers, cookies)
        assert (status, body) == (200, before)
        path = f"/api/v1/rentals/premises/{foreign}"
        assert (await asked(network.url("gateway") + path, headers, cookies))[0] == 404


@pytest.mark.parametrize("service", ["population", "rentals", "incidents", "notifications"])
async def test_a_service_believes_no_header_and_no_token_for_another(network, service):
    paths = {
        "population": "/api/v1/population/areas",
        "rentals": "/api/v1/rentals/premises",
        "incidents": "/api/v1/incidents/incidents",
        "notifications": "/api/v1/notifications/notices",
    }
    url = network.url(service) + paths[service]
    headers = claims_of(network, "bureau")
    assert (await asked(url, headers))[0] == 401
    headers["Authorization"] = f"Bearer {token(network, 'bureau', 'gateway')}"
    assert (await asked(url, headers))[0] == 401
    headers["Authorization"] = f"Bearer {token(network, 'bureau', service)}"
    assert (await asked(url, headers))[0] == 200
