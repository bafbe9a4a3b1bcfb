"""What may not run in production."""

from pathlib import Path
from typing import Any

import pytest
from gateway_builders import settings_for, write_secrets
from pydantic import ValidationError

from gateway.dev_issuer import DevIssuer
from gateway.settings import OidcSettings

SAFE: dict[str, Any] = {
    "environment": "production",
    "postgres": {
        "app_url": "postgresql://app:x@db/gateway",
        "system_url": "postgresql://system:x@db/gateway",
    },
    "kafka": {"bootstrap": "k:9093", "username": "gateway", "password": "x", "tls": True},
    "oidc": OidcSettings(issuer="https://id.example/realms/lianfang"),
    "public_url": "https://lianfang.example",
}


def production(folder: Path, **other: Any) -> Any:
    folder.chmod(0o700)
    facts = {**SAFE, **other}
    return settings_for(folder, facts.pop("public_url"), **facts)


def test_a_production_gateway_has_an_issuer_of_its_own(tmp_path: Path):
    assert not production(tmp_path).embedded_issuer
    with pytest.raises(ValidationError, match="embedded issuer is for development"):
        production(tmp_path, oidc=OidcSettings())


def test_the_embedded_issuer_itself_refuses_production(tmp_path: Path):
    write_secrets(tmp_path)
    settings = production(tmp_path)
    nothing: Any = None
    with pytest.raises(ValueError, match="for development"):
        DevIssuer(settings, nothing, nothing, nothing, nothing, b"key")


@pytest.mark.parametrize(
    "other",
    [
        {"public_url": "http://lianfang.example"},
        {"oidc": OidcSettings(issuer="http://id.example")},
    ],
)
def test_a_production_gateway_speaks_https_alone(tmp_path: Path, other: dict[str, Any]):
    with pytest.raises(ValidationError, match="https"):
        production(tmp_path, **other)


@pytest.mark.parametrize("url", ["gateway", "https://host/path", "ftp://host", ""])
def test_the_public_address_is_an_origin(tmp_path: Path, url: str):
    with pytest.raises(ValidationError, match="without a path"):
        settings_for(tmp_path, url)
