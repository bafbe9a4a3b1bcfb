"""Each rule about notices sees its breach, and is silent where nothing is wrong."""

import pytest
from notifications_builders import a_body

from lianfang_watch.testing import shown
from lianfang_watch.watching import Watcher
from notifications.invariants import INVARIANTS

OPENED = "incidents.incident.opened.v1"
PLANTED = {
    "notice-not-told-once": "delete from outbox where type = 'notifications.notice.raised.v1'",
    "escalation-without-one-follower": "update notices set escalated_from = null",
    "manifest-does-not-fit": "update notices set title_zh = title_zh || '。'",
    "notice-twice": """insert into notices select (jsonb_populate_record(n,
        jsonb_build_object('id', gen_random_uuid()))).* from notices n limit 1""",
}


def test_every_rule_is_planted_here():
    assert {each.name for each in INVARIANTS} == PLANTED.keys()


@pytest.mark.parametrize("rule", PLANTED)
async def test_a_rule_sees_its_breach(network, rule):
    network.say(OPENED)
    network.say("rentals.tenancy.registered.v1", a_body("rentals.tenancy.registered.v1"))
    await network.deliver()
    [due] = await network.sql("select min(due_at) from timer where kind = 'acknowledge'")
    await network.fire(due[0] - network.clock.now())
    watcher = Watcher(network.units, INVARIANTS)
    await watcher.look()
    assert set(shown(INVARIANTS).values()) == {0}
    if rule == "notice-twice":
        await network.sql("drop index notices_once")
    try:
        await network.sql(PLANTED[rule])
        await watcher.look()
        assert shown(INVARIANTS)[rule] == 1
    finally:
        if rule == "notice-twice":
            await network.sql("truncate notices")
            await network.sql(
                "create unique index notices_once on notices (ce_id, rule_id, office_id, role)"
            )
