"""The times that the rules count with; their defaults and reasons stand in the settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the on-scene duty allows, and how long reports count as one incident."""

    arrive_within: timedelta
    link_within: timedelta

    def arrive_by(self, criminal: bool, counted_from: datetime) -> datetime | None:
        """Return until when the community's officer must be on the scene, if at all."""
        return counted_from + self.arrive_within if criminal else None

    def same_incident_since(self, received_at: datetime) -> datetime:
        """Return the earliest opening of an incident that a report may be linked to."""
        return received_at - self.link_within
