"""Key files of one run, as the launcher writes them for the service."""

import base64
import json
import secrets
from pathlib import Path

from joserfc.jwk import ECKey


def keys_in(folder: Path, seal_key: str) -> None:
    """Write the service's keys; the seal's is the one that every program has."""
    key = ECKey.generate_key("P-256", {"kid": "bench", "alg": "ES256", "use": "sig"})
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    made = {name: secrets.token_bytes(32) for name in ("fields", "index", "digest", "cursor")}
    for name, value in {**made, "manifest": bytes.fromhex(seal_key)}.items():
        (folder / f"{name}.key").write_text(base64.b64encode(value).decode())
