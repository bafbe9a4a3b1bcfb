"""One member takes a notice over; it is closed for the whole desk."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import NotFound
from lianfang_edge.idempotency import Answer
from notifications.domain.desk import KIND_OF_ROLE, Desk
from notifications.storage.unit_of_work import NotificationsUnit


@dataclass(frozen=True, slots=True)
class AcknowledgeNotice:
    """What a member says; the comment is kept sealed."""

    notice_id: UUID
    comment: str | None


async def acknowledge_notice(command: AcknowledgeNotice, uow: NotificationsUnit) -> Answer:
    """Close a notice and drop its deadline; a second acknowledgement changes nothing.

    Where other desks of the chain were told too, they hear that it is handled.

    Raises:
        NotFound: there is none, or it is another desk's.
    """
    caller = uow.caller
    role = next((role for role in KIND_OF_ROLE if role == caller.role), None)
    if role is None or caller.office is None:
        raise NotFound
    await uow.notices.hold_deadline(command.notice_id)
    notice = await uow.notices.lock(command.notice_id, Desk(caller.office, role))
    in_a_chain = notice.escalated_from is not None or notice.state == "escalated"
    if notice.acknowledge(uow.now):
        await uow.notices.save_acknowledged(notice, caller.account, command.comment)
        if in_a_chain:
            uow.notices.settle_the_chain_of(notice)
    taken_at = notice.acknowledged_at or notice.settled_at
    assert taken_at
    return Answer(
        status=200,
        id=notice.notice_id,
        version=notice.version,
        facts={"state": notice.state, "acknowledged_at": taken_at.isoformat()},
    )
