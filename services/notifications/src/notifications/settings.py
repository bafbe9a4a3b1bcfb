"""Settings of notifications, each with unit, default and reason."""

from datetime import time

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from lianfang_edge.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `NOTIFICATIONS_…`."""

    model_config = SettingsConfigDict(
        env_prefix="NOTIFICATIONS_", env_nested_delimiter="__", extra="ignore"
    )

    acknowledge_scale: float = Field(default=1.0, gt=0)
    """Multiplies each rule's time to acknowledge; drills and tests shorten it."""
    digest_at: time = time(8, 0)
    """When on Mondays the weekly digest is sent, Asia/Shanghai; the committees open at eight."""
