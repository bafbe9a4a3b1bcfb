"""A report: one person or system telling of something, once.

Each report belongs to one incident. The first of an incident opened it; a later one of the same
classification and premises is linked to it, and an officer can undo that.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from incidents.domain.classification import Classification
from incidents.domain.desk import Desk
from lianfang_common.errors import Forbidden, Invalid, RuleBroken, StaleVersion, VersionRequired

Source = Literal["feed_110", "walk_in", "committee"]

REPORTERS: dict[Source, frozenset[str]] = {
    "feed_110": frozenset({"feed"}),
    "walk_in": frozenset({"officer", "room_head"}),
    "committee": frozenset({"committee"}),
}
"""Which roles may report from which source."""

CLOCK_SKEW = timedelta(minutes=2)
"""The feed's clock may be ahead of ours by this much; more is a wrong date."""

NARRATIVE_LENGTH_MAX = 4_000
_PHONE = re.compile(r"\+?\d{5,20}")


@dataclass(slots=True)
class Report:
    """One report as it came in. Narrative and phone are sealed before they are stored.

    `linked` says that it was added to an incident that another report had opened; `received_by` is
    the desk that took it in.
    """

    id: UUID
    incident_id: UUID
    source: Source
    external_id: str | None
    classification: Classification
    grid: str
    premises_id: UUID | None
    occurred_at: datetime
    received_at: datetime
    method: str | None
    tip: str | None
    linked: bool
    received_by: Desk | None = None
    narrative: str | None = None
    caller_phone: str | None = None
    version: int = 1

    def unlink(self, own_incident: UUID, expected_version: int | None) -> None:
        """Take the report out of the incident that it was linked to.

        Raises:
            VersionRequired, StaleVersion: the caller did not name the newest version.
            RuleBroken: the report opened its incident itself.
        """
        expect(self.version, expected_version)
        if not self.linked:
            raise RuleBroken("report-not-linked")
        self.incident_id = own_incident
        self.linked = False
        self.version += 1


def expect(version: int, expected: int | None) -> None:
    """Refuse a change that does not name the newest version."""
    if expected is None:
        raise VersionRequired
    if expected != version:
        raise StaleVersion


def check_reporter(source: Source, role: str) -> None:
    """Refuse a source that the caller's role does not speak for."""
    if role not in REPORTERS[source]:
        raise Forbidden("source-not-yours", "source")


def check_external_id(source: Source, external_id: str | None) -> None:
    """Ask the 110 feed for its own id, and nobody else: ids of others could collide."""
    if source == "feed_110" and external_id is None:
        raise Invalid("external-id-required", "external_id")
    if source != "feed_110" and external_id is not None:
        raise Invalid("external-id-of-the-feed-only", "external_id")


def check_occurred_at(occurred_at: datetime, now: datetime) -> None:
    """Refuse what has not happened yet."""
    if occurred_at > now + CLOCK_SKEW:
        raise Invalid("occurred-in-the-future", "occurred_at")


def known_phone(phone: str | None) -> str | None:
    """Return a phone number without spaces and hyphens.

    Raises:
        Invalid: it is no phone number.
    """
    if phone is None:
        return None
    digits = re.sub(r"[\s-]", "", phone)
    if not _PHONE.fullmatch(digits):
        raise Invalid("phone-malformed", "caller_phone")
    return digits
