"""What population tells the district: ids, codes, days. No name, no number, no category.

Restricted topics carry an entry's or a case's id, offices and due times, and nothing that leads
to the person, the tenancy or the premises.
"""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from lianfang_common.events import PublishedEvent, Topic

AREA = Topic(
    "population.area",
    "The tree of areas down to grids, and the offices with the grids that they work for.",
    partitions=1,
)
RESIDENCE = Topic("population.residence", "Where persons live, from which day to which.")
SUPERVISION = Topic(
    "population.supervision",
    "Entries of the statutory register of supervision and help.",
    retention_days=7,
    restricted=True,
)
RESIDENCE_CHANGE = Topic(
    "population.residence-change",
    "Residence-change cases, from the match to the office that accepts.",
    retention_days=7,
    restricted=True,
)
TOPICS = (AREA, RESIDENCE, SUPERVISION, RESIDENCE_CHANGE)


class _AreaEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = AREA
    KEY: ClassVar[str] = "area_id"

    area_id: UUID
    """The area; the Kafka key."""
    code: str
    """6 digits of the county, 3 more for each step down: 6, 9, 12 or 15 digits."""
    level: Literal["county", "street", "community", "grid"]
    """What the area is."""
    parent_code: str | None
    """Code of the area above; none for a county."""
    name_zh: str
    """Name of the area in Chinese."""
    name_en: str
    """Name of the area in English."""


class AreaDefinedV1(_AreaEvent):
    """An area was defined or renamed."""

    TYPE: ClassVar[str] = "population.area.defined.v1"


class AreaStatedV1(_AreaEvent):
    """An area as it is, said again for readers that start anew."""

    TYPE: ClassVar[str] = "population.area.stated.v1"


class _OfficeEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = AREA
    KEY: ClassVar[str] = "office_id"

    office_id: UUID
    """The office; the Kafka key."""
    kind: Literal["bureau", "station", "room", "committee", "justice"]
    """What the office is."""
    name_zh: str
    """Name of the office in Chinese."""
    name_en: str
    """Name of the office in English."""
    lead_parent: UUID | None
    """Office that leads it; none at the top."""
    guide_parent: UUID | None
    """Office that guides it: it sees, and does not write."""
    grids: list[str]
    """Codes of all grids that it works for, 15 digits each, in order."""
    valid_from: date
    """First day of this set of grids (Asia/Shanghai)."""


class OfficeDefinedV1(_OfficeEvent):
    """An office was defined, renamed, or got another set of grids."""

    TYPE: ClassVar[str] = "population.area.office-defined.v1"


class OfficeStatedV1(_OfficeEvent):
    """An office as it is, said again for readers that start anew."""

    TYPE: ClassVar[str] = "population.area.office-stated.v1"


class _ResidenceEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = RESIDENCE
    KEY: ClassVar[str] = "residence_id"

    residence_id: UUID
    """The residence; the Kafka key."""
    person_id: UUID
    """Who lives there; a random id."""
    grid: str
    """Where: code of the grid, 15 digits."""
    tenancy_id: UUID | None
    """The tenancy that it follows, if any."""


class ResidenceRecordedV1(_ResidenceEvent):
    """A person lives at a place from a day on."""

    TYPE: ClassVar[str] = "population.residence.recorded.v1"

    first_day: date
    """First day (Asia/Shanghai)."""
    last_day: date | None
    """Last day, inclusive; none while it is open."""


class ResidenceExtendedV1(_ResidenceEvent):
    """The last day of a residence moved."""

    TYPE: ClassVar[str] = "population.residence.extended.v1"

    last_day: date | None
    """New last day, inclusive; none while it is open."""


class ResidenceEndedV1(_ResidenceEvent):
    """A residence ends on a day that is settled."""

    TYPE: ClassVar[str] = "population.residence.ended.v1"

    last_day: date | None
    """Last day, inclusive."""


