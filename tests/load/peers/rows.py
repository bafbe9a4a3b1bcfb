"""What one fact leads to, as plain rows: the project's own routing, shared by every peer.

The peers differ in how they consume and store, and in nothing else: each is given the same rules,
the same redaction and words, and the same seal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianfang_common.ids import new_id
from lianfang_edge.fieldcrypto import KeyRing
from notifications.consumed import FACT_READERS
from notifications.domain.digest import Week
from notifications.domain.directory import Directory
from notifications.domain.fact import Fact
from notifications.domain.manifest import manifest_of, sealed_text
from notifications.domain.notice import ACKNOWLEDGE_TIMER, Notice
from notifications.domain.routing import route, rules_by_event
from notifications.published import raised
from notifications.storage.rulebook import packaged_rules
from notifications.storage.seals import Seals

READERS = FACT_READERS
"""Pydantic models of the bodies, by event type."""
NOTICE_COLUMNS = (
    "id", "ce_id", "rule_id", "rule_version", "event_type", "office_id", "role", "urgency",
    "subject_kind", "subject_id", "grid", "flagged", "title_zh", "title_en", "body_zh", "body_en",
    "occurred_at", "raised_at", "acknowledge_by", "stale_at", "state", "seal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows of one fact, each a mapping by column."""

    notices: list[dict[str, Any]]
    timers: list[dict[str, Any]]
    counts: list[tuple[UUID, date, str]]
    outbox: list[dict[str, Any]]


class Rules:
    """The rules, the district and the key of the seal, in memory."""

    def __init__(self, district: tuple[list[Any], list[Any]], seal_key: str) -> None:
        self._book = packaged_rules()
        self._by_event = rules_by_event(self._book.current())
        self._directory = Directory(*district)
        self._seals = Seals(KeyRing("1", {"1": bytes.fromhex(seal_key)}))
        self._manifests: dict[Any, Any] = {}

    def outcome(
        self,
        ce_id: UUID,
        event_type: str,
        occurred_at: datetime,
        fields: Mapping[str, object],
        now: datetime,
    ) -> Outcome:
        """Return the rows that a fact leads to."""
        fact = Fact(ce_id, event_type, occurred_at, fields)
        routed = route(fact, self._by_event.get(event_type, ()), self._book, self._directory)
        found = Outcome([], [], [], [])
        for draft in routed.drafts:
            notice = Notice.of(draft, now, 1.0)
            found.notices.append(self._row(notice, draft.rule))
            if notice.acknowledge_by:
                found.timers.append(
                    {
                        "kind": ACKNOWLEDGE_TIMER,
                        "subject": notice.notice_id,
                        "due_at": notice.acknowledge_by,
                    }
                )
            event = raised(notice)
            found.outbox.append(
                {
                    "message_id": new_id(),
                    "topic": event.TOPIC.name,
                    "key": notice.notice_id,
                    "type": event.TYPE,
                    "occurred_at": now,
                    "body": event.model_dump_json(),
                }
            )
        for each in routed.counted:
            found.counts.append((each.desk.office_id, Week.of(now).monday, each.rule.id))
        return found

    def _row(self, notice: Notice, rule: Any) -> dict[str, Any]:
        key = (rule.key, notice.desk.role)
        if key not in self._manifests:
            self._manifests[key] = manifest_of(rule, notice.desk.role)
        values = (
            notice.notice_id, notice.ce_id, notice.rule_id, notice.rule_version,
            notice.event_type, notice.desk.office_id, notice.desk.role, notice.urgency,
            notice.subject_kind, notice.subject_id, notice.grid, notice.flagged,
            notice.title.zh, notice.title.en, notice.body.zh, notice.body.en,
            notice.occurred_at, notice.raised_at, notice.acknowledge_by, notice.stale_at,
            notice.state, self._seals.of(sealed_text(notice, self._manifests[key])),
        )  # fmt: skip
        return dict(zip(NOTICE_COLUMNS, values, strict=True))
