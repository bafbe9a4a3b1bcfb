"""The embedded OpenID issuer: real enough to develop against, and never in production.

It speaks the code flow with PKCE that any issuer speaks, so that a login takes the same way
through the gateway wherever the issuer stands.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.oidc import challenge_of
from gateway.passwords import Passwords
from gateway.settings import Settings
from gateway.storage.accounts import Accounts
from gateway.storage.logins import IssuedCode, LoginStore
from gateway.throttle import LoginThrottle
from lianfang_common.clock import Clock
from lianfang_common.database import Database

_CODE_LIFETIME = timedelta(minutes=1)
_TOKEN_LIFETIME = timedelta(minutes=5)
_LOGIN_CHARACTERS_MAX = 100
_PASSWORD_CHARACTERS_MAX = 1_000
# Order of the group of P-256 (FIPS 186-5): a private key lies between 1 and one less.
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asks of the issuer on behalf of a browser."""

    state: str
    nonce: str
    challenge: str


class DevIssuer:
    """Accounts' passwords, codes and id tokens.

    Args:
        settings: the one client, and the issuer's address.
        database: pool of the application role.
        clock: decides about expiry.
        throttle: counts wrong passwords.
        passwords: checks them.
        key: the signing key is made from it, so that all processes have the same one.

    Raises:
        ValueError: in production.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        throttle: LoginThrottle,
        passwords: Passwords,
        key: bytes,
    ) -> None:
        if settings.environment == "production":
            raise ValueError("the embedded issuer is for development")
        self._settings = settings
        self._database = database
        self._clock = clock
        self._throttle = throttle
        self._passwords = passwords
        self._key = _signing_key(key)

    def discovery(self) -> dict[str, Any]:
        """Return the issuer's description of itself."""
        issuer = self._settings.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["openid", "profile"],
        }

    def jwks(self) -> dict[str, Any]:
        """Return the public signing key."""
        return {"keys": [self._key.as_dict(private=False)]}

    def asked(self, query: Mapping[str, str]) -> AuthorizationRequest | None:
        """Return what the one client asks, or None for anybody else and anything else."""
        wanted = {
            "response_type": "code",
            "client_id": self._settings.oidc.client_id,
            "redirect_uri": self._settings.callback_url,
            "code_challenge_method": "S256",
        }
        if any(query.get(name) != value for name, value in wanted.items()):
            return None
        if "openid" not in query.get("scope", "").split():
            return None
        parts = [query.get(name, "") for name in ("state", "nonce", "code_challenge")]
        if not all(0 < len(part) <= 200 for part in parts):
            return None
        return AuthorizationRequest(*parts)

    async def log_in(
        self, request: AuthorizationRequest, login: str, password: str, address: str
    ) -> str | None:
        """Return a code for a right password, None for a wrong one or an unknown login.

        Raises:
            Throttled: too many attempts.
        """
        login = login.strip()[:_LOGIN_CHARACTERS_MAX]
        password = password[:_PASSWORD_CHARACTERS_MAX]
        if "\0" in login:
            return None
        await self._throttle.count(login, address)
        async with self._database.transaction() as connection:
            found = await Accounts(connection).with_password(login)
        account, known_hash = found if found is not None else (None, None)
        if not await self._passwords.fits(password, known_hash) or account is None:
            return None
        await self._throttle.forgive(login, address)
        code = secrets.token_urlsafe(32)
        issued = IssuedCode(account, request.challenge, request.nonce)
        async with self._database.transaction() as connection:
            await LoginStore(connection).issue(
                _digest(code), issued, self._clock.now() + _CODE_LIFETIME
            )
        return code

    async def redeem(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the token answer for a code and its verifier, or None."""
        if (
            form.get("grant_type") != "authorization_code"
            or form.get("client_id") != self._settings.oidc.client_id
            or form.get("redirect_uri") != self._settings.callback_url
        ):
            return None
        now = self._clock.now()
        async with self._database.transaction() as connection:
            issued = await LoginStore(connection).redeem(_digest(form.get("code", "")), now)
            if issued is None:
                return None
            login = await Accounts(connection).login_of(issued.account)
        challenge = challenge_of(form.get("code_verifier", ""))
        if login is None or not hmac.compare_digest(challenge, issued.challenge):
            return None
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": int(_TOKEN_LIFETIME.total_seconds()),
            "id_token": self._id_token(issued.account, login, issued.nonce),
        }

    def _id_token(self, account: UUID, login: str, nonce: str) -> str:
        now = self._clock.now()
        claims = {
            "iss": self._settings.issuer,
            "aud": self._settings.oidc.client_id,
            "sub": str(account),
            "preferred_username": login,
            "nonce": nonce,
            "iat": int(now.timestamp()),
            "exp": int((now + _TOKEN_LIFETIME).timestamp()),
        }
        header = {"alg": "ES256", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=["ES256"])


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _signing_key(key: bytes) -> ECKey:
    seed = hmac.digest(key, b"key of the embedded issuer", hashlib.sha512)
    private = ec.derive_private_key(1 + int.from_bytes(seed) % (_P256_ORDER - 1), ec.SECP256R1())
    made: ECKey = ECKey.import_key(private)
    kid = hashlib.sha256(seed).hexdigest()[:16]
    return ECKey.import_key({**made.as_dict(private=True), "kid": kid, "use": "sig"})
