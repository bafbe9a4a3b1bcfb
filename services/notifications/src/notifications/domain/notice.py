"""A notice: raised once for a desk, acknowledged by one of its members, or told to the next desk.

States: `raised` waits, `acknowledged` is closed for the whole desk, `escalated` has gone on to the
next desk as a notice of its own, `stale` was older than its limit before anybody could be told in
time. An escalated or stale notice can still be acknowledged; it never pages again. `settled` is one
that nobody need act on any more: what it asked for happened, or another desk of its chain
acknowledged it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from lianfang_common.ids import new_id
from notifications.domain.desk import Desk
from notifications.domain.routing import Draft
from notifications.domain.rule import Phrase, Rule, Urgency

State = Literal["raised", "acknowledged", "escalated", "stale", "settled"]

ACKNOWLEDGE_TIMER = "acknowledge"
SETTLE_TIMER = "settle"
BY_ACKNOWLEDGEMENT = "acknowledged"
"""What settles the other notices of a chain when one of its desks acknowledged."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What settles waiting notices.

    Attributes:
        by: the event's type, or `BY_ACKNOWLEDGEMENT`.
        rule_id: whose notices.
        subject_id: about what.
        ce_id: of which fact, or None for all facts about the subject.
    """

    by: str
    rule_id: str
    subject_id: UUID
    ce_id: UUID | None = None


@dataclass(slots=True)
class Notice:
    """One notice of one desk; its words never change."""

    notice_id: UUID
    ce_id: UUID
    rule_id: str
    rule_version: int
    event_type: str
    desk: Desk
    urgency: Urgency
    subject_kind: str
    subject_id: UUID
    grid: str | None
    premises_id: UUID | None
    flagged: bool
    title: Phrase
    body: Phrase
    occurred_at: datetime
    raised_at: datetime
    acknowledge_by: datetime | None
    stale_at: datetime
    escalated_from: UUID | None
    state: State
    acknowledged_at: datetime | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None
    version: int = 1

    @classmethod
    def of(cls, draft: Draft, now: datetime, scale: float) -> "Notice":
        """Make a notice of a draft.

        One whose fact is older than the rule's limit is stale from the start: it is kept for the
        desk's list and pages nobody.

        Args:
            draft: what routing made of a fact.
            now: the present moment.
            scale: stretches or shortens the rule's time to acknowledge.
        """
        rule = draft.rule
        stale_at = draft.occurred_at + rule.stale_after
        stale = now >= stale_at
        return cls(
            notice_id=new_id(),
            ce_id=draft.ce_id,
            rule_id=rule.id,
            rule_version=rule.version,
            event_type=rule.told_type,
            desk=draft.desk,
            urgency=rule.urgency,
            subject_kind=draft.subject_kind,
            subject_id=draft.subject_id,
            grid=draft.grid,
            premises_id=draft.premises_id,
            flagged=draft.flagged,
            title=draft.rendered.title,
            body=draft.rendered.body,
            occurred_at=draft.occurred_at,
            raised_at=now,
            acknowledge_by=None if stale else _acknowledge_by(rule, now, scale),
            stale_at=stale_at,
            escalated_from=None,
            state="stale" if stale else "raised",
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody may still have to act on it."""
        return self.state not in ("acknowledged", "settled")

    def acknowledge(self, now: datetime) -> bool:
        """Close the notice for its desk; False where that is done, or nobody need act."""
        if not self.is_open:
            return False
        self.state, self.acknowledged_at = "acknowledged", now
        self.version += 1
        return True

    def go_stale(self) -> None:
        """Stop paging anybody for it."""
        self.state = "stale"
        self.version += 1

    def escalate(
        self, desk: Desk, rule: Rule, mark: Phrase, now: datetime, scale: float
    ) -> "Notice":
        """Return the next desk's notice; this one waits no longer.

        The words are the ones already sent: nothing of the fact was kept besides them.

        Args:
            desk: who is told next.
            rule: the version by which this notice was raised.
            mark: what the title begins with from now on.
            now: the present moment.
            scale: see `of`.
        """
        self.state = "escalated"
        self.version += 1
        bare = self.escalated_from is None
        title = Phrase(mark.zh + self.title.zh, mark.en + self.title.en) if bare else self.title
        return replace(
            self,
            notice_id=new_id(),
            desk=desk,
            title=title,
            raised_at=now,
            acknowledge_by=_acknowledge_by(rule, now, scale),
            escalated_from=self.notice_id,
            state="raised",
            version=1,
        )


def _acknowledge_by(rule: Rule, now: datetime, scale: float) -> datetime | None:
    within: timedelta | None = rule.acknowledge_within
    return now + within * scale if within else None
