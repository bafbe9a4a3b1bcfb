"""What incidents tells the district: ids, codes, times. No narrative, no caller, no person."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from lianfang_common.events import PublishedEvent, Topic

INCIDENT = Topic(
    "incidents.incident",
    "Incidents from the first report to their closing, with the on-scene duty in between.",
)
TOPICS = (INCIDENT,)


class _IncidentEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = INCIDENT
    KEY: ClassVar[str] = "incident_id"

    incident_id: UUID
    """The incident; the Kafka key, so one incident's events stay in order."""
    grid: str
    """Where it happened: code of the grid, 15 digits."""


class IncidentOpenedV1(_IncidentEvent):
    """An incident exists and somebody has to act.

    Emitted once per incident, by whatever way its first report came, and when a report is taken
    out of another incident and becomes one of its own.
    """

    TYPE: ClassVar[str] = "incidents.incident.opened.v1"

    classification: Literal[
        "burglary",
        "theft",
        "fraud",
        "robbery",
        "assault",
        "domestic_violence",
        "sexual_offence",
        "missing_person",
        "noise",
        "public_disorder",
        "fire_hazard",
        "blocked_exit",
        "gas_hazard",
        "lost_property",
        "traffic_obstruction",
        "help_request",
    ]
    """What it is."""
    criminal: bool
    """Whether the on-scene duty of the community's officer applies."""
    against_person: bool
    """Whether it is directed against a person; committees are then never told singly."""
    premises_id: UUID | None
    """Where it happened, if that is a premises on file."""
    opened_at: datetime
    """When its first report came in."""
    day_part: Literal["morning", "afternoon", "evening", "night"]
    """Coarse time of what happened, by the clock of Asia/Shanghai."""
    method: str | None
    """Id in the list of methods, where known."""
    tip: str | None
    """Id in the list of tips for the neighbours, where one was chosen."""
    arrive_by: datetime | None
    """Until when the officer must be on the scene; none where no duty applies."""
    source: Literal["feed_110", "walk_in", "committee"]
    """How its first report came in."""


class ReportLinkedV1(_IncidentEvent):
    """Another report tells of the same incident; nothing new has to be done."""

    TYPE: ClassVar[str] = "incidents.incident.report-linked.v1"

    report_id: UUID
    """The report that was added."""
    reports: int
    """How many reports tell of the incident now."""


class ReportUnlinkedV1(_IncidentEvent):
    """An officer found that a report tells of something else; it got an incident of its own."""

    TYPE: ClassVar[str] = "incidents.incident.report-unlinked.v1"

    report_id: UUID
    """The report that was taken out."""
    reports: int
    """How many reports tell of the incident now."""


class IncidentArrivedV1(_IncidentEvent):
    """The officer recorded being on the scene."""

    TYPE: ClassVar[str] = "incidents.incident.arrived.v1"

    arrived_at: datetime
    """When the arrival was recorded."""


class IncidentArrivalMissedV1(_IncidentEvent):
    """The time for the way to the scene passed and no arrival was recorded. Said once."""

    TYPE: ClassVar[str] = "incidents.incident.arrival-missed.v1"

    classification: str
    """What it is: a code of `opened.v1`."""
    arrive_by: datetime
    """The moment that passed."""


class IncidentClosedV1(_IncidentEvent):
    """The incident is done with."""

    TYPE: ClassVar[str] = "incidents.incident.closed.v1"

    outcome: Literal["resolved", "transferred", "unfounded"]
    """How it ended."""
