"""Everybody acts at once: one office answers for an entry, and one act decides a case."""

import asyncio
from random import Random

import pytest
from population_builders import HEAD_A, OFFICER_A, OFFICER_B, ROOM_A, ROOM_B

FINE = {200, 404, 409, 412}


@pytest.mark.parametrize("seed", range(8))
async def test_whoever_comes_first_one_office_answers(rig, seed):
    random = Random(seed)
    case_id, entry_id, _ = await rig.opened()
    path = f"/residence-change-cases/{case_id}"
    reply = await rig.client(OFFICER_A).post(
        f"{path}/reviews", {"outcome": "confirmed"}, if_match='"1"'
    )
    assert reply.status == 200
    acts = [
        (OFFICER_B, f"{path}/acceptances", None, '"2"'),
        (OFFICER_B, f"{path}/acceptances", None, '"2"'),
        (OFFICER_B, f"{path}/refusals", {"reason": "not_resident"}, '"2"'),
        (OFFICER_A, f"{path}/visits-only", None, '"2"'),
        (HEAD_A, f"/supervision-entries/{entry_id}/delistings", None, '"1"'),
    ]
    random.shuffle(acts)
    replies = await asyncio.gather(
        *(rig.client(c).post(p, body, if_match=etag) for c, p, body, etag in acts[:4]),
        rig.look(),
    )
    statuses = [reply.status for reply in replies[:4]]
    assert set(statuses) <= FINE and 200 in statuses
    (entry,) = await rig.as_system("select state from supervision_entries")
    (case,) = await rig.as_system("select state from residence_change_cases")
    offices = await rig.responsible(entry_id)
    if entry["state"] == "delisted":
        assert offices == [] and case["state"] in ("closed", "accepted")
    else:
        assert offices == [ROOM_B if case["state"] == "accepted" else ROOM_A]
    history = await rig.as_system("select office_id from responsibilities order by since")
    assert len(history) == (2 if case["state"] == "accepted" else 1)
    decided = [
        kind
        for kind in ("accepted", "refused", "closed")
        for _ in await rig.published(f"residence-change.{kind}")
    ]
    # A refused case is open again, and ends with its entry.
    assert len(decided) == 1 or (decided == ["refused", "closed"] and not offices)
    assert len(await rig.published("supervision.moved")) == (decided == ["accepted"])


@pytest.mark.parametrize("seed", range(3))
async def test_one_key_sent_many_times_at_once_acts_once(rig, seed):
    case_id, _, _ = await rig.opened()
    path = f"/residence-change-cases/{case_id}/reviews"
    body, client = {"outcome": "confirmed"}, rig.client(OFFICER_A)
    replies = await asyncio.gather(
        *(client.post(path, body, key=f"key-{seed}", if_match='"1"') for _ in range(5))
    )
    assert {reply.status for reply in replies} <= {200, 409}
    assert len({reply.raw for reply in replies if reply.status == 200}) == 1
    assert len(await rig.published("residence-change.confirmed")) == 1
