"""What notifications needs of other services' events.

A reader names what some rule may send or is decided by, and no more: tenants and persons are not
even read.
"""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from lianfang_common.events import ConsumedEvent


class AreaStated(ConsumedEvent):
    """What notifications needs of population.area.defined.v1 and population.area.stated.v1."""

    area_id: UUID
    code: str
    level: str
    parent_code: str | None
    name_zh: str
    name_en: str


class OfficeStated(ConsumedEvent):
    """What notifications needs of population.area.office-defined.v1 and .office-stated.v1."""

    office_id: UUID
    kind: Literal["bureau", "station", "room", "committee", "justice"]
    name_zh: str
    name_en: str
    lead_parent: UUID | None
    guide_parent: UUID | None
    grids: list[str]
    valid_from: date


class TenancyRegistered(ConsumedEvent):
    """What notifications needs of rentals.tenancy.registered.v1."""

    tenancy_id: UUID
    premises_id: UUID
    grid: str
    first_day: date
    last_day: date | None


class TenancyExtended(ConsumedEvent):
    """What notifications needs of rentals.tenancy.extended.v1."""

    tenancy_id: UUID
    premises_id: UUID
    grid: str
    last_day: date


class TenancyEnded(ConsumedEvent):
    """What notifications needs of rentals.tenancy.ended.v1."""

    tenancy_id: UUID
    premises_id: UUID
    grid: str
    last_day: date


class IncidentOpened(ConsumedEvent):
    """What notifications needs of incidents.incident.opened.v1."""

    incident_id: UUID
    classification: str
    criminal: bool
    against_person: bool
    grid: str
    premises_id: UUID | None
    opened_at: datetime
    day_part: str
    method: str | None
    tip: str | None
    arrive_by: datetime | None


class IncidentArrivalMissed(ConsumedEvent):
    """What notifications needs of incidents.incident.arrival-missed.v1."""

    incident_id: UUID
    grid: str
    classification: str
    arrive_by: datetime


class IncidentArrived(ConsumedEvent):
    """What notifications needs of incidents.incident.arrived.v1."""

    incident_id: UUID


class IncidentClosed(ConsumedEvent):
    """What notifications needs of incidents.incident.closed.v1."""

    incident_id: UUID


class EntryListed(ConsumedEvent):
    """What notifications needs of population.supervision.listed.v1."""

    entry_id: UUID
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None
    review_due_on: date


class EntryReviewed(ConsumedEvent):
    """What notifications needs of population.supervision.reviewed.v1."""

    entry_id: UUID
    responsible_office: UUID
    review_due_on: date


class EntryReviewOverdue(ConsumedEvent):
    """What notifications needs of population.supervision.review-overdue.v1."""

    entry_id: UUID
    responsible_office: UUID


class EntryDelisted(ConsumedEvent):
    """What notifications needs of population.supervision.delisted.v1."""

    entry_id: UUID
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None


class EntryMoved(ConsumedEvent):
    """What notifications needs of population.supervision.moved.v1."""

    entry_id: UUID
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None


class ChangeOpened(ConsumedEvent):
    """What notifications needs of population.residence-change.opened.v1."""

    case_id: UUID
    responsible_office: UUID
    review_due_at: datetime


class ChangeReviewOverdue(ConsumedEvent):
    """What notifications needs of population.residence-change.review-overdue.v1."""

    case_id: UUID
    responsible_office: UUID


class ChangeConfirmed(ConsumedEvent):
    """What notifications needs of population.residence-change.confirmed.v1."""

    case_id: UUID
    receiving_office: UUID
    justice_office: UUID
    accept_due_at: datetime


class ChangeAcceptanceOverdue(ConsumedEvent):
    """What notifications needs of population.residence-change.acceptance-overdue.v1."""

    case_id: UUID
    receiving_office: UUID


class ChangeAccepted(ConsumedEvent):
    """What notifications needs of population.residence-change.accepted.v1."""

    case_id: UUID
    previous_office: UUID
    responsible_office: UUID
    justice_office: UUID


class ChangeRefused(ConsumedEvent):
    """What notifications needs of population.residence-change.refused.v1."""

    case_id: UUID
    responsible_office: UUID
    justice_office: UUID


class ChangeClosed(ConsumedEvent):
    """What notifications needs of population.residence-change.closed.v1."""

    case_id: UUID
    responsible_office: UUID
    receiving_office: UUID | None
    justice_office: UUID | None


RESTRICTED_TOPICS = frozenset({"population.supervision", "population.residence-change"})
"""Topics whose numbers nobody is shown."""

FACT_READERS: dict[str, type[ConsumedEvent]] = {
    "rentals.tenancy.registered.v1": TenancyRegistered,
    "rentals.tenancy.extended.v1": TenancyExtended,
    "rentals.tenancy.ended.v1": TenancyEnded,
    "incidents.incident.opened.v1": IncidentOpened,
    "incidents.incident.arrival-missed.v1": IncidentArrivalMissed,
    "incidents.incident.arrived.v1": IncidentArrived,
    "incidents.incident.closed.v1": IncidentClosed,
    "population.supervision.listed.v1": EntryListed,
    "population.supervision.reviewed.v1": EntryReviewed,
    "population.supervision.review-overdue.v1": EntryReviewOverdue,
    "population.supervision.delisted.v1": EntryDelisted,
    "population.supervision.moved.v1": EntryMoved,
    "population.residence-change.opened.v1": ChangeOpened,
    "population.residence-change.review-overdue.v1": ChangeReviewOverdue,
    "population.residence-change.confirmed.v1": ChangeConfirmed,
    "population.residence-change.acceptance-overdue.v1": ChangeAcceptanceOverdue,
    "population.residence-change.accepted.v1": ChangeAccepted,
    "population.residence-change.refused.v1": ChangeRefused,
    "population.residence-change.closed.v1": ChangeClosed,
}
"""Readers of the events that are routed by rules."""
