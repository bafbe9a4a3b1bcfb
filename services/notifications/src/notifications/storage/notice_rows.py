"""A notice as a row, and a row as a notice."""

from collections.abc import Mapping
from typing import Any

from notifications.domain.desk import Desk
from notifications.domain.notice import Notice
from notifications.domain.rule import Phrase

COLUMNS = """id, version, ce_id, rule_id, rule_version, event_type, office_id, role, urgency,
    subject_kind, subject_id, grid, premises_id, flagged, title_zh, title_en, body_zh, body_en,
    occurred_at, raised_at, acknowledge_by, stale_at, escalated_from, state, acknowledged_at,
    settled_by, settled_at"""


def notice_of(row: Mapping[str, Any]) -> Notice:
    """Return the notice of a row of `COLUMNS`."""
    return Notice(
        notice_id=row["id"],
        ce_id=row["ce_id"],
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        event_type=row["event_type"],
        desk=Desk(row["office_id"], row["role"]),
        urgency=row["urgency"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        grid=row["grid"],
        premises_id=row["premises_id"],
        flagged=row["flagged"],
        title=Phrase(row["title_zh"], row["title_en"]),
        body=Phrase(row["body_zh"], row["body_en"]),
        occurred_at=row["occurred_at"],
        raised_at=row["raised_at"],
        acknowledge_by=row["acknowledge_by"],
        stale_at=row["stale_at"],
        escalated_from=row["escalated_from"],
        state=row["state"],
        acknowledged_at=row["acknowledged_at"],
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
        version=row["version"],
    )


def values_of(notice: Notice) -> tuple[object, ...]:
    """Return what is inserted for a notice, in the order of the insert; the seal comes last."""
    return (
        notice.notice_id,
        notice.version,
        notice.ce_id,
        notice.rule_id,
        notice.rule_version,
        notice.event_type,
        notice.desk.office_id,
        notice.desk.role,
        notice.urgency,
        notice.subject_kind,
        notice.subject_id,
        notice.grid,
        notice.premises_id,
        notice.flagged,
        notice.title.zh,
        notice.title.en,
        notice.body.zh,
        notice.body.en,
        notice.occurred_at,
        notice.raised_at,
        notice.acknowledge_by,
        notice.stale_at,
        notice.escalated_from,
        notice.state,
    )
