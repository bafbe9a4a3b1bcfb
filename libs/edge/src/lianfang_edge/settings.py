"""Settings every service has; each service derives its own class and names its prefix.

Read from the environment: `<SERVICE>_POSTGRES__APP_URL=…`. Secrets are `SecretStr`, so that they
do not show in a log line. No settings object exists here.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from lianfang_edge.tokens import ISSUER

ROLES = ("api", "relay", "consumer", "timers")


class PostgresSettings(BaseModel):
    """Three roles of one database: `postgresql://user:password@host:port/database`."""

    app_url: SecretStr
    """Serves HTTP: sees only what the caller's scope allows."""
    system_url: SecretStr
    """Relay, consumers, timers and commands."""
    owner_url: SecretStr | None = None
    """Migrates; a serving process does not need it."""
    app_pool: int = 8
    """Connections; 8 carried 1,600 transactions a second on 2 cores."""
    system_pool: int = 6
    """Connections: the relay and its lock, one per consumer group, timers, and one spare."""
    statement_timeout_ms: int = 5_000
    """A statement that takes longer is a defect and is cut."""


class KafkaSettings(BaseModel):
    """The broker and this service's user there."""

    bootstrap: str
    """`host:port`, several with commas."""
    username: str | None = None
    password: SecretStr | None = None
    tls: bool = False
    """SASL_SSL; a production setup has no other."""
    ca_file: Path | None = None
    """Authority that signed the broker's certificate; None takes the machine's list."""


class ServiceSettings(BaseSettings):
    """What every process needs to start.

    A service's class sets `model_config = SettingsConfigDict(env_prefix="<SERVICE>_")`.
    """

    model_config = SettingsConfigDict(env_nested_delimiter="__", extra="ignore")

    environment: Literal["development", "production"] = "development"
    """`production` refuses what is only fit for one machine."""
    roles: Annotated[tuple[str, ...], NoDecode] = ROLES
    """Roles of this process, with commas; all by default, since a station runs few processes."""
    postgres: PostgresSettings
    kafka: KafkaSettings
    instance: str = "1"
    """This process among those of the same role; consumer groups know their members by it."""
    valkey_url: SecretStr | None = None
    """`redis://user:password@host:port/0`; None where all roles share one process."""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=0, ge=0, le=65_535)
    """0 takes a free port."""
    secrets_dir: Path
    """Directory of this service's key files."""
    jwks_file: Path
    """Public keys of the tokens' signer."""
    token_issuer: str = ISSUER
    """Who signs the tokens of callers."""
    trace_file: Path | None = None
    """Spans as JSON lines, for a machine without a collector."""
    otlp_endpoint: str | None = None
    """Collector's address for spans (OTLP over HTTP), such as `http://host:4318/v1/traces`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    watch_seconds: float = Field(default=300.0, gt=0)
    """Between looks of the role `watcher`; an alert comes after the second one."""
    drain_seconds: float = 8.0
    """How long open work may go on after SIGTERM; supervisors kill after 10."""

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if self.environment == "production" and (reasons := self.unsafe()):
            raise ValueError("not fit for production: " + "; ".join(reasons))
        return self

    def unsafe(self) -> list[str]:
        """Return why these settings are not fit for production; a service adds its own reasons."""
        postgres, kafka = self.postgres, self.kafka
        urls = [postgres.app_url, postgres.system_url]
        if postgres.owner_url is not None:
            urls.append(postgres.owner_url)
        users = {url.get_secret_value().split("://", 1)[-1].split(":", 1)[0] for url in urls}
        reasons = []
        if len(users) < len(urls):
            reasons.append("postgres: the roles need users of their own")
        if kafka.password is None or not kafka.tls:
            reasons.append("kafka: needs a user with a password, and tls=true")
        if self.valkey_url is not None and "@" not in self.valkey_url.get_secret_value():
            reasons.append("valkey_url: needs a user with a password")
        if self.trace_file is not None:
            reasons.append("trace_file: is for one machine; set otlp_endpoint")
        if self.secrets_dir.is_dir() and self.secrets_dir.stat().st_mode & 0o007:
            reasons.append("secrets_dir: is open to every user of the machine")
        return reasons
