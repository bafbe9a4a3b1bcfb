"""Key files of every service: made once, shared only where two services must read one thing."""

import base64
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from lianfang_local.profiles import SERVICES
from lianfang_local.secretfiles import SecretFiles

_EACH = ("fields", "index", "digest", "cursor")
_OWN = {
    # The link from a register entry to a person lies under keys that nothing else uses.
    "population": ("register", "register-index"),
    "notifications": ("manifest",),
    "gateway": ("session",),
}
# Population seals a receipt for one audience, which alone can open it.
_RECEIPT_AUDIENCES = ("rentals", "incidents")
_COORDINATE_BYTES = 32


def ensure_keys(vault: SecretFiles, services: Sequence[str] = SERVICES) -> None:
    """Make the key files that are missing, in one folder for each service."""
    for service in services:
        folder = SecretFiles(vault.folder / service)
        for name in (*_EACH, *_OWN.get(service, ())):
            folder.key_ring(name)
    for audience in _RECEIPT_AUDIENCES:
        shared = vault.key_ring(f"receipt-{audience}").read_text()
        for service in ("population", audience):
            _keep(vault.folder / service, f"receipt-{audience}.key", shared)
    signing = _signing_key(vault.folder / "gateway" / "signing.jwk")
    public = {key: value for key, value in signing.items() if key != "d"}
    published = json.dumps({"keys": [public]}, sort_keys=True) + "\n"
    for service in services:
        _keep(vault.folder / service, "jwks.json", published)


def _signing_key(path: Path) -> dict[str, str]:
    if not path.is_file():
        SecretFiles(path.parent).write(path.name, json.dumps(new_signing_key()) + "\n")
    return dict(json.loads(path.read_text()))


def new_signing_key() -> dict[str, str]:
    """Return a private EC P-256 key as a JWK with an id."""
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "kid": secrets.token_hex(8),
        "x": _encoded(numbers.public_numbers.x),
        "y": _encoded(numbers.public_numbers.y),
        "d": _encoded(numbers.private_value),
    }


def _encoded(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(_COORDINATE_BYTES)).decode().rstrip("=")


def _keep(folder: Path, name: str, content: str) -> None:
    path = folder / name
    if not path.is_file() or path.read_text() != content:
        SecretFiles(folder).write(name, content)
