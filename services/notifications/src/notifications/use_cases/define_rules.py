"""Add rule versions from a file; what was sent by an older version stays as it was."""

from notifications.domain.rule import Rulebook
from notifications.storage.unit_of_work import NotificationsUnit


async def define_rules(book: Rulebook, uow: NotificationsUnit) -> int:
    """Add the versions that are not there yet; return how many were new."""
    return await uow.rules.add(book)
