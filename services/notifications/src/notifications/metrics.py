"""The service's metrics, declared once.

Notices of restricted events appear in none: their number would tell how many there are.
"""

from collections import Counter as Counted
from collections.abc import Iterable, Mapping
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from lianfang_common.events import topic_of
from notifications.consumed import FACT_READERS, RESTRICTED_TOPICS
from notifications.domain.notice import Notice

SHOWN = frozenset(kind for kind in FACT_READERS if topic_of(kind) not in RESTRICTED_TOPICS)
"""Event types whose notices may be counted."""

NOTICES_RAISED = Counter(
    "notifications_notices_raised_total", "Notices stored, restricted ones left out.", ["urgency"]
)
NOTICES_ESCALATED = Counter(
    "notifications_notices_escalated_total",
    "Notices nobody acknowledged in time, restricted ones left out.",
    ["urgency"],
)
UNACKNOWLEDGED_OVERDUE = Gauge(
    "notifications_unacknowledged_overdue",
    "Notices unacknowledged at the end of their escalation, restricted ones left out.",
    ["urgency"],
)
EVENT_TO_NOTICE_SECONDS = Histogram(
    "notifications_event_to_notice_seconds",
    "From the moment of an event to its notice being stored, restricted ones left out.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
_URGENCIES = ("high", "normal", "low")
for _urgency in _URGENCIES:
    # A rate exists before the first of them happens.
    NOTICES_RAISED.labels(_urgency)
    NOTICES_ESCALATED.labels(_urgency)


def observe_raised(notices: Iterable[Notice], now: datetime) -> None:
    """Record notices that were stored."""
    shown = [notice for notice in notices if _counts(notice)]
    for urgency, count in Counted(notice.urgency for notice in shown).items():
        NOTICES_RAISED.labels(urgency).inc(count)
    for notice in shown:
        if notice.escalated_from is None:
            EVENT_TO_NOTICE_SECONDS.observe((now - notice.occurred_at).total_seconds())


def observe_escalated(notice: Notice) -> None:
    """Record that the next desk was told."""
    if _counts(notice):
        NOTICES_ESCALATED.labels(notice.urgency).inc()


def observe_overdue(overdue: Mapping[str, int]) -> None:
    """Record how many notices of each urgency nobody has taken over."""
    for urgency in _URGENCIES:
        UNACKNOWLEDGED_OVERDUE.labels(urgency).set(overdue.get(urgency, 0))


def _counts(notice: Notice) -> bool:
    return notice.event_type in SHOWN
