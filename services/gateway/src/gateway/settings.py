"""Settings of the gateway, read from `GATEWAY_…` in the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from lianfang_edge.settings import ServiceSettings


class UpstreamSettings(BaseModel):
    """Where the services listen: `http://host:port`, reachable from the gateway alone."""

    population: str
    rentals: str
    incidents: str
    notifications: str
    connect_seconds: float = 2.0
    """A service in the same network accepts in milliseconds; longer means that it is away."""
    answer_seconds: float = 15.0
    """Longer than the 5 s after which a service cuts a statement, with its three attempts."""

    def of(self, service: str) -> str:
        """Return a service's address, without a slash at the end."""
        return str(getattr(self, service)).rstrip("/")


class OidcSettings(BaseModel):
    """Who says who somebody is."""

    issuer: str | None = None
    """The OpenID issuer's address; None takes the embedded one, for development only."""
    client_id: str = "lianfang"
    client_secret: SecretStr | None = None
    """None for a public client; the code is bound to the browser by PKCE either way."""
    account_claim: str = "preferred_username"
    """Claim of the id token that holds an account's login."""


class LoginSettings(BaseModel):
    """How often a password may be wrong."""

    failures_per_account: int = Field(default=5, ge=1)
    """Wrong passwords of one account in a window; then it waits for the window's end."""
    failures_per_address: int = Field(default=50, ge=1)
    """Of one network address: a whole station sits behind one."""
    window_minutes: int = Field(default=15, ge=1)
    password_memory_kib: int = Field(default=19_456, ge=8)
    """Memory of one argon2id hash (OWASP's minimum; 30 ms here)."""
    password_rounds: int = Field(default=2, ge=1)


class LiveSettings(BaseModel):
    """The live view."""

    kept_days: int = 7
    """Feed rows older than this are deleted; resuming from before is answered with `reset`."""
    stream_seconds: float = 300.0
    """A stream ends after this and resumes under the rights of that moment."""
    heartbeat_seconds: float = 15.0
    """Proxies close what is silent for 60 s."""
    streams_per_session: int = 10
    """A browser holds one, shared by its tabs; of more the oldest ends."""
    queue_frames: int = 256
    """A client that is further behind is dropped; it resumes from the database."""
    poll_seconds: float = 2.0
    """The net below the wake-ups."""


class Settings(ServiceSettings):
    """Everything that the gateway can be told."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    public_url: str
    """Address at which browsers reach the gateway, `https://host` in production."""
    upstreams: UpstreamSettings
    oidc: OidcSettings = OidcSettings()
    login: LoginSettings = LoginSettings()
    live: LiveSettings = LiveSettings()
    session_idle_minutes: int = 60
    """A session without a request or an open live view ends; a lunch break does not end it."""
    session_hours: int = 12
    """A session ends in any case: one shift with its handover."""
    trusted_hops: int = 0
    """Reverse proxies in front whose `X-Forwarded-For` entry names the caller's address."""
    console_dir: Path | None = None
    """Folder that the web console was built to."""

    @property
    def landing_path(self) -> str:
        """Where a login leads when it asked for nothing else: to the console where there is one."""
        return "/console/" if self.console_dir else "/api/v1/gateway/me"

    @field_validator("public_url")
    @classmethod
    def _only_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError("an address without a path, such as https://host")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def embedded_issuer(self) -> bool:
        """Whether the gateway itself plays the issuer."""
        return self.oidc.issuer is None

    @property
    def issuer(self) -> str:
        """Address of the issuer in use, without a slash at the end."""
        return (self.oidc.issuer or f"{self.public_url}/dev-issuer").rstrip("/")

    @property
    def callback_url(self) -> str:
        """Where the issuer sends browsers back to."""
        return f"{self.public_url}/auth/callback"

    @property
    def login_url(self) -> str:
        """Where a login begins, and where the issuer sends browsers that have left it."""
        return f"{self.public_url}/auth/login"

    def unsafe(self) -> list[str]:
        """Return why these settings are not fit for production."""
        reasons = super().unsafe()
        if self.embedded_issuer:
            reasons.append("oidc.issuer: the embedded issuer is for development")
        elif not self.issuer.startswith("https://"):
            reasons.append("oidc.issuer: needs https")
        if not self.public_url.startswith("https://"):
            reasons.append("public_url: needs https, else the session cookie travels in the open")
        return reasons
