"""Tokens that the gateway did not sign for this service, now: none opens any service's door."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from deployed import SERVICES, Deployed
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from network import Network

from lianfang_edge.tokens import ISSUER

pytestmark = pytest.mark.system

PATHS = {
    "population": "/api/v1/population/areas",
    "rentals": "/api/v1/rentals/premises",
    "incidents": "/api/v1/incidents/incidents",
    "notifications": "/api/v1/notifications/notices",
}


class Forger:
    """Knows what a thief could know: a good token's claims, the public keys, and, to compare, more.

    Args:
        network: the running network.
        service: whose door is tried.
    """

    def __init__(self, network: Network, service: str) -> None:
        secrets = network.state / "secrets/gateway"
        self.service = service
        self.key = ECKey.import_key(json.loads((secrets / "signing.jwk").read_text()))
        self.public_text = (secrets / "jwks.json").read_bytes()
        self.public = json.loads(self.public_text)["keys"][0]
        account = network.accounts["bureau"]
        self.claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": service,
            "sub": account["account_id"],
            "office": account["office_id"],
            "role": "bureau",
            "scope": [["990101", "990102"]],
            "exp": int(time.time()) + 60,
            "jti": str(uuid4()),
        }

    def signed(self, key: Any = None, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """Return a token; a claim that is None is left out."""
        claims = {name: v for name, v in {**self.claims, **changed}.items() if v is not None}
        head = {"alg": "ES256", "kid": self.key.kid, **(header or {})}
        return jwt.encode(head, claims, key or self.key, algorithms=[head["alg"]])

    def raw(self, header: dict[str, Any], signature: str = "") -> str:
        """Return a token with any header and any signature."""
        return f"{_part(header)}.{_part(self.claims)}.{signature}"


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _stranger(forger: Forger) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": forger.key.kid})


def _swapped_payload(forger: Forger) -> str:
    head, _, signature = forger.signed(role="committee").split(".")
    return f"{head}.{_part(forger.claims)}.{signature}"


def _public_as_secret(forger: Forger) -> str:
    return forger.signed(OctKey.import_key(forger.public_text), {"alg": "HS256"})


def _own_key_inside(forger: Forger) -> str:
    own = _stranger(forger)
    return forger.signed(own, {"jwk": own.as_dict(private=False)})


FORGED: dict[str, Callable[[Forger], str]] = {
    "nothing": lambda forger: "",
    "dots": lambda forger: "..",
    "a word": lambda forger: "bureau",
    "no algorithm": lambda forger: forger.raw({"alg": "none"}),
    "no algorithm, in capitals": lambda forger: forger.raw({"alg": "NoNe", "kid": forger.key.kid}),
    "an empty signature": lambda forger: forger.raw({"alg": "ES256", "kid": forger.key.kid}),
    "a signature of zeros": lambda forger: forger.raw(
        {"alg": "ES256", "kid": forger.key.kid}, "A" * 86
    ),
    "the public key as a shared secret": _public_as_secret,
    "another key under the known id": lambda forger: forger.signed(_stranger(forger)),
    "another key that the token brings along": _own_key_inside,
    "an address to fetch keys from": lambda forger: forger.signed(
        _stranger(forger), {"jku": "http://evil.example/jwks.json"}
    ),
    "an id of no key": lambda forger: forger.signed(header={"kid": "made-up"}),
    "an id that is a path": lambda forger: forger.signed(header={"kid": "../../dev/null"}),
    "an id that is no text": lambda forger: forger.raw({"alg": "ES256", "kid": 7}, "A" * 86),
    "an extension that must be understood": lambda forger: forger.raw(
        {"alg": "ES256", "kid": forger.key.kid, "crit": ["made-up"]}, "A" * 86
    ),
    "a payload of another token": _swapped_payload,
    "no expiry": lambda forger: forger.signed(exp=None),
    "an expiry in the past": lambda forger: forger.signed(exp=int(time.time()) - 1),
    "an expiry that is no number": lambda forger: forger.signed(exp="tomorrow"),
    "another issuer": lambda forger: forger.signed(iss="stranger"),
    "no audience": lambda forger: forger.signed(aud=None),
    "all audiences": lambda forger: forger.signed(aud=list(SERVICES)),
    "an audience that begins alike": lambda forger: forger.signed(aud=f"{forger.service}x"),
    "a scope that is SQL": lambda forger: forger.signed(scope=[["99'); drop table", "99"]]),
    "a role that is SQL": lambda forger: forger.signed(role="bureau' or '1'='1"),
    "a million signs": lambda forger: "x" * 60_000,
    **{
        f"the token for {other}": lambda forger, other=other: forger.signed(
            aud=other if other != forger.service else "gateway"
        )
        for other in SERVICES
    },
}


async def knocked(deployed: Deployed, service: str, headers: Any) -> tuple[int, Any]:
    url = deployed.network.url(service) + PATHS[service]
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize("service", PATHS)
@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_token_opens_no_door(deployed: Deployed, service: str, forged: str):
    token = FORGED[forged](Forger(deployed.network, service))
    status, body = await knocked(deployed, service, {"Authorization": f"Bearer {token}"})
    assert (status, body["type"].partition("-")[0]) in {
        (401, "/problems/unauthenticated"),
        (401, "/problems/token"),
    }, body


@pytest.mark.parametrize("service", PATHS)
async def test_a_good_token_counts_in_the_one_place_where_it_belongs(
    deployed: Deployed, service: str
):
    token = Forger(deployed.network, service).signed()
    assert (await knocked(deployed, service, {"Authorization": f"Bearer {token}"}))[0] == 200
    for elsewhere in (
        {"X-Authorization": f"Bearer {token}"},
        {"Proxy-Authorization": f"Bearer {token}"},
        {"Cookie": f"lianfang_session={token}; token={token}"},
        {"Authorization": f"Basic {token}"},
        {"Authorization": token},
        {"X-Access-Token": token},
    ):
        assert (await knocked(deployed, service, elsewhere))[0] == 401, elsewhere.keys()


async def test_a_service_token_is_no_session_at_the_gateway(deployed: Deployed):
    url = deployed.network.url("gateway")
    for service, path in [*PATHS.items(), ("gateway", "/api/v1/gateway/me")]:
        token = Forger(deployed.network, service).signed()
        for headers in (
            {"Authorization": f"Bearer {token}"},
            {"Cookie": f"lianfang_session={token}"},
        ):
            async with (
                aiohttp.ClientSession() as http,
                http.get(url + path, headers=headers) as got,
            ):
                assert got.status == 401, (service, headers.keys())
