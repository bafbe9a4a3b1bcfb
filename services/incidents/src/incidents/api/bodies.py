"""What requests carry and answers show; a field that is not named here is refused."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from incidents.domain.incident import Incident, Outcome, State
from incidents.domain.report import NARRATIVE_LENGTH_MAX, Source

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
Text = Annotated[
    str,
    # Control characters say nothing to a reader; lines and tabs do.
    StringConstraints(
        min_length=1, strip_whitespace=True, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    ),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ReportBody(_Body):
    """A report as its reporter gives it."""

    source: Source
    external_id: Annotated[Text, StringConstraints(max_length=100)] | None = None
    """The 110 feed's own id; posting it again answers the first report."""
    classification: Code
    premises_id: UUID | None = None
    """Where, if it is a premises on file; it decides the grid."""
    grid: Annotated[str, StringConstraints(pattern=r"^\d{15}$")] | None = None
    """Where, if no premises is known: code of the grid."""
    occurred_at: AwareDatetime
    """When it happened, with its offset from UTC."""
    method: Code | None = None
    tip: Code | None = None
    narrative: Annotated[Text, StringConstraints(max_length=NARRATIVE_LENGTH_MAX)] | None = None
    """What was told; kept sealed and never sent on."""
    caller_phone: Annotated[Text, StringConstraints(max_length=30)] | None = None
    """How the caller can be reached; kept sealed and never sent on."""


class ReportAnswer(BaseModel):
    """What a reporter gets back. A committee learns of no incident."""

    id: UUID
    """The report."""
    version: int
    incident_id: UUID | None = None
    linked: bool | None = None
    """Whether another report had opened the incident."""


class ClosingBody(_Body):
    """How an incident ended."""

    outcome: Outcome


class Changed(BaseModel):
    """What a change is answered with."""

    id: UUID
    version: int


class PurposeBody(_Body):
    """Why a report is read."""

    kind: Literal["incident"]
    id: UUID
    """The incident that the reader works on; the report's own."""
    reason: Annotated[Text, StringConstraints(max_length=500)] | None = None
    """Needed once the incident is closed."""


class DisclosureBody(_Body):
    """A request to read what a report tells."""

    purpose: PurposeBody


class DisclosedReport(BaseModel):
    """What a report tells."""

    id: UUID
    incident_id: UUID
    narrative: str | None
    caller_phone: str | None


class IncidentSummary(BaseModel):
    """An incident in a list."""

    id: UUID
    version: int
    state: State
    classification: str
    criminal: bool
    grid: str
    premises_id: UUID | None
    source: Source
    opened_at: datetime
    day_part: str
    method: str | None
    tip: str | None
    arrive_by: datetime | None
    arrived_at: datetime | None
    arrival_missed: bool
    closed_at: datetime | None
    outcome: Outcome | None
    reports: int

    @classmethod
    def of(cls, incident: Incident) -> "IncidentSummary":
        """Return an incident as a list shows it."""
        return cls.model_validate(_shown(incident))


class DeskBody(BaseModel):
    """The desk that acted: an office and a role, never a person."""

    model_config = ConfigDict(from_attributes=True)

    office_id: UUID = Field(validation_alias="office")
    role: str


class ReportSummary(BaseModel):
    """A report of an incident, without what it tells."""

    id: UUID
    version: int
    source: Source
    received_at: datetime
    received_by: DeskBody | None
    occurred_at: datetime
    linked: bool


class IncidentDetail(IncidentSummary):
    """An incident with its reports, and the desks that acted."""

    arrived_by: DeskBody | None
    closed_by: DeskBody | None
    told_by: list[ReportSummary]

    @classmethod
    def with_reports(cls, incident: Incident, told_by: list[ReportSummary]) -> "IncidentDetail":
        """Return an incident as its own page shows it."""
        acted = {"arrived_by": incident.arrived_by, "closed_by": incident.closed_by}
        return cls.model_validate({**_shown(incident), **acted, "told_by": told_by})


class ReportDetail(ReportSummary):
    """A report with where and what, without what it tells."""

    incident_id: UUID
    classification: str
    grid: str
    premises_id: UUID | None
    external_id: str | None
    method: str | None
    tip: str | None


class IncidentPage(BaseModel):
    """Some incidents, the newest first."""

    items: list[IncidentSummary]
    next: str | None
    """Cursor of the next page; none at the end."""


class Label(BaseModel):
    """An entry of a list in both languages."""

    id: str
    zh: str
    en: str


class Lists(BaseModel):
    """The lists that forms show."""

    classifications: list[Label]
    methods: list[Label]
    tips: list[Label]


def _shown(incident: Incident) -> dict[str, object]:
    return {
        "id": incident.id,
        "version": incident.version,
        "state": incident.state,
        "classification": incident.classification.code,
        "criminal": incident.classification.criminal,
        "grid": incident.grid,
        "premises_id": incident.premises_id,
        "source": incident.source,
        "opened_at": incident.opened_at,
        "day_part": incident.day_part,
        "method": incident.method,
        "tip": incident.tip,
        "arrive_by": incident.arrive_by,
        "arrived_at": incident.arrived_at,
        "arrival_missed": incident.missed_at is not None,
        "closed_at": incident.closed_at,
        "outcome": incident.outcome,
        "reports": incident.reports,
    }