class _SupervisionEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = SUPERVISION
    KEY: ClassVar[str] = "entry_id"

    entry_id: UUID
    """The entry; the Kafka key. It leads to no person outside population."""
    responsible_office: UUID
    """The one office that answers for the entry."""


class EntryListedV1(_SupervisionEvent):
    """An entry was made on the ground of a document."""

    TYPE: ClassVar[str] = "population.supervision.listed.v1"

    justice_office: UUID
    """The justice office that executes or accompanies."""
    assisting_committee: UUID | None
    """The committee that the document names as assisting, if any."""
    review_due_on: date
    """Last day for the first review."""


class EntryReviewedV1(_SupervisionEvent):
    """An entry was reviewed and stays."""

    TYPE: ClassVar[str] = "population.supervision.reviewed.v1"

    review_due_on: date
    """Last day for the next review."""


class EntryReviewOverdueV1(_SupervisionEvent):
    """The day of a review passed without one. Said once for each review."""

    TYPE: ClassVar[str] = "population.supervision.review-overdue.v1"


class EntryDelistedV1(_SupervisionEvent):
    """An entry ended, on its end date or by decision, and is sealed."""

    TYPE: ClassVar[str] = "population.supervision.delisted.v1"

    justice_office: UUID
    """The justice office of the entry."""
    assisting_committee: UUID | None
    """The committee that the document names as assisting, if any."""


class EntryMovedV1(_SupervisionEvent):
    """Another office answers for an entry from now on."""

    TYPE: ClassVar[str] = "population.supervision.moved.v1"

    previous_office: UUID
    """Who answered for it until now."""
    justice_office: UUID
    """The justice office of the entry from now on."""
    assisting_committee: UUID | None
    """The committee that the document names as assisting, if any."""


class _CaseEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = RESIDENCE_CHANGE
    KEY: ClassVar[str] = "case_id"

    case_id: UUID
    """The residence-change case; the Kafka key."""
    responsible_office: UUID
    """Who answers for the entry at this moment."""


class CaseOpenedV1(_CaseEvent):
    """A match waits for an officer of the responsible office to review it."""

    TYPE: ClassVar[str] = "population.residence-change.opened.v1"

    review_due_at: datetime
    """Until when."""


class CaseReviewOverdueV1(_CaseEvent):
    """Nobody reviewed the match in time. Said once for each review."""

    TYPE: ClassVar[str] = "population.residence-change.review-overdue.v1"


class CaseConfirmedV1(_CaseEvent):
    """An officer confirmed the match; another office is asked to accept."""

    TYPE: ClassVar[str] = "population.residence-change.confirmed.v1"

    receiving_office: UUID
    """Who is asked."""
    justice_office: UUID
    """The justice office of the new area."""
    accept_due_at: datetime
    """Until when."""


class CaseAcceptanceOverdueV1(_CaseEvent):
    """The receiving office stayed silent. Said once for each confirmation."""

    TYPE: ClassVar[str] = "population.residence-change.acceptance-overdue.v1"

    receiving_office: UUID
    """Who was asked."""


class CaseAcceptedV1(_CaseEvent):
    """The receiving office accepted and is responsible from this moment."""

    TYPE: ClassVar[str] = "population.residence-change.accepted.v1"

    previous_office: UUID
    """Who answered for the entry until now."""
    justice_office: UUID
    """The justice office of the new area."""


class CaseRefusedV1(_CaseEvent):
    """The receiving office refused; the case is reviewed again."""

    TYPE: ClassVar[str] = "population.residence-change.refused.v1"

    receiving_office: UUID
    """Who refused."""
    justice_office: UUID
    """The justice office of the new area."""


class CaseClosedV1(_CaseEvent):
    """The case ended without a change of office."""

    TYPE: ClassVar[str] = "population.residence-change.closed.v1"

    receiving_office: UUID | None
    """Who had been asked, if anybody had."""
    justice_office: UUID | None
    """The justice office of the new area, if it had been told."""
