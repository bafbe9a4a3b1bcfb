"""Each rule about the feed sees its breach, and is silent where nothing is wrong."""

import pytest

from gateway.invariants import INVARIANTS
from lianfang_common.ids import new_id
from lianfang_watch.testing import shown
from lianfang_watch.watching import Watcher

_LINE = """insert into feed (office, role, number, ce_id, kind, notice_id, body, stored_at)
    values ($1, 'officer', $2, $3, 'raised', $4, '{}', $5)"""
_CLAIM = "insert into inbox (consumer_group, ce_id) values ('gateway.live', $1)"


@pytest.mark.parametrize("rule", [each.name for each in INVARIANTS])
async def test_a_rule_sees_its_breach(rig, owner, rule):
    runtime, office, told = rig.running.runtime, new_id(), [new_id() for _ in range(3)]
    watcher, now = Watcher(runtime.units(), INVARIANTS), runtime.clock.now()
    async with runtime.system.transaction() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        for number, ce_id in enumerate(told, start=1):
            await driver.execute(_LINE, office, number, ce_id, new_id(), now)
            await driver.execute(_CLAIM, ce_id)
    await watcher.look()
    assert set(shown(INVARIANTS).values()) == {0}
    async with runtime.system.transaction() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        if rule == "feed-gap":
            await driver.execute(_LINE, office, 5, new_id(), new_id(), now)
        else:
            await driver.execute(_CLAIM, new_id())
    await watcher.look()
    assert shown(INVARIANTS) == {**dict.fromkeys(shown(INVARIANTS), 0), rule: 1}
