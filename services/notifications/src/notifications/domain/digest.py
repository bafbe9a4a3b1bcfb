"""The weekly digest: counts from three upwards, one for each committee and week, never none.

A digest is sent in every week, also when nothing happened: its absence would say as much as its
text. A count below the threshold is not shown, so that no single incident can be read from it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from lianfang_common.clock import CIVIL_ZONE, civil_date
from notifications.domain.desk import Desk
from notifications.domain.rendering import Redacted, render
from notifications.domain.routing import Draft
from notifications.domain.rule import Phrase, Rule, Rulebook

COUNT_MIN = 3
"""Smallest count that is shown (features.md 4.1, minimisation)."""
_WEEK = timedelta(days=7)
_DIGESTS = UUID("6d0f5a1e-7c0b-5b0a-9d3c-2b1f6a7e8c90")


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday, in Asia/Shanghai."""

    monday: date

    @property
    def sunday(self) -> date:
        """Return the last day."""
        return self.monday + _WEEK - timedelta(days=1)

    @classmethod
    def of(cls, moment: datetime) -> "Week":
        """Return the week that a moment lies in."""
        return cls.with_day(civil_date(moment))

    @classmethod
    def with_day(cls, day: date) -> "Week":
        """Return the week of a civil day."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return its first moment, and the first one after it."""
        begins = datetime.combine(self.monday, time(), CIVIL_ZONE)
        return begins, begins + _WEEK

    def before(self) -> "Week":
        """Return the week before."""
        return Week(self.monday - _WEEK)


def digest_due(moment: datetime, at: time) -> datetime:
    """Return the first Monday, at a wall-clock time, that is later than a moment."""
    due = datetime.combine(Week.of(moment).monday, at, CIVIL_ZONE)
    return due if due > moment else due + _WEEK


def compose_digest(
    rule: Rule, committee: UUID, week: Week, count: int, book: Rulebook, now: datetime
) -> Draft:
    """Return the digest of one committee and week.

    Args:
        rule: the digest's rule.
        committee: whom it is for.
        week: what it covers.
        count: incidents counted; shown from `COUNT_MIN` upwards.
        book: templates and words.
        now: when the digest became due.
    """
    assert rule.role and rule.template
    few = Phrase(f"少于{COUNT_MIN}件", f"fewer than {COUNT_MIN}")
    shown = few if count < COUNT_MIN else Phrase(f"{count}件", str(count))
    redacted = Redacted({"count": shown, "first_day": week.monday, "last_day": week.sunday})
    return Draft(
        # The same digest has the same id whoever makes it, so that it is stored once.
        ce_id=uuid5(_DIGESTS, f"{committee}/{week.monday}"),
        rule=rule,
        desk=Desk(committee, rule.role),
        flagged=False,
        occurred_at=now,
        subject_kind="office",
        subject_id=committee,
        grid=None,
        premises_id=None,
        rendered=render(redacted, book.templates[rule.template], book.vocabulary),
    )
