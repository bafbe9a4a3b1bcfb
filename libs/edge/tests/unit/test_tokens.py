"""A token states who calls to one audience for a short time; everything else is refused."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from lianfang_common.errors import Transient, Unauthenticated
from lianfang_common.principal import AreaRange, Principal
from lianfang_edge.tokens import ISSUER, SealedClaims, TokenSigner, TokenVerifier

_FIVE_MINUTES = timedelta(minutes=5)
_CALLER = Principal(
    account=UUID("01a201ea-7331-77ac-bff4-838a469c1e78"),
    role="officer",
    office=UUID("01a201ea-7331-77ac-bff4-838a469c1e79"),
    areas=(AreaRange.of_prefix("990101001"),),
    purpose="open-item",
)


class _Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class _Keys:
    """One signer's files, and a clock that both sides share."""

    def __init__(self, directory: Path) -> None:
        self.clock = _Clock()
        self.directory = directory
        self.jwks = directory / "jwks.json"
        self.key = self.new_key("k1")
        self.publish(self.key)

    def new_key(self, kid: str) -> ECKey:
        key = ECKey.generate_key("P-256", {"kid": kid})
        (self.directory / "signing.jwk").write_text(json.dumps(key.as_dict(private=True)))
        return key

    def publish(self, *keys: ECKey) -> None:
        replaced = self.directory / "jwks.new"
        replaced.write_text(json.dumps({"keys": [k.as_dict(private=False) for k in keys]}))
        replaced.rename(self.jwks)

    def signer(self) -> TokenSigner:
        return TokenSigner(self.directory / "signing.jwk", ISSUER, self.clock)

    def verifier(self, audience: str = "demo") -> TokenVerifier:
        return TokenVerifier(audience, self.jwks, self.clock)

    def token(self, **changed: Any) -> str:
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": "demo",
            "sub": str(_CALLER.account),
            "office": None,
            "role": "officer",
            "scope": [["990101", "990102"]],
            "exp": int(self.clock.now().timestamp()) + 60,
            "jti": "1",
        }
        claims |= changed
        claims = {name: value for name, value in claims.items() if value != "absent"}
        return jwt.encode({"alg": "ES256", "kid": "k1"}, claims, self.key, algorithms=["ES256"])


@pytest.fixture
def keys(tmp_path: Path) -> _Keys:
    return _Keys(tmp_path)


def test_a_token_states_the_caller(keys: _Keys) -> None:
    token = keys.signer().sign(_CALLER, "demo", _FIVE_MINUTES)
    assert keys.verifier().verify(token) == _CALLER


def test_a_token_without_office_and_purpose_is_whole(keys: _Keys) -> None:
    caller = replace(_CALLER, office=None, purpose=None, areas=())
    token = keys.signer().sign(caller, "demo", _FIVE_MINUTES)
    assert keys.verifier().verify(token) == caller


def test_a_token_for_another_audience_is_refused(keys: _Keys) -> None:
    token = keys.signer().sign(_CALLER, "other", _FIVE_MINUTES)
    with pytest.raises(Unauthenticated):
        keys.verifier().verify(token)


def test_a_remembered_token_still_expires(keys: _Keys) -> None:
    verifier = keys.verifier()
    token = keys.signer().sign(_CALLER, "demo", _FIVE_MINUTES)
    verifier.verify(token)
    keys.clock.moment += _FIVE_MINUTES
    with pytest.raises(Unauthenticated, match="token-expired"):
        verifier.verify(token)


def test_old_and_new_keys_hold_together_and_a_withdrawn_one_does_not(keys: _Keys) -> None:
    verifier, old = keys.verifier(), keys.key
    before = keys.signer().sign(_CALLER, "demo", _FIVE_MINUTES)
    assert verifier.verify(before) == _CALLER
    new = keys.new_key("k2")
    keys.publish(old, new)
    after = keys.signer().sign(_CALLER, "demo", _FIVE_MINUTES)
    assert verifier.verify(before) == verifier.verify(after) == _CALLER
    keys.publish(new)
    assert verifier.verify(after) == _CALLER
    with pytest.raises(Unauthenticated):
        verifier.verify(before)


def test_a_broken_key_file_leaves_the_last_keys_in_force(keys: _Keys) -> None:
    verifier = keys.verifier()
    token = keys.signer().sign(_CALLER, "demo", _FIVE_MINUTES)
    verifier.verify(token)
    keys.jwks.write_text("{")
    assert verifier.verify(token) == _CALLER


def test_without_any_keys_nobody_can_be_told_apart(keys: _Keys) -> None:
    keys.jwks.unlink()
    with pytest.raises(Transient):
        keys.verifier().verify("a.b.c")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "stranger"},
        {"aud": ["demo"]},
        {"aud": "absent"},
        {"sub": "nobody"},
        {"sub": 7},
        {"role": "officer'; drop"},
        {"role": "absent"},
        {"scope": [["99", "98'"]]},
        {"scope": "all"},
        {"scope": "absent"},
        {"office": 5},
        {"jti": "absent"},
        {"exp": "absent"},
        {"exp": "soon"},
        {"exp": 1},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(keys: _Keys, changed: dict[str, Any]) -> None:
    assert keys.verifier().verify(keys.token()).role == "officer"
    with pytest.raises(Unauthenticated):
        keys.verifier().verify(keys.token(**changed))


def test_forged_tokens_are_refused(keys: _Keys) -> None:
    claims = {"iss": ISSUER, "aud": "demo"}
    stranger = ECKey.generate_key("P-256", {"kid": "k1"})
    public = OctKey.import_key(keys.jwks.read_text())
    head, body, signature = keys.token().split(".")
    forged = [
        "",
        "a.b.c",
        "x" * 9_000,
        jwt.encode({"alg": "ES256", "kid": "k1"}, claims, stranger, algorithms=["ES256"]),
        jwt.encode({"alg": "HS256", "kid": "k1"}, claims, public, algorithms=["HS256"]),
        f"{head}.{body}.",
        f"{head}.{body[:-2]}AA.{signature}",
        f"eyJhbGciOiJub25lIn0.{body}.",
    ]
    for token in forged:
        with pytest.raises(Unauthenticated):
            keys.verifier().verify(token)


def test_sealed_claims_open_for_a_holder_of_the_key() -> None:
    sealed = SealedClaims(os.urandom(32), "1")
    claims = {"v": 1, "sub": "01a2", "exp": 5}
    assert sealed.open(sealed.seal(claims)) == claims
    assert "01a2" not in sealed.seal(claims)


def test_sealed_claims_of_equal_size_are_equally_long() -> None:
    sealed = SealedClaims(os.urandom(32), "1")
    lengths = {len(sealed.seal({"sub": f"{n:08d}"})) for n in range(50)}
    assert len(lengths) == 1


def test_sealed_claims_of_the_previous_key_open() -> None:
    old, new = os.urandom(32), os.urandom(32)
    token = SealedClaims(old, "old").seal({"v": 1})
    assert SealedClaims(new, "new", {"old": old}).open(token) == {"v": 1}


def test_forged_or_changed_claims_do_not_open() -> None:
    sealed = SealedClaims(os.urandom(32), "1")
    token = sealed.seal({"v": 1})
    changed = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    stranger = SealedClaims(os.urandom(32), "1").seal({"v": 1})
    for forged in ("", "a.b.c.d.e", "x" * 50, changed, stranger, "日本"):
        with pytest.raises(ValueError, match="not sealed"):
            sealed.open(forged)
