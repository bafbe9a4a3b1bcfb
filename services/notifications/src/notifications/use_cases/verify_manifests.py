"""Check that what was sent is what the stored manifests say, for auditors and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from notifications.domain.manifest import manifest_of, sealed_text
from notifications.storage.unit_of_work import NotificationsUnit


@dataclass(frozen=True, slots=True)
class Verified:
    """How many notices were checked, and those whose words, rule or desk were changed since."""

    checked: int
    broken: tuple[UUID, ...]


async def verify_manifests(notice_ids: Sequence[UUID], uow: NotificationsUnit) -> Verified:
    """Compare each notice's keyed hash with its stored words and its rule's version.

    Args:
        notice_ids: which notices; all where none is named.
        uow: the open transaction.
    """
    book = await uow.rules.all()
    by_key = {rule.key: rule for rule in book.rules}
    checked, broken = 0, []
    async for notice, seal in uow.queries.sealed(notice_ids):
        checked += 1
        rule = by_key.get((notice.rule_id, notice.rule_version))
        if rule is None:
            broken.append(notice.notice_id)
            continue
        text = sealed_text(notice, manifest_of(rule, notice.desk.role))
        if not uow.seals.fit(text, seal):
            broken.append(notice.notice_id)
    return Verified(checked, tuple(broken))
