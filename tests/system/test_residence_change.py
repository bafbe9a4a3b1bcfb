"""Journey 3: a person on the register moves; the offices concerned know, and nobody else."""

import pytest
from journeys import notices, register_tenancy, until
from moving import NEW, OLD
from register import CASES, act, answers_for

pytestmark = pytest.mark.system

JUSTICE, HEAD = "nanpu-justice", "nanpu-head1"
COMMITTEE = "dongdu-committee"


async def notices_of(users, login, subject):
    return await notices(await users(login), subject)


def _ok(reply):
    assert reply.status in {200, 201}, (reply.status, reply.body)


async def test_a_confirmed_move_is_handed_over_and_a_stays_responsible_until_b_accepts(
    users, network, listed, case
):
    old, new = await users(OLD), await users(NEW)
    path = f"{CASES}/{case}"
    assert (await new.get(path)).status == 404
    assert not await notices(new, case)
    _ok(await act(old, path, "reviews", {"outcome": "confirmed"}))
    await until("B's notice", lambda: notices(new, case))
    await until("the justice office's notice", lambda: notices_of(users, JUSTICE, case))
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]
    _ok(await act(new, path, "acceptances"))
    assert await answers_for(network, listed.entry_id) == [network.office(NEW)]


async def test_no_committee_and_no_landlord_can_learn_of_the_case(users, case):
    await until("A's notice", lambda: notices_of(users, OLD, case))
    for login in (COMMITTEE, "huaiyin-committee", "landlord1"):
        assert (await (await users(login)).get(CASES)).status == 403
    for login in (COMMITTEE, "huaiyin-committee", "nanpu-chief", "bureau"):
        assert not await notices_of(users, login, case)


async def test_mistaken_identity_ends_the_case_and_b_never_hears_of_it(
    users, network, listed, case
):
    closed = await act(
        await users(OLD), f"{CASES}/{case}", "reviews", {"outcome": "mistaken_identity"}
    )
    _ok(closed)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]
    assert not await notices_of(users, NEW, case)
    assert (await (await users(NEW)).get(f"{CASES}/{case}")).status == 404


async def test_a_refused_move_goes_back_to_a_and_a_visit_ends_it(users, network, listed, case):
    old, new, path = await users(OLD), await users(NEW), f"{CASES}/{case}"
    _ok(await act(old, path, "reviews", {"outcome": "confirmed"}))
    before = len(await notices(old, case))
    _ok(await act(new, path, "refusals", {"reason": "not_resident"}))

    async def heard():
        return len(await notices(old, case)) > before

    await until("A's notice of the refusal", heard)
    assert await answers_for(network, listed.entry_id) == [network.office(OLD)]
    _ok(await act(old, path, "reviews", {"outcome": "visit_only"}))
    assert (await old.get(path)).body["outcome"] == "visit_only"


async def test_b_silent_for_too_long_escalates_to_the_room_head(users, case):
    _ok(await act(await users(OLD), f"{CASES}/{case}", "reviews", {"outcome": "confirmed"}))
    await until("the room head's notice", lambda: notices_of(users, HEAD, case), seconds=20)


async def test_a_tenancy_of_nobody_on_the_register_leaves_no_row(users, network):
    before = await _cases(network)
    tenancy = await register_tenancy(
        await users(OLD), network.premises_in(network.grids_of("huaiyin-committee"))[0]
    )

    async def recorded():
        return await network.query(
            "population", "select 1 from residences where tenancy_id = $1", tenancy["id"]
        )

    await until("the residence", recorded)

    async def looked_at():
        left = await network.query("population", "select 1 from match_queue")
        return not left

    await until("the matcher's empty queue", looked_at)
    assert await _cases(network) == before


async def _cases(network):
    (row,) = await network.query(
        "population", "select count(*) as number from residence_change_cases"
    )
    return row["number"]
