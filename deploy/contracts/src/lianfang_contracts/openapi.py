"""A service's HTTP side as OpenAPI 3.1, asked of its application without starting it."""

import base64
import importlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from joserfc.jwk import ECKey

from lianfang_contracts.refusals import add_refusals
from lianfang_edge.service import Runtime

_KEYS = (
    "cursor",
    "digest",
    "fields",
    "index",
    "manifest",
    "receipt-incidents",
    "receipt-rentals",
    "register",
    "session",
)
_NOWHERE = "http://127.0.0.1:1"
_UPSTREAMS = ("population", "rentals", "incidents", "notifications")
_OWN_SETTINGS: dict[str, dict[str, Any]] = {
    "population": {"matcher_url": "postgresql://matcher:matcher@127.0.0.1:1/none"},
    "gateway": {
        "public_url": _NOWHERE,
        "upstreams": dict.fromkeys(
            ("population", "rentals", "incidents", "notifications"), _NOWHERE
        ),
    },
}
"""Required settings that one service has beside those of all."""


def document(service: str) -> dict[str, Any]:
    """Return a service's OpenAPI document.

    The application is wired with keys of this run and addresses that lead nowhere: nothing is
    opened, since pools and clients open when they are first used.
    """
    main = importlib.import_module(f"{service}.main")
    settings_class = importlib.import_module(f"{service}.settings").Settings
    with TemporaryDirectory() as folder:
        secrets = Path(folder)
        _write_keys(secrets)
        settings = settings_class(
            postgres={
                "app_url": "postgresql://app:app@127.0.0.1:1/none",
                "system_url": "postgresql://system:system@127.0.0.1:1/none",
            },
            kafka={"bootstrap": "127.0.0.1:1"},
            secrets_dir=secrets,
            jwks_file=secrets / "jwks.json",
            **_OWN_SETTINGS.get(service, {}),
        )
        declared = main.build(settings)
        app = declared.build_api(Runtime(declared).for_api())
        written: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    add_refusals(written)
    return written


def _write_keys(folder: Path) -> None:
    for name in _KEYS:
        key = base64.b64encode(bytes(32)).decode()
        (folder / f"{name}.key").write_text(f"1:{key}\n")
    signing = ECKey.generate_key("P-256", {"kid": "1"}, private=True)
    (folder / "signing.jwk").write_text(json.dumps(signing.as_dict(private=True)))
    public = {"keys": [signing.as_dict(private=False)]}
    (folder / "jwks.json").write_text(json.dumps(public))
