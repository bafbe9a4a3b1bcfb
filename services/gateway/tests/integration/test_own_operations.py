"""Operators ask every service how it runs, the gateway itself among them, and nobody else does."""

import pytest
from gateway_rig import Rig

from gateway.roles import SERVICES
from lianfang_common.ids import new_id

OWN = "/api/v1/gateway/operations"
WHY = {"why": "the reader is mended"}
_LETTER = """insert into dead_letter (id, consumer_group, topic, partition, log_offset, key, ce_id,
    state, reason, parked_at) values ($1, 'gateway.main', 'population.area', 0, 0,
    gen_random_uuid(), gen_random_uuid(), 'failed', 'invalid', now())"""


@pytest.fixture
async def letter(rig: Rig, owner):
    """A letter that the gateway parked."""
    parked = new_id()
    await owner.execute(_LETTER, parked)
    yield str(parked)
    await owner.execute("delete from dead_letter; delete from dead_letter_act")


async def test_an_operator_is_passed_on_to_what_every_service_says_of_its_operation(rig: Rig):
    ops = await rig.logged_in("ops.x", role="ops", office=None)
    for service in SERVICES:
        assert (await ops.get(f"/api/v1/{service}/operations/state")).status == 200
    for path in ("persons/operations", "operationsx/state", "operations-/state"):
        assert (await ops.get(f"/api/v1/population/{path}")).status == 403, path
    assert len(rig.upstream.asked) == len(SERVICES)


async def test_an_operator_settles_a_letter_of_the_gateway_itself(rig: Rig, letter: str):
    ops = await rig.logged_in("ops.x", role="ops", office=None)
    state = await ops.get(f"{OWN}/state")
    assert (state.status, state.body["service"]) == (200, "gateway")
    listed = (await ops.get(f"{OWN}/dead-letters")).body["items"]
    assert [each["id"] for each in listed] == [letter]
    answer = await ops.post(f"{OWN}/dead-letters/{letter}/replay", json=WHY)
    assert (answer.status, answer.text) == (204, "")
    kept = await rig.rows("select state from dead_letter")
    assert [row["state"] for row in kept] == ["replay"]


@pytest.mark.parametrize(
    ("headers", "status", "slug"),
    [
        ({"Origin": "https://evil.example"}, 403, "foreign-origin"),
        ({"Origin": None, "Sec-Fetch-Site": "cross-site"}, 403, "foreign-origin"),
        ({"Idempotency-Key": None}, 422, "idempotency-key-required"),
    ],
)
async def test_no_other_site_settles_a_letter_with_an_operators_session(
    rig: Rig, letter: str, headers: dict[str, str | None], status: int, slug: str
):
    ops = await rig.logged_in("ops.x", role="ops", office=None)
    answer = await ops.post(f"{OWN}/dead-letters/{letter}/drop", json=WHY, headers=headers)
    assert (answer.status, answer.body["type"]) == (status, f"/problems/{slug}")
    assert await rig.rows("select from dead_letter where closed_at is null")


async def test_nobody_else_learns_how_the_gateway_runs(rig: Rig, letter: str):
    paths = (f"{OWN}/state", f"{OWN}/dead-letters")
    officer, stranger = await rig.logged_in(), rig.browser()
    for path in paths:
        assert ((await officer.get(path)).status, (await stranger.get(path)).status) == (403, 401)
    for act in ("replay", "drop"):
        path = f"{OWN}/dead-letters/{letter}/{act}"
        assert (await officer.post(path, json=WHY)).status == 403
        assert (await stranger.post(path, json=WHY)).status == 401
    assert await rig.rows("select from dead_letter where closed_at is null")
