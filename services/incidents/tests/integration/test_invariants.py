"""The rule about the audit sees its breach."""

from datetime import timedelta

from incidents_builders import read_what_was_told

from incidents.invariants import INVARIANTS
from lianfang_watch.testing import shown
from lianfang_watch.watching import Watcher


async def test_an_audit_row_that_nobody_seals_is_seen(rig):
    await read_what_was_told(rig, times=1)
    watcher = Watcher(rig.units, INVARIANTS)
    await watcher.look()
    assert set(shown(INVARIANTS).values()) == {0}
    rig.clock.advance(timedelta(minutes=11))
    await watcher.look()
    assert set(shown(INVARIANTS).values()) == {1}
    async with rig.system_unit() as uow:
        assert await uow.seals.seal(10) == 1
    await watcher.look()
    assert set(shown(INVARIANTS).values()) == {0}
