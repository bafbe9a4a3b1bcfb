"""The OpenID client against an issuer that lies in every way it can."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from gateway_builders import settings_for
from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway.oidc import OidcClient, challenge_of
from gateway.settings import OidcSettings
from lianfang_common.errors import Transient, Unauthenticated
from lianfang_common.testing.clock import MockClock
from lianfang_edge.tokens import SealedClaims


class FakeIssuer:
    """An issuer that is not ours: other endpoints, RSA keys, and lies on demand."""

    def __init__(self, clock: MockClock) -> None:
        self.clock = clock
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.claims: dict[str, Any] = {}
        self.token: str | None = None
        self.described: dict[str, Any] = {}
        self.url = ""
        self.challenge = ""
        self.forms: list[dict[str, str]] = []
        self.authorizations: list[str | None] = []

    def routes(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/realm/.well-known/openid-configuration", self.describe)
        app.router.add_get("/realm/certs", self.show_keys)
        app.router.add_post("/realm/protocol/token", self.give_token)
        return app

    async def describe(self, _request: web.Request) -> web.Response:
        facts = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/protocol/auth?realm=1",
            "token_endpoint": f"{self.url}/protocol/token",
            "jwks_uri": f"{self.url}/certs",
        }
        return web.json_response({**facts, **self.described})

    async def show_keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def give_token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        self.authorizations.append(request.headers.get("Authorization"))
        if challenge_of(form["code_verifier"]) != self.challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"id_token": self.signed() if self.token is None else self.token})

    def signed(self) -> str:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.url,
            "aud": "lianfang",
            "exp": now + 60,
            "preferred_username": "officer.a",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


class Desk:
    """A client, its issuer, and one login under way."""

    def __init__(self, issuer: FakeIssuer, client: OidcClient) -> None:
        self.issuer, self.client = issuer, client

    async def depart(self) -> tuple[str, dict[str, str]]:
        departure = await self.client.depart("/next")
        parts = urlsplit(departure.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.issuer.challenge = query["code_challenge"]
        self.issuer.claims.setdefault("nonce", query["nonce"])
        return departure.cookie, query

    async def login(self) -> str:
        cookie, query = await self.depart()
        arrival = await self.client.arrive(cookie, query["state"], "code")
        assert arrival.next_path == "/next"
        return arrival.login


def compact(header: dict[str, str], claims: dict[str, Any], key: bytes) -> str:
    """Return a token made by hand, signed by HMAC where there is a key."""

    def encoded(part: bytes) -> str:
        return base64.urlsafe_b64encode(part).decode().rstrip("=")

    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{encoded(hmac.digest(key, text.encode(), 'sha256')) if key else ''}"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = MockClock()
    issuer = FakeIssuer(clock)
    runner = web.AppRunner(issuer.routes())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    issuer.url = f"http://127.0.0.1:{port}/realm"
    oidc = OidcSettings(issuer=issuer.url, client_secret="hush & hush")
    settings = settings_for(tmp_path, oidc=oidc)
    async with aiohttp.ClientSession(skip_auto_headers=("Content-Type",)) as http:
        yield Desk(issuer, OidcClient(settings, SealedClaims(bytes(32), "k"), clock, http))
    await runner.cleanup()


async def test_any_issuer_that_describes_itself_will_do(desk: Desk):
    assert await desk.login() == "officer.a"
    form = desk.issuer.forms[0]
    assert form["redirect_uri"] == "http://gateway.test/auth/callback"
    assert form["grant_type"] == "authorization_code"
    assert "client_secret" not in form
    assert (desk.issuer.authorizations[0] or "").startswith("Basic ")


async def test_an_endpoint_may_have_a_query_of_its_own(desk: Desk):
    _, query = await desk.depart()
    assert query["realm"] == "1"
    assert query["code_challenge_method"] == "S256"
    assert "openid" in query["scope"].split()


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another login"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["lianfang", "another-client"]},
        {"aud": ["lianfang", "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"preferred_username": None},
        {"preferred_username": ["officer.a"]},
    ],
)
async def test_a_token_that_says_anything_else_is_refused(desk: Desk, lie: dict[str, Any]):
    desk.issuer.claims |= lie
    with pytest.raises(Unauthenticated, match="login-broken"):
        await desk.login()


async def test_a_token_signed_by_nobody_or_with_the_public_key_is_refused(desk: Desk):
    now = int(desk.issuer.clock.now().timestamp())
    cookie, query = await desk.depart()
    claims = {
        "iss": desk.issuer.url,
        "aud": "lianfang",
        "exp": now + 60,
        "nonce": query["nonce"],
        "preferred_username": "bureau.chief",
    }
    public = desk.issuer.key.as_pem(private=False)
    unsigned = compact({"alg": "none"}, claims, b"")
    confused = compact({"alg": "HS256", "kid": "one"}, claims, public)
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    forged = jwt.encode({"alg": "RS256", "kid": "one"}, claims, stranger)
    for token in (unsigned, confused, forged, "garbage", ""):
        desk.issuer.token = token
        with pytest.raises(Unauthenticated, match="login-broken"):
            await desk.client.arrive(cookie, query["state"], "code")


async def test_a_new_key_of_the_issuer_is_fetched_when_it_is_met(desk: Desk):
    await desk.login()
    desk.issuer.key = RSAKey.generate_key(2048, {"kid": "two"})
    del desk.issuer.claims["nonce"]
    assert await desk.login() == "officer.a"


@pytest.mark.parametrize("state", [None, "", "of another login"])
async def test_an_answer_for_another_login_is_refused(desk: Desk, state: str | None):
    cookie, _ = await desk.depart()
    with pytest.raises(Unauthenticated, match="login-broken"):
        await desk.client.arrive(cookie, state, "code")
    assert not desk.issuer.forms


async def test_a_login_without_its_cookie_or_with_a_forged_one_is_refused(desk: Desk):
    _, query = await desk.depart()
    for cookie in (None, "", "garbage", SealedClaims(b"1" * 32, "k").seal({"state": "x"})):
        with pytest.raises(Unauthenticated, match="login-broken"):
            await desk.client.arrive(cookie, query["state"], "code")


async def test_a_login_that_took_too_long_is_refused(desk: Desk):
    cookie, query = await desk.depart()
    desk.issuer.clock.advance(timedelta(minutes=11))
    with pytest.raises(Unauthenticated, match="login-expired"):
        await desk.client.arrive(cookie, query["state"], "code")


async def test_what_ends_the_issuers_session_is_sealed_and_leads_back_to_a_login(desk: Desk):
    end = f"{desk.issuer.url}/logout?realm=1"
    desk.issuer.described = {"end_session_endpoint": end}
    cookie, query = await desk.depart()
    hint = (await desk.client.arrive(cookie, query["state"], "code")).hint
    assert hint is not None
    assert desk.issuer.signed() not in hint
    address = await desk.client.leave(hint, "/next")
    assert address is not None
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{end}&")
    assert asked.pop("id_token_hint") == desk.issuer.signed()
    assert asked == {
        "realm": "1",
        "post_logout_redirect_uri": "http://gateway.test/auth/login",
        "state": "/next",
    }
    for forged in ("", "garbage", cookie, SealedClaims(b"1" * 32, "k").seal({"id_token": "x"})):
        assert await desk.client.leave(forged, "/next") is None


async def test_an_issuer_that_ends_no_session_is_given_none_to_end(desk: Desk):
    cookie, query = await desk.depart()
    assert (await desk.client.arrive(cookie, query["state"], "code")).hint is None


@pytest.mark.parametrize(
    "described", [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": 7}]
)
async def test_an_issuer_that_describes_another_is_not_used(desk: Desk, described: dict[str, Any]):
    desk.issuer.described = described
    with pytest.raises(Transient):
        await desk.client.depart("/next")
