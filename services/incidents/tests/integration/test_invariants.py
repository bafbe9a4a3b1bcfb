"""The rule about the audit sees its breach."""

from datetime import timedelta

from incidents_builders import GRID
from prometheus_client import REGISTRY

from incidents.invariants import INVARIANTS
from lianfang_watch.watching import Watcher


def shown() -> float | None:
    [rule] = INVARIANTS
    return REGISTRY.get_sample_value("common_invariant_breaches", {"rule": rule.name})


async def test_an_audit_row_that_nobody_seals_is_seen(rig):
    officer = rig.client()
    made = await officer.post(
        "/reports",
        {"source": "walk_in", "classification": "noise", "grid": GRID, "narrative": "楼上施工",
         "occurred_at": rig.clock.now()},
    )  # fmt: skip
    purpose = {"kind": "incident", "id": made.body["incident_id"], "reason": "核对"}
    path = f"/reports/{made.body['id']}/disclosures"
    assert (await officer.post(path, {"purpose": purpose})).status == 200
    watcher = Watcher(rig.units, INVARIANTS)
    await watcher.look()
    assert shown() == 0
    rig.clock.advance(timedelta(minutes=11))
    await watcher.look()
    assert shown() == 1
    async with rig.system_unit() as uow:
        assert await uow.seals.seal(10) == 1
    await watcher.look()
    assert shown() == 0
