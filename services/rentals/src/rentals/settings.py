"""Settings of rentals: those that every service has, and none beside them yet."""

from pydantic_settings import SettingsConfigDict

from lianfang_edge.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `RENTALS_…`; key files in `secrets_dir`: receipt-rentals, digest, cursor."""

    model_config = SettingsConfigDict(
        env_prefix="RENTALS_", env_nested_delimiter="__", extra="ignore"
    )
