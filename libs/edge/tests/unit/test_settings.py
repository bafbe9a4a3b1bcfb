"""Settings come from the environment, hide their secrets, and refuse production where unsafe."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from lianfang_edge.settings import ROLES, ServiceSettings


class _Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="DEMO_")


_SAFE = {
    "DEMO_ENVIRONMENT": "production",
    "DEMO_POSTGRES__APP_URL": "postgresql://demo_app:one@db/demo",
    "DEMO_POSTGRES__SYSTEM_URL": "postgresql://demo_system:two@db/demo",
    "DEMO_POSTGRES__OWNER_URL": "postgresql://demo_owner:three@db/demo",
    "DEMO_KAFKA__BOOTSTRAP": "broker:9093",
    "DEMO_KAFKA__USERNAME": "demo",
    "DEMO_KAFKA__PASSWORD": "four",
    "DEMO_KAFKA__TLS": "true",
    "DEMO_VALKEY_URL": "redis://demo:five@cache/0",
    "DEMO_JWKS_FILE": "/etc/demo/jwks.json",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    tmp_path.chmod(0o700)
    for name, value in {**_SAFE, "DEMO_SECRETS_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def _settings() -> _Settings:
    return _Settings()  # type: ignore[call-arg]  # from the environment


def test_groups_are_read_from_nested_names() -> None:
    settings = _settings()
    assert settings.postgres.app_url.get_secret_value() == "postgresql://demo_app:one@db/demo"
    assert settings.kafka.bootstrap == "broker:9093"
    assert settings.roles == ROLES


def test_roles_are_a_list_with_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DEMO_ROLES", "api, relay")
    assert _settings().roles == ("api", "relay")


def test_secrets_do_not_show() -> None:
    shown = repr(_settings())
    for secret in ("one", "two", "three", "four", "five"):
        assert f":{secret}@" not in shown
    assert "SecretStr('**********')" in shown


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DEMO_POSTGRES__APP_URL", "postgresql://demo_system:two@db/demo", "users of their own"),
        ("DEMO_KAFKA__TLS", "false", "kafka"),
        ("DEMO_KAFKA__PASSWORD", None, "kafka"),
        ("DEMO_VALKEY_URL", "redis://cache/0", "valkey_url"),
        ("DEMO_TRACE_FILE", "/var/traces", "trace_file"),
    ],
)
def test_production_refuses_what_is_fit_for_one_machine_only(
    environment: pytest.MonkeyPatch, name: str, value: str | None, reason: str
) -> None:
    _settings()
    if value is None:
        environment.delenv(name)
    else:
        environment.setenv(name, value)
    with pytest.raises(ValidationError, match=reason):
        _settings()
    environment.setenv("DEMO_ENVIRONMENT", "development")
    assert _settings().unsafe()


def test_production_refuses_a_directory_of_secrets_that_is_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(ValidationError, match="secrets_dir"):
        _settings()
