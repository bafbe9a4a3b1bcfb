"""One member takes a notice over for the whole desk; one that nobody takes goes further up."""

import pytest
from journeys import file_premises, notices, report, the_notice, until
from network import created
from register import let_time_pass

pytestmark = pytest.mark.system

OFFICER, HEAD, CHIEF = "nanpu-officer2", "nanpu-head2", "nanpu-chief"
NOTICES = "/api/v1/notifications/notices"


@pytest.fixture
async def notice(users, network):
    """The officers' notice of an incident that asks for an acknowledgement."""
    officer = await users(OFFICER)
    premises = await file_premises(officer, network.grids_of("yuntai-committee")[0])
    opened = created(await report(officer, "noise", premises_id=premises))
    return await the_notice(officer, opened["incident_id"])


async def _at(users, login, subject):
    return await notices(await users(login), subject)


async def test_an_acknowledgement_closes_the_notice_for_the_desk_and_nobody_is_paged_after_it(
    users, network, notice
):
    officer, path = await users(OFFICER), f"{NOTICES}/{notice['id']}"
    taken = await officer.post(f"{path}/acknowledgements", {"comment": "今天上门走访"})
    assert taken.status in {200, 201}, taken.body
    read = (await officer.get(path)).body
    assert (read["state"], read["comment"]) == ("acknowledged", "今天上门走访")
    still_open = await officer.get(NOTICES, state="open", limit=200)
    assert notice["id"] not in {row["id"] for row in still_open.body["items"]}
    left = await network.query(
        "notifications", "select 1 from timer where subject = $1", notice["id"]
    )
    assert not left
    assert not await _at(users, HEAD, notice["subject_id"])


async def test_a_notice_that_nobody_takes_goes_to_the_room_head_once(users, network, notice):
    await let_time_pass(network, "notifications", "acknowledge", notice["id"])
    found = await until("the room head's notice", lambda: _at(users, HEAD, notice["subject_id"]))
    assert [row["escalated_from"] for row in found] == [notice["id"]]
    own = await (await users(OFFICER)).get(f"{NOTICES}/{notice['id']}")
    assert own.body["state"] == "escalated"
    assert not await _at(users, CHIEF, notice["subject_id"])


async def test_the_comment_is_for_the_desk_alone(users, network, notice):
    officer = await users(OFFICER)
    path = f"{NOTICES}/{notice['id']}"
    await officer.post(f"{path}/acknowledgements", {"comment": "门锁已换"})
    for login in (HEAD, CHIEF, "yuntai-committee", "nanpu-officer1"):
        assert (await (await users(login)).get(path)).status == 404
        assert (await (await users(login)).post(f"{path}/acknowledgements")).status == 404
    (kept,) = await network.query(
        "notifications", "select comment_sealed from notices where id = $1", notice["id"]
    )
    assert "门锁".encode() not in kept["comment_sealed"]
    told = await network.query(
        "notifications",
        "select convert_from(body, 'UTF8') as body from outbox where key = $1",
        notice["id"],
    )
    assert told and not any("门锁" in row["body"] for row in told)
