"""Take in what population says of offices; a new committee gets its weekly digest."""

from collections.abc import Sequence

from notifications.domain.digest import digest_due
from notifications.domain.directory import Office
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.send_digest import DIGEST_TIMER


async def apply_offices(stated: Sequence[Office], uow: NotificationsUnit) -> None:
    """Keep every version of each office.

    A digest's moment is set only once, for a committee not heard of before: set again, it would
    replace one that is due and not yet sent.
    """
    new = set(await uow.places.apply_offices(stated))
    committees = {office.office_id for office in stated if office.kind == "committee"}
    for office_id in sorted(new & committees):
        uow.schedule(DIGEST_TIMER, office_id, digest_due(uow.now, uow.digest_at))
