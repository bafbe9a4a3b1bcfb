"""The deadlines that notifications owns."""

from lianfang_common.unit import TimerRow
from notifications.domain.notice import ACKNOWLEDGE_TIMER, SETTLE_TIMER
from notifications.metrics import observe_escalated
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.escalate_notice import escalate_notice
from notifications.use_cases.send_digest import DIGEST_TIMER, send_digest
from notifications.use_cases.settle_chain import settle_chain


async def on_acknowledge_due(timer: TimerRow, uow: NotificationsUnit) -> None:
    """Tell the next desk, unless a member was quicker."""
    following = await escalate_notice(timer.subject, uow)
    if following:
        observe_escalated(following)


async def on_digest_due(timer: TimerRow, uow: NotificationsUnit) -> None:
    """Send a committee the digest of the week before."""
    await send_digest(timer.subject, timer.due_at, uow)


async def on_settle_due(timer: TimerRow, uow: NotificationsUnit) -> None:
    """Tell the other desks of a chain that one of them has acknowledged."""
    await settle_chain(timer.subject, uow)


TIMERS = {
    ACKNOWLEDGE_TIMER: on_acknowledge_due,
    SETTLE_TIMER: on_settle_due,
    DIGEST_TIMER: on_digest_due,
}
RESTRICTED = (ACKNOWLEDGE_TIMER, SETTLE_TIMER)
"""Restricted notices have these deadlines too; the number of the others is counted elsewhere."""
