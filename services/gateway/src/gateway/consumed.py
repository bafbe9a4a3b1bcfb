"""What the gateway needs of other services' events."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from lianfang_common.events import ConsumedEvent


class AreaStated(ConsumedEvent):
    """What the gateway needs of population.area.defined.v1 and population.area.stated.v1."""

    code: str = Field(pattern=r"^\d{6,15}$")
    level: str
    name_zh: str
    name_en: str


class OfficeStated(ConsumedEvent):
    """What the gateway needs of population.area.office-defined.v1 and its stated twin."""

    office_id: UUID
    kind: str
    name_zh: str
    name_en: str
    grids: list[str]


class NoticeRaised(ConsumedEvent):
    """What the gateway needs of notifications.notice.raised.v1: all that a screen shows."""

    notice_id: UUID
    office_id: UUID
    role: str
    urgency: str
    rule: str
    event_type: str
    subject_kind: str
    subject_id: UUID
    grid: str | None
    premises_id: UUID | None = None
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    raised_at: datetime
    acknowledge_by: datetime | None
    escalated_from: UUID | None


class NoticeAcknowledged(ConsumedEvent):
    """What the gateway needs of notifications.notice.acknowledged.v1."""

    notice_id: UUID
    office_id: UUID
    role: str
    acknowledged_at: datetime


class NoticeEscalated(ConsumedEvent):
    """What the gateway needs of notifications.notice.escalated.v1."""

    notice_id: UUID


class NoticeSettled(ConsumedEvent):
    """What the gateway needs of notifications.notice.settled.v1."""

    notice_id: UUID
    office_id: UUID
    role: str
    settled_by: str
    settled_at: datetime


class NoticeWentStale(ConsumedEvent):
    """What the gateway needs of notifications.notice.went-stale.v1."""

    notice_id: UUID
    office_id: UUID
    role: str
