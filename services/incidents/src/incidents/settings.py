"""Every setting of incidents beside those that all services have."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from incidents.domain.limits import Limits
from lianfang_edge.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment, `INCIDENTS_…`."""

    model_config = SettingsConfigDict(
        env_prefix="INCIDENTS_", env_nested_delimiter="__", extra="ignore"
    )

    arrive_within_seconds: int = Field(default=600, ge=1, le=14_400)
    """On-scene duty of the community's officer for criminal incidents: ten minutes on foot or by
    e-bike reach every corner of an urban community."""
    link_within_minutes: int = Field(default=30, ge=1, le=1_440)
    """Reports of one class and premises within this time count as one incident: neighbours call
    within minutes of each other, and after half an hour it is more likely a second one."""

    @property
    def limits(self) -> Limits:
        """The same times as the rules take them."""
        return Limits(
            arrive_within=timedelta(seconds=self.arrive_within_seconds),
            link_within=timedelta(minutes=self.link_within_minutes),
        )
