"""What holds in the database of notifications at every time, beside the rules of delivery."""

from datetime import datetime
from typing import Any

from lianfang_watch.watching import Invariant
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.verify_manifests import verify_manifests


async def _broken_seals(uow: NotificationsUnit, driver: Any, since: datetime) -> int:
    rows = await driver.fetch("select id from notices where raised_at >= $1", since)
    if not rows:
        return 0  # no id at all would ask for every notice
    return len((await verify_manifests([row["id"] for row in rows], uow)).broken)


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "notice-twice",
        """select count(*) from (select from notices where raised_at >= $1
            group by ce_id, rule_id, office_id, role having count(*) > 1) as twice""",
    ),
    Invariant(
        "notice-not-told-once",
        """select count(*) from (
            select from notices n left join outbox o
                on o.key = n.id and o.type = 'notifications.notice.raised.v1'
                and (o.published_on is null or o.published_on >= ($1 at time zone 'UTC')::date)
            where n.raised_at >= $1 and n.state <> 'stale'
            group by n.id having count(o.key) <> 1) as odd""",
    ),
    Invariant(
        "escalation-without-one-follower",
        """select count(*) from (
            select from notices n left join notices f on f.escalated_from = n.id
            where n.raised_at >= $1 and n.state = 'escalated'
            group by n.id having count(f.id) <> 1) as odd""",
    ),
    Invariant("manifest-does-not-fit", _broken_seals),
)
