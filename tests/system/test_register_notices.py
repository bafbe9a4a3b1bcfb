"""Journey 3, the register: listing, review and the end of an entry reach who must know."""

from datetime import timedelta

import pytest
from journeys import notices, until
from register import CASES, ENTRIES, act, let_time_pass, list_somebody, move, the_case

from lianfang_demo.zone import today

pytestmark = pytest.mark.system

OFFICER, JUSTICE, ASSISTING = "beihe-officer1", "beihe-justice", "liudi-committee"
OTHERS = (
    *("huaiyin-committee", "shiqiao-committee", "dongdu-committee", "qingtang-committee"),
    *("yuntai-committee", "beihe-officer2", "nanpu-officer1", "nanpu-justice", "bureau"),
)
HELP_ITEM = {
    "population.supervision.listed.v1": "help-item.new",
    "population.supervision.moved.v1": "help-item.changed",
    "population.supervision.delisted.v1": "help-item.ended",
}
"""What the assisting committee hears instead: no type that says what happened to the person."""


@pytest.fixture
async def listed(users, network):
    """Somebody on the register whose entry names a committee as assisting."""
    return await list_somebody(
        users, network, OFFICER, assisting_committee=network.office(ASSISTING)
    )


async def _told(users, login, subject):
    return sorted(row["event_type"] for row in await notices(await users(login), subject))


async def _hear(users, logins, subject, kind):
    """Wait until each has heard once; the assisting committee hears of its item and no more."""
    wanted = {login: HELP_ITEM[kind] if login == ASSISTING else kind for login in logins}

    async def all_told():
        told = {login: await _told(users, login, subject) for login in logins}
        return all(told[login].count(type_) == 1 for login, type_ in wanted.items())

    await until(f"{kind} at {', '.join(logins)}", all_told)


async def _nobody_else(users, entry_id):
    told = {login: await _told(users, login, entry_id) for login in OTHERS}
    assert not any(told.values()), told


async def test_a_listing_is_heard_by_office_justice_and_the_assisting_committee_alone(
    users, listed
):
    kind = "population.supervision.listed.v1"
    await _hear(users, [OFFICER, JUSTICE, ASSISTING], listed.entry_id, kind)
    await _nobody_else(users, listed.entry_id)


async def test_the_committee_hears_of_an_item_and_of_no_person(users, listed):
    committee = await users(ASSISTING)
    await _hear(users, [ASSISTING], listed.entry_id, "population.supervision.listed.v1")
    (notice,) = await notices(committee, listed.entry_id)
    assert notice["subject_kind"] == "help_item"
    assert (notice["grid"], notice["body_zh"], notice["body_en"]) == (None, "", "")
    shown = str(notice)
    assert listed.person_id not in shown and listed.name not in shown
    read = await committee.get(f"{ENTRIES}/{listed.entry_id}")
    assert read.status == 200
    assert read.body == {"entry_id": str(listed.entry_id), "state": "active"}
    for login in ("huaiyin-committee", "dongdu-committee"):
        assert (await (await users(login)).get(f"{ENTRIES}/{listed.entry_id}")).status == 404


async def test_an_entry_without_an_assisting_committee_is_told_to_no_committee(users, network):
    alone = await list_somebody(users, network, OFFICER)
    await _hear(users, [OFFICER, JUSTICE], alone.entry_id, "population.supervision.listed.v1")
    await _nobody_else(users, alone.entry_id)
    assert not await _told(users, ASSISTING, alone.entry_id)


async def test_a_review_is_heard_by_the_responsible_office_alone(users, listed):
    path = f"{ENTRIES}/{listed.entry_id}"
    due = {"review_due_on": str(today() + timedelta(days=90))}
    reviewed = await act(await users(OFFICER), path, "reviews", due)
    assert reviewed.status == 200, reviewed.body
    await _hear(users, [OFFICER], listed.entry_id, "population.supervision.reviewed.v1")
    await _nobody_else(users, listed.entry_id)
    assert await _told(users, JUSTICE, listed.entry_id) == ["population.supervision.listed.v1"]
    assert await _told(users, ASSISTING, listed.entry_id) == ["help-item.new"]


async def test_a_delisting_is_heard_by_the_three_and_seals_the_entry(users, listed):
    path = f"{ENTRIES}/{listed.entry_id}"
    officer = await users(OFFICER)
    delisted = await act(officer, path, "delistings")
    assert delisted.status == 200, delisted.body
    kind = "population.supervision.delisted.v1"
    await _hear(users, [OFFICER, JUSTICE, ASSISTING], listed.entry_id, kind)
    await _nobody_else(users, listed.entry_id)
    assert (await officer.get(path)).status == 404


async def test_an_entry_ends_by_itself_the_day_after_its_last_day(users, network, listed):
    await _age(network, listed.entry_id)
    await let_time_pass(network, "population", "supervision-end", listed.entry_id)
    kind = "population.supervision.delisted.v1"
    await _hear(users, [OFFICER, JUSTICE, ASSISTING], listed.entry_id, kind)
    assert (await (await users(OFFICER)).get(f"{ENTRIES}/{listed.entry_id}")).status == 404


async def _age(network, entry_id):
    """Let an entry look as it does the day after its last day."""
    await network.query(
        "population",
        "update supervision_entries set ends_on = $2, review_due_on = $2 where entry_id = $1",
        entry_id,
        today() - timedelta(days=1),
    )


async def test_a_missed_review_goes_to_the_room_head(users, network, listed):
    await network.query(
        "population",
        "update supervision_entries set review_due_on = $2 where entry_id = $1",
        listed.entry_id,
        today() - timedelta(days=1),
    )
    await let_time_pass(network, "population", "supervision-review", listed.entry_id)
    kind = "population.supervision.review-overdue.v1"
    await _hear(users, ["beihe-head1"], listed.entry_id, kind)
    await _nobody_else(users, listed.entry_id)


async def test_the_assisting_committee_hears_of_a_move_only_after_b_has_accepted(
    users, network, listed
):
    old, new = await users(OFFICER), await users("nanpu-officer1")
    await move(users, network, listed, "nanpu-officer1")
    case = (await the_case(old, listed))["case_id"]
    confirmed = await act(old, f"{CASES}/{case}", "reviews", {"outcome": "confirmed"})
    assert confirmed.status == 200, confirmed.body
    await until("B's notice", lambda: notices(new, case))
    told = await _told(users, ASSISTING, listed.entry_id)
    assert told == ["help-item.new"]
    accepted = await act(new, f"{CASES}/{case}", "acceptances")
    assert accepted.status == 200, accepted.body
    kind = "population.supervision.moved.v1"
    await _hear(users, ["nanpu-officer1", "nanpu-justice", ASSISTING], listed.entry_id, kind)
    assert not await _told(users, ASSISTING, case)
