"""The gateway as an OpenID Connect client: code flow with PKCE, state and nonce, any issuer.

What must survive between leaving for the issuer and coming back travels in a sealed cookie, so
nobody can fill a table with logins that were never finished.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.settings import Settings
from lianfang_common.clock import Clock
from lianfang_common.errors import Transient, Unauthenticated
from lianfang_edge.tokens import SealedClaims

FLOW_LIFETIME = timedelta(minutes=10)
"""How long somebody may take to type a password."""
_ALGORITHMS = ["ES256", "RS256", "PS256"]
_CLOCK_DIFFERENCE_SECONDS = 60
_SCOPE = "openid profile"
_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=3)


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser on its way to the issuer: where to, and what its cookie holds."""

    url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser back from the issuer.

    Attributes:
        login: whose.
        next_path: where it wanted to go.
        hint: sealed, what ends the session that the issuer keeps of its own; None where the
            issuer does not say how it is ended.
    """

    login: str
    next_path: str
    hint: str | None


class OidcClient:
    """Sends browsers to the issuer and checks what they bring back.

    Args:
        settings: issuer, client and callback.
        seal: seals the cookie of the flow.
        clock: decides about expiry.
        http: client for the issuer's endpoints.
    """

    def __init__(
        self,
        settings: Settings,
        seal: SealedClaims,
        clock: Clock,
        http: aiohttp.ClientSession,
    ) -> None:
        self._settings = settings
        self._seal = seal
        self._clock = clock
        self._http = http
        self._metadata: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    async def depart(self, next_path: str) -> Departure:
        """Begin a login.

        Raises:
            Transient: the issuer does not answer.
        """
        metadata = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        until = self._clock.now() + FLOW_LIFETIME
        cookie = self._seal.seal(
            {
                "state": state,
                "nonce": nonce,
                "verifier": verifier,
                "next": next_path,
                "exp": int(until.timestamp()),
            }
        )
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc.client_id,
            "redirect_uri": self._settings.callback_url,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return Departure(_with_query(metadata["authorization_endpoint"], query), cookie)

    async def arrive(self, cookie: str | None, state: str | None, code: str | None) -> Arrival:
        """Finish a login.

        Raises:
            Unauthenticated: another browser began it, it took too long, or the issuer's answer is
                not what was asked for.
            Transient: the issuer does not answer.
        """
        flow = self._opened(cookie)
        if not state or not code or not secrets.compare_digest(state, flow["state"]):
            raise Unauthenticated("login-broken")
        token = await self._redeem(code, flow["verifier"])
        claims = await self._claims(token)
        if claims.get("nonce") != flow["nonce"]:
            raise Unauthenticated("login-broken")
        login = claims.get(self._settings.oidc.account_claim)
        if not isinstance(login, str) or not login:
            raise Unauthenticated("login-broken")
        ends = "end_session_endpoint" in await self._discover()
        return Arrival(login, flow["next"], self._seal.seal({"id_token": token}) if ends else None)

    async def leave(self, hint: str, next_path: str) -> str | None:
        """Return where a browser ends its session with the issuer, or None where that is nowhere.

        It comes back to the begin of a login, with `next_path` as its `state`.

        Args:
            hint: of the arrival.
            next_path: where the browser wants to go after its next login.

        Raises:
            Transient: the issuer does not answer.

        Source: OpenID Connect RP-Initiated Logout 1.0, section 2.
        """
        address = (await self._discover()).get("end_session_endpoint")
        try:
            token = self._seal.open(hint).get("id_token")
        except ValueError:
            return None
        if not isinstance(address, str) or not isinstance(token, str):
            return None
        query = {
            "id_token_hint": token,
            "post_logout_redirect_uri": self._settings.login_url,
            "state": next_path,
        }
        return _with_query(address, query)

    def _opened(self, cookie: str | None) -> dict[str, Any]:
        try:
            flow = self._seal.open(cookie or "")
        except ValueError as failure:
            raise Unauthenticated("login-broken") from failure
        if flow["exp"] <= self._clock.now().timestamp():
            raise Unauthenticated("login-expired")
        return flow

    async def _redeem(self, code: str, verifier: str) -> str:
        metadata = await self._discover()
        oidc = self._settings.oidc
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.callback_url,
            "client_id": oidc.client_id,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if oidc.client_secret is not None:
            secret = quote(oidc.client_secret.get_secret_value(), safe="")
            pair = f"{quote(oidc.client_id, safe='')}:{secret}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        status, body = await self._ask("POST", metadata["token_endpoint"], form, headers)
        token = body.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise Unauthenticated("login-broken")
        return token

    async def _claims(self, token: str) -> dict[str, Any]:
        claims = None
        if self._keys is not None:
            claims = _decoded(token, self._keys)
        if claims is None:
            # A key that is not known yet: the issuer may have changed its keys.
            self._keys = await self._fetch_keys()
            claims = _decoded(token, self._keys)
        if claims is None:
            raise Unauthenticated("login-broken")
        now = self._clock.now().timestamp()
        audience = claims.get("aud")
        client_id = self._settings.oidc.client_id
        audiences = audience if isinstance(audience, list) else [audience]
        expires = claims.get("exp")
        if (
            claims.get("iss") != (await self._discover())["issuer"]
            or client_id not in audiences
            or (len(audiences) > 1 and claims.get("azp") != client_id)
            or not isinstance(expires, int | float)
            or expires <= now - _CLOCK_DIFFERENCE_SECONDS
        ):
            raise Unauthenticated("login-broken")
        return claims

    async def _discover(self) -> dict[str, Any]:
        if self._metadata is None:
            issuer = self._settings.issuer
            url = f"{issuer}/.well-known/openid-configuration"
            status, body = await self._ask("GET", url)
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if (
                status != 200
                or str(body.get("issuer", "")).rstrip("/") != issuer
                or not all(isinstance(body.get(name), str) for name in wanted)
            ):
                raise Transient("the issuer does not describe itself")
            self._metadata = body
        return self._metadata

    async def _fetch_keys(self) -> KeySet:
        status, body = await self._ask("GET", (await self._discover())["jwks_uri"])
        if status != 200:
            raise Transient("the issuer does not show its keys")
        try:
            return KeySet.import_key_set(body)  # type: ignore[arg-type]  # checked by the import
        except (JoseError, KeyError, TypeError, ValueError) as failure:
            raise Transient("the issuer's keys cannot be read") from failure

    async def _ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        try:
            async with self._http.request(
                method, url, data=form, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                body = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            raise Transient("the issuer does not answer") from failure
        return answer.status, body if isinstance(body, dict) else {}


def challenge_of(verifier: str) -> str:
    """Return the PKCE challenge (S256) of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _decoded(token: str, keys: KeySet) -> dict[str, Any] | None:
    try:
        return dict(jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
