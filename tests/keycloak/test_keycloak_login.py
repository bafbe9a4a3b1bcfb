"""People log in at a real Keycloak: by the realm file that we ship, and the code of every login."""

from contextlib import AbstractAsyncContextManager, nullcontext
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from keycloak_place import ELSEWHERE, KNOWN, UNKNOWN, Place
from keycloak_server import REALM

from gateway.oidc import OidcClient
from lianfang_common.clock import SystemClock
from lianfang_common.errors import Unauthenticated
from lianfang_edge.tokens import SealedClaims

pytestmark = pytest.mark.keycloak

ME = "/api/v1/gateway/me"
SEAL = SealedClaims(bytes(32), "k")


async def test_who_fills_in_keycloaks_form_is_logged_in(place: Place):
    own = place.settings.public_url
    async with place.window() as window:
        assert (await window.get(own + ME)).status == 401
        form = await window.get(f"{own}/auth/login?next={ME}")
        assert form.url.startswith(place.keycloak.issuer)
        assert 'lang="zh' in form.text
        landed = await window.log_in(form, KNOWN, place.password)
        assert (landed.status, landed.url) == (200, own + ME)
        assert f'"login":"{KNOWN}"' in landed.text.replace(": ", ":")


async def test_who_logs_out_is_asked_for_the_password_again(place: Place):
    own = place.settings.public_url
    async with place.window() as window:
        await window.log_in(await window.get(f"{own}/auth/login"), KNOWN, place.password)
        assert (await window.post(f"{own}/auth/logout")).status == 204
        assert (await window.get(own + ME)).status == 401
        form = await window.get(f"{own}/auth/login?next={ME}")
        assert form.url.startswith(place.keycloak.issuer)
        landed = await window.log_in(form, KNOWN, place.password)
        assert (landed.status, landed.url) == (200, own + ME)


async def test_a_wrong_password_and_an_account_that_is_not_ours_begin_no_session(place: Place):
    own = place.settings.public_url
    async with place.window() as window:
        form = await window.get(f"{own}/auth/login")
        again = await window.log_in(form, KNOWN, "not the password")
        assert again.action is not None
        assert (await window.get(own + ME)).status == 401
        landed = await window.log_in(again, UNKNOWN, place.password)
        assert (landed.status, urlsplit(landed.url).path) == (403, "/auth/callback")
        assert (await window.get(own + ME)).status == 401
        # Keycloak has let somebody in, whom the next login asks again who it is.
        again = await window.get(f"{own}/auth/login?next={ME}")
        assert (await window.log_in(again, KNOWN, place.password)).url == own + ME


class Handed:
    """The gateway's client for its issuer, to which somebody hands a token of his choice."""

    def __init__(self, http: aiohttp.ClientSession, token: str) -> None:
        self._http, self._token = http, token

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:
        """Answer the one POST, and ask the issuer everything else."""
        if method != "POST":
            return self._http.request(method, url, **options)

        async def body(**_: Any) -> dict[str, str]:
            return {"id_token": self._token}

        return nullcontext(SimpleNamespace(status=200, json=body))


@pytest.mark.parametrize(
    ("realm", "client", "taken"),
    [(REALM, "lianfang", True), (ELSEWHERE, "lianfang", False), (REALM, ELSEWHERE, False)],
    ids=["ours", "of another realm", "for another client"],
)
async def test_a_token_of_another_realm_or_for_another_client_is_refused(
    place: Place, http: aiohttp.ClientSession, realm: str, client: str, taken: bool
):
    settings = place.settings
    departure = await OidcClient(settings, SEAL, SystemClock(), http).depart(ME)
    flow = SEAL.open(departure.cookie)
    query = {name: v[0] for name, v in parse_qs(urlsplit(departure.url).query).items()}
    address = f"{place.keycloak.url}/realms/{realm}/protocol/openid-connect"
    async with place.window() as window:
        form = await window.get(f"{address}/auth?{urlencode({**query, 'client_id': client})}")
        left = await window.log_in(form, KNOWN, place.password, follow=False)
    code = parse_qs(urlsplit(left.location).query)["code"][0]
    assert settings.oidc.client_secret is not None
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": flow["verifier"],
        "redirect_uri": settings.callback_url,
    }
    basic = aiohttp.BasicAuth(client, settings.oidc.client_secret.get_secret_value())
    async with http.post(f"{address}/token", data=asked, auth=basic) as answer:
        token = (await answer.json())["id_token"]
    gateway = OidcClient(settings, SEAL, SystemClock(), Handed(http, token))
    if taken:
        assert (await gateway.arrive(departure.cookie, flow["state"], code)).login == KNOWN
    else:
        with pytest.raises(Unauthenticated, match="login-broken"):
            await gateway.arrive(departure.cookie, flow["state"], code)


@pytest.mark.parametrize(
    "change",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"redirect_uri": "https://evil.example/auth/callback"},
    ],
    ids=["no challenge", "a plain one", "a token at once", "another address"],
)
async def test_the_realm_gives_a_code_to_nobody_who_asks_otherwise(
    place: Place, http: aiohttp.ClientSession, change: dict[str, str | None]
):
    departure = await OidcClient(place.settings, SEAL, SystemClock(), http).depart(ME)
    parts = urlsplit(departure.url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | change
    kept = urlencode({name: value for name, value in query.items() if value is not None})
    async with http.get(parts._replace(query=kept).geturl(), allow_redirects=False) as answer:
        location = answer.headers.get("Location", "")
        assert answer.status >= 400 or "error=" in location
        assert "code=" not in location
        assert not location.startswith("https://evil.example")


async def test_the_realm_gives_no_token_for_a_password_alone(
    place: Place, http: aiohttp.ClientSession
):
    secret = place.settings.oidc.client_secret
    assert secret is not None
    form = {"grant_type": "password", "username": KNOWN, "password": place.password}
    address = f"{place.keycloak.issuer}/protocol/openid-connect/token"
    basic = aiohttp.BasicAuth("lianfang", secret.get_secret_value())
    async with http.post(address, data=form, auth=basic) as answer:
        assert (await answer.json())["error"] == "unauthorized_client"
