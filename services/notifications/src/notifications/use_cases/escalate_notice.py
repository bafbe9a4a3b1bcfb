"""What happens when nobody acknowledged a notice in time."""

from uuid import UUID

from notifications.domain.desk import Desk
from notifications.domain.directory import Directory
from notifications.domain.notice import ACKNOWLEDGE_TIMER, Notice
from notifications.domain.rule import Rule
from notifications.storage.unit_of_work import NotificationsUnit


async def escalate_notice(notice_id: UUID, uow: NotificationsUnit) -> Notice | None:
    """Tell the next desk of the rule's chain, each at most once.

    A notice older than its limit goes stale instead and pages nobody. At the end of the chain it
    waits for that limit. One that was acknowledged meanwhile is left alone: both acts lock the
    notice first, so exactly one of them has its effect.

    Returns:
        the notice of the next desk, if it was told.
    """
    notice = await uow.notices.lock(notice_id)
    if notice.state != "raised":
        return None
    if uow.now >= notice.stale_at:
        notice.go_stale()
        await uow.notices.save_stale(notice)
        return None
    known = await uow.knowledge()
    rule = known.by_key[notice.rule_id, notice.rule_version]
    desk = next_desk(notice.desk, rule, known.directory)
    if desk is None:
        uow.schedule(ACKNOWLEDGE_TIMER, notice_id, notice.stale_at)
        return None
    mark = known.book.vocabulary.escalated
    following = notice.escalate(desk, rule, mark, uow.now, uow.acknowledge_scale)
    await uow.notices.save_escalated(notice, following, rule)
    return following


def next_desk(desk: Desk, rule: Rule, directory: Directory) -> Desk | None:
    """Return the next desk of the chain that exists, or None at its end."""
    role = rule.next_role(desk.role)
    while role:
        above = directory.superior(desk, role)
        if above:
            return above
        role = rule.next_role(role)
    return None
