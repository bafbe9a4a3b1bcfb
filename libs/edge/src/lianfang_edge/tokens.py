"""Signed tokens that say who calls (ES256), and sealed claims that only one audience can read.

Keys are files: a JWKS with the old and the new public key together, read again when it changes.
"""

import json
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey

from lianfang_common.clock import Clock
from lianfang_common.errors import Transient, Unauthenticated
from lianfang_common.ids import new_random_id
from lianfang_common.principal import AreaRange, Principal

ISSUER = "lianfang"
_ALGORITHMS = ["ES256"]
_SEALING = ["dir", "A256GCM"]
_REMEMBERED_MAX = 4_096  # verifying costs 90 us, a look-up under one; a district has 500 accounts
_TOKEN_CHARACTERS_MAX = 8_192


class TokenVerifier:
    """Turns a bearer token into the principal that it states.

    Args:
        audience: the service's own name; a token for another one is refused.
        jwks_file: public keys by `kid`, replaced as a whole by deployment.
        clock: decides about expiry.
        issuer: who must have signed.
    """

    def __init__(self, audience: str, jwks_file: Path, clock: Clock, issuer: str = ISSUER) -> None:
        self._audience = audience
        self._jwks_file = jwks_file
        self._clock = clock
        self._issuer = issuer
        self._keys: KeySet | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    def verify(self, token: str) -> Principal:
        """Return the caller.

        Raises:
            Unauthenticated: forged, expired, for another audience, or with a claim missing.
            Transient: the key file cannot be read and never could.
        """
        return self.verify_until(token)[0]

    def verify_until(self, token: str) -> tuple[Principal, float]:
        """Return the caller and the moment of expiry, in seconds since 1970."""
        keys = self._current_keys()
        now = self._clock.now().timestamp()
        known = self._verified.get(token)
        if known is None:
            known = self._decode(token, keys)
            self._verified[token] = known
            if len(self._verified) > _REMEMBERED_MAX:
                self._verified.popitem(last=False)
        if known[1] <= now:
            self._verified.pop(token, None)
            raise Unauthenticated("token-expired")
        return known

    def _current_keys(self) -> KeySet:
        try:
            status = self._jwks_file.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._stamp:
                loaded = json.loads(self._jwks_file.read_bytes())
                self._keys = KeySet.import_key_set(loaded)
                self._stamp = stamp
                self._verified.clear()
        except (OSError, ValueError, KeyError, TypeError, JoseError) as failure:
            # A file that is being replaced must not lock everybody out: the last keys stay.
            if self._keys is None:
                raise Transient("the token keys cannot be read") from failure
        assert self._keys is not None
        return self._keys

    def _decode(self, token: str, keys: KeySet) -> tuple[Principal, float]:
        if len(token) > _TOKEN_CHARACTERS_MAX:
            raise Unauthenticated
        try:
            claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
            if claims["iss"] != self._issuer or claims["aud"] != self._audience:
                raise Unauthenticated
            if not isinstance(claims["jti"], str):
                raise Unauthenticated
            principal = Principal(
                account=UUID(claims["sub"]),
                role=claims["role"],
                office=UUID(claims["office"]) if claims["office"] else None,
                areas=tuple(AreaRange(first, end) for first, end in claims["scope"]),
                purpose=claims.get("purpose"),
            )
            principal.local_settings()
            return principal, float(claims["exp"])
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as failure:
            raise Unauthenticated from failure


class TokenSigner:
    """Signs short-lived tokens.

    Args:
        private_jwk_file: an EC P-256 key with its `kid`.
        issuer: `iss`; the verifiers expect `ISSUER`.
        clock: decides about expiry.
    """

    def __init__(self, private_jwk_file: Path, issuer: str, clock: Clock) -> None:
        self._key = ECKey.import_key(json.loads(private_jwk_file.read_bytes()))
        self._issuer = issuer
        self._clock = clock

    def sign(self, principal: Principal, audience: str, lifetime: timedelta) -> str:
        """Return a token that states `principal` to `audience` for `lifetime`."""
        now = self._clock.now()
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": audience,
            "sub": str(principal.account),
            "office": None if principal.office is None else str(principal.office),
            "role": principal.role,
            "scope": [[area.first, area.end] for area in principal.areas],
            "exp": int((now + lifetime).timestamp()),
            "jti": str(new_random_id()),
        }
        if principal.purpose is not None:
            claims["purpose"] = principal.purpose
        header = {"alg": _ALGORITHMS[0], "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=_ALGORITHMS)


class SealedClaims:
    """Claims that nobody can read or make but who holds the key (JWE `dir`, A256GCM).

    Args:
        key: 32 bytes, shared by who seals and the one audience.
        kid: id of the key, in the header.
        previous: keys that still open, by id.
    """

    def __init__(self, key: bytes, kid: str, previous: Mapping[str, bytes] | None = None) -> None:
        self._kid = kid
        self._keys = {
            key_id: OctKey.import_key(secret)
            for key_id, secret in {**(previous or {}), kid: key}.items()
        }

    def seal(self, claims: dict[str, Any]) -> str:
        """Return the claims, sealed; equally long claims give equally long texts."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": self._kid}
        text = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
        return jwe.encrypt_compact(header, text, self._keys[self._kid], _SEALING)

    def open(self, token: str) -> dict[str, Any]:
        """Return the claims; whether they still hold is for the caller to say.

        Raises:
            ValueError: not sealed by a holder of the key, or changed.
        """
        try:
            header = json.loads(_decoded(token.split(".", 1)[0]))
            opened = jwe.decrypt_compact(token, self._keys[header["kid"]], _SEALING)
            claims = json.loads(opened.plaintext or b"")
        except (JoseError, ValueError, KeyError, TypeError) as failure:
            raise ValueError("not sealed by a holder of the key") from failure
        if not isinstance(claims, dict):
            raise ValueError("not a set of claims")
        return claims


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
