"""Every setting of population beyond those that every service has."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from lianfang_edge.settings import ServiceSettings
from population.domain.limits import Limits


class Settings(ServiceSettings):
    """Settings, read from `POPULATION_…`."""

    model_config = SettingsConfigDict(
        env_prefix="POPULATION_", env_nested_delimiter="__", extra="ignore"
    )

    matcher_url: SecretStr
    """`postgresql://population_matcher:…`: matches residences, and is nobody else's role."""
    matcher_tick_seconds: float = Field(default=3.0, gt=0)
    """How often the matcher looks; its own rhythm hides which tenancy it looked at."""
    matcher_batch: int = Field(default=200, ge=1)
    """Residences of one look; 200 take some 50 ms."""
    sealer_tick_seconds: float = Field(default=1.0, gt=0)
    """How often audit rows are chained; a row can be altered unseen for so long."""
    review_within_seconds: int = Field(default=24 * 3600, ge=1)
    """How long A's officer has to review a match, before the room head is told."""
    accept_within_seconds: int = Field(default=3 * 24 * 3600, ge=1)
    """How long B has to accept, before its silence is told."""
    receipt_lifetime_seconds: int = Field(default=600, ge=1)
    """How long an identity receipt can be used: one form, typed slowly."""
    forget_after_seconds: int = Field(default=7 * 24 * 3600, ge=1)
    """When a person that nothing names is deleted; no longer than an answer is repeated."""
    landlord_numbers_a_day: int = Field(default=10, ge=0)
    """Document numbers that a landlord may resolve a day: two shared flats."""
    officer_numbers_a_day: int = Field(default=500, ge=0)
    """The same for an officer: more than a day of registering can need."""
    check_within_seconds: int = Field(default=7 * 86400, ge=1)
    """How long a new residence or tenancy awaits the check of its desk and opens its person."""
    glass_open_seconds: int = Field(default=3 * 3600, ge=1)
    """How long a break-glass reading stays open."""

    def unsafe(self) -> list[str]:
        """Return why these settings are not fit for production."""
        others = (self.postgres.app_url, self.postgres.system_url)
        user = _user(self.matcher_url)
        if user in {_user(url) for url in others}:
            return [*super().unsafe(), "matcher_url: the matcher needs a user of its own"]
        return super().unsafe()

    def limits(self) -> Limits:
        """Return what the rules count with."""
        return Limits(
            review_within=timedelta(seconds=self.review_within_seconds),
            accept_within=timedelta(seconds=self.accept_within_seconds),
            receipt_lifetime=timedelta(seconds=self.receipt_lifetime_seconds),
            forget_after=timedelta(seconds=self.forget_after_seconds),
            landlord_numbers=self.landlord_numbers_a_day,
            officer_numbers=self.officer_numbers_a_day,
            check_within=timedelta(seconds=self.check_within_seconds),
            glass_open_for=timedelta(seconds=self.glass_open_seconds),
        )


def _user(url: SecretStr) -> str:
    return url.get_secret_value().split("://", 1)[-1].split(":", 1)[0]
