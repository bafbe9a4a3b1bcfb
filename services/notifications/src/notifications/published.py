"""What notifications tells: which desk has which notice, and what became of it.

A notice's words are made of the redacted fields alone, so that this topic holds nothing that its
desk may not read; ids of persons, tenants and free text never reach it.
"""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from lianfang_common.events import PublishedEvent, Topic
from notifications.domain.notice import Notice

NOTICE = Topic(
    "notifications.notice",
    "Notices of desks, from raised to acknowledged, settled or stale.",
    retention_days=7,
    # Notices of restricted events are among them: whoever took the counted ones off would know.
    counted=False,
)
TOPICS = (NOTICE,)

Role = Literal["officer", "room_head", "station_head", "bureau", "committee", "justice"]


class _NoticeEvent(PublishedEvent):
    TOPIC: ClassVar[Topic] = NOTICE
    KEY: ClassVar[str] = "notice_id"

    notice_id: UUID
    """The notice; the Kafka key."""

    def key(self) -> UUID:
        """Return the notice's id."""
        return self.notice_id


class NoticeRaisedV1(_NoticeEvent):
    """A desk has a new notice. Emitted once per notice, after it was stored."""

    TYPE: ClassVar[str] = "notifications.notice.raised.v1"

    office_id: UUID
    """The desk's office."""
    role: Role
    """The desk's role."""
    urgency: Literal["high", "normal", "low"]
    """How soon somebody has to look."""
    rule: str
    """Id of the routing rule."""
    rule_version: int
    """Version of the rule, 1 or more."""
    event_type: str
    """What happened: a published event type, or for a committee's help team `help-item.new`,
    `.changed` or `.ended`."""
    subject_kind: str
    """What the id below is of, such as `incident`; `community` or `office` for committees."""
    subject_id: UUID
    """What it is about."""
    grid: str | None
    """Where, 15 digits; null where the desk is told no exact place."""
    premises_id: UUID | None
    """The premises that the text names; null where the desk is told of none."""
    title_zh: str
    """Title in Chinese."""
    title_en: str
    """Title in English."""
    body_zh: str
    """Text in Chinese, lines parted by a line feed; may be empty."""
    body_en: str
    """Text in English, likewise."""
    raised_at: datetime
    """When it was stored."""
    acknowledge_by: datetime | None
    """Until when a member has to acknowledge before the next desk is told; null where none is."""
    escalated_from: UUID | None
    """The notice of the desk below that nobody acknowledged in time."""


class NoticeAcknowledgedV1(_NoticeEvent):
    """A member took the notice over; it is closed for the whole desk."""

    TYPE: ClassVar[str] = "notifications.notice.acknowledged.v1"

    office_id: UUID
    """The desk's office."""
    role: Role
    """The desk's role."""
    acknowledged_at: datetime
    """When."""


class NoticeEscalatedV1(_NoticeEvent):
    """Nobody acknowledged in time; the next desk has a notice of its own."""

    TYPE: ClassVar[str] = "notifications.notice.escalated.v1"

    next_notice_id: UUID
    """The next desk's notice."""


class NoticeWentStaleV1(_NoticeEvent):
    """The notice is older than its limit; it stays in the desk's list and pages nobody."""

    TYPE: ClassVar[str] = "notifications.notice.went-stale.v1"

    office_id: UUID
    """The desk's office."""
    role: Role
    """The desk's role."""


class NoticeSettledV1(_NoticeEvent):
    """Nobody need act on the notice any more; it closes for its desk, and no other is told."""

    TYPE: ClassVar[str] = "notifications.notice.settled.v1"

    office_id: UUID
    """The desk's office."""
    role: Role
    """The desk's role."""
    settled_by: str
    """What settled it: a published event type, or `acknowledged` where another desk took over."""
    settled_at: datetime
    """When."""


def raised(notice: Notice) -> NoticeRaisedV1:
    """Return what is published of a notice that was stored."""
    return NoticeRaisedV1(
        notice_id=notice.notice_id,
        office_id=notice.desk.office_id,
        role=notice.desk.role,
        urgency=notice.urgency,
        rule=notice.rule_id,
        rule_version=notice.rule_version,
        event_type=notice.event_type,
        subject_kind=notice.subject_kind,
        subject_id=notice.subject_id,
        grid=notice.grid,
        premises_id=notice.premises_id,
        title_zh=notice.title.zh,
        title_en=notice.title.en,
        body_zh=notice.body.zh,
        body_en=notice.body.en,
        raised_at=notice.raised_at,
        acknowledge_by=notice.acknowledge_by,
        escalated_from=notice.escalated_from,
    )


def acknowledged(notice: Notice) -> NoticeAcknowledgedV1:
    """Return what is published of a notice that a member took over."""
    assert notice.acknowledged_at
    return NoticeAcknowledgedV1(
        notice_id=notice.notice_id,
        office_id=notice.desk.office_id,
        role=notice.desk.role,
        acknowledged_at=notice.acknowledged_at,
    )


def settled(notice: Notice) -> NoticeSettledV1:
    """Return what is published of a notice that waits for nobody any more."""
    assert notice.settled_by and notice.settled_at
    return NoticeSettledV1(
        notice_id=notice.notice_id,
        office_id=notice.desk.office_id,
        role=notice.desk.role,
        settled_by=notice.settled_by,
        settled_at=notice.settled_at,
    )


def went_stale(notice: Notice) -> NoticeWentStaleV1:
    """Return what is published of a notice that is too old to page."""
    return NoticeWentStaleV1(
        notice_id=notice.notice_id, office_id=notice.desk.office_id, role=notice.desk.role
    )
