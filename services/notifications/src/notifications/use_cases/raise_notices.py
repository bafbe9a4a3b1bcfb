"""Raise the notices that facts lead to: two statements a batch, however many facts."""

from collections.abc import Sequence

from lianfang_common.errors import Transient
from notifications.domain.digest import Week
from notifications.domain.fact import Fact
from notifications.domain.notice import Notice, Settled
from notifications.domain.routing import route
from notifications.storage.unit_of_work import NotificationsUnit


async def raise_notices(facts: Sequence[Fact], uow: NotificationsUnit) -> None:
    """Route facts; what comes of them is stored at the end of the transaction, all at once.

    A fact that makes waiting notices pointless settles them, also those of the same transaction.

    Raises:
        Transient: no office is known yet, so nobody could be told; the facts wait.
    """
    known = await uow.knowledge()
    for fact in facts:
        rules = known.by_event.get(fact.type, ())
        if known.directory.empty and any(rule.mode != "none" for rule in rules):
            raise Transient("no office is known yet")
        routed = route(fact, rules, known.book, known.directory)
        # Under several facts at once, the trace of the batch leads nowhere; their own ones do.
        trace = fact.traceparent if len(facts) > 1 else uow.traceparent
        for draft in routed.drafts:
            notice = Notice.of(draft, uow.now, uow.acknowledge_scale)
            uow.notices.collect(notice, draft.rule, trace)
        for settlement in known.settled_by.get(fact.type, ()):
            subject = fact.id_in(settlement.subject.field)
            for rule_id in settlement.rules:
                if subject:
                    uow.notices.collect_settled(Settled(fact.type, rule_id, subject))
        for each in routed.counted:
            # By the week in which it is heard of: a count that came late is in the next digest.
            uow.notices.collect_count(each.desk.office_id, each.rule.id, Week.of(uow.now).monday)
