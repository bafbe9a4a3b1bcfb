"""Each rule about the register and its audit sees its breach, and is silent where none is."""

import asyncpg
import pytest

from lianfang_watch.testing import shown
from lianfang_watch.watching import Watcher
from population.invariants import INVARIANTS

PLANTED = {
    "entry-without-one-office": "delete from responsibilities",
    "office-gap-or-overlap": """insert into responsibilities
        (responsibility_id, entry_id, office_id, since, until)
        select gen_random_uuid(), entry_id, office_id, since - interval '2 days',
        since - interval '1 day' from responsibilities""",
    "audit-not-sealed": "update audit set at = at - interval '1 hour', sealed = false",
}


def test_every_rule_is_planted_here():
    assert {each.name for each in INVARIANTS} == PLANTED.keys()


@pytest.mark.parametrize("rule", PLANTED)
async def test_a_rule_sees_its_breach(rig, place, rule):
    await rig.listed()
    watcher = Watcher(rig.runtime.units(), INVARIANTS)
    await watcher.look()
    assert set(shown(INVARIANTS).values()) == {0}
    admin = await asyncpg.connect(place.admin_url)
    await admin.execute("set session_replication_role = replica;" + PLANTED[rule])
    await admin.close()
    await watcher.look()
    assert shown(INVARIANTS)[rule] == 1
