"""One desk of a chain acknowledged; the others need not act any more."""

from uuid import UUID

from notifications.domain.notice import BY_ACKNOWLEDGEMENT, Settled
from notifications.storage.unit_of_work import NotificationsUnit


async def settle_chain(notice_id: UUID, uow: NotificationsUnit) -> None:
    """Settle the notices that lead to an acknowledged one, and those that it led to."""
    notice = await uow.notices.lock(notice_id)
    same = notice.rule_id, notice.subject_id, notice.ce_id
    await uow.notices.settle([Settled(BY_ACKNOWLEDGEMENT, *same)])
