"""Send a committee its weekly digest, and set the next one's moment."""

from datetime import datetime
from uuid import UUID

from notifications.domain.digest import Week, compose_digest, digest_due
from notifications.domain.notice import Notice
from notifications.storage.unit_of_work import NotificationsUnit

DIGEST_TIMER = "digest"


async def send_digest(committee: UUID, due_at: datetime, uow: NotificationsUnit) -> None:
    """Store the digest of the week before a Monday; the next is scheduled with it, in one act.

    Args:
        committee: whom it is for.
        due_at: the Monday; one that comes late still covers its own week.
        uow: the open transaction.
    """
    known = await uow.knowledge()
    week = Week.of(due_at).before()
    drafted = []
    for rule in known.book.current():
        if rule.mode == "digest":
            count = await uow.notices.counted(committee, rule.id, week.monday)
            draft = compose_digest(rule, committee, week, count, known.book, due_at)
            drafted.append((Notice.of(draft, uow.now, uow.acknowledge_scale), rule))
    await uow.notices.add(drafted)
    uow.schedule(DIGEST_TIMER, committee, digest_due(due_at, uow.digest_at))
