"""Journey 1: a tenancy is registered, and who has to know knows it. docs/index.md walks here."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from journeys import (
    TYPED_NAMES,
    Watch,
    a_document_number,
    file_premises,
    post_tenancy,
    register_tenancy,
    resolve,
    the_notice,
    until,
)
from network import Network

from lianfang_demo.zone import today

pytestmark = pytest.mark.system

OFFICER, COMMITTEE = "beihe-officer1", "huaiyin-committee"
STRANGERS = ("beihe-officer2", "nanpu-officer1", "qingtang-committee", "beihe-justice")


@pytest.fixture
def premises(network: Network) -> str:
    return network.premises_in(network.grids_of(COMMITTEE))[0]


async def test_the_office_and_the_committee_of_the_place_get_one_notice_each(users, premises):
    officer = await users(OFFICER)
    office, committee = await Watch.of(officer), await Watch.of(await users(COMMITTEE))
    tenancy = await register_tenancy(officer, premises)
    (at_office,) = await office.gets(1)
    (at_committee,) = await committee.gets(1)
    assert (at_office["role"], at_office["subject_id"]) == ("officer", tenancy["id"])
    assert at_committee["role"] == "committee"


async def test_other_offices_get_nothing(users, premises):
    strangers = [await Watch.of(await users(login)) for login in STRANGERS]
    committee = await Watch.of(await users(COMMITTEE))
    await register_tenancy(await users(OFFICER), premises)
    await committee.gets(1)
    assert not [await stranger.fresh() for stranger in strangers if await stranger.fresh()]


async def test_the_committee_reads_no_persons_data_and_no_premises(users, network, premises):
    committee = await Watch.of(await users(COMMITTEE))
    tenancy = await register_tenancy(await users(OFFICER), premises)
    (notice,) = await committee.gets(1)
    shown = str(notice)
    assert premises not in shown
    assert tenancy["id"] not in shown
    assert not any(name in shown for name in TYPED_NAMES)
    person = await until("the residence", lambda: person_in(network, tenancy["id"]))
    assert person not in shown


async def person_in(network, tenancy_id):
    """Return the person of a tenancy's residence, once population recorded it."""
    rows = await network.query(
        "population", "select person_id from residences where tenancy_id = $1", tenancy_id
    )
    return str(rows[0]["person_id"]) if rows else None


async def test_population_records_the_residence_and_nobody_types_it(users, network, premises):
    tenancy = await register_tenancy(await users(OFFICER), premises)

    async def recorded():
        return await network.query(
            "population", "select grid from residences where tenancy_id = $1", tenancy["id"]
        )

    (row,) = await until("the residence in population", recorded)
    assert row["grid"] in network.grids_of(COMMITTEE)
    await the_notice(
        await users(OFFICER), tenancy["id"]
    )  # which the next test must not take for its own


async def test_extending_and_ending_tell_the_same_desks(users, premises):
    officer = await users(OFFICER)
    desks = [await Watch.of(officer), await Watch.of(await users(COMMITTEE))]
    tenancy = await register_tenancy(officer, premises)
    path = f"/api/v1/rentals/tenancies/{tenancy['id']}"
    now = await officer.get(path)
    later = date.fromisoformat(now.body["last_day"]) + timedelta(days=1)
    extended = await officer.post(f"{path}/extensions", {"last_day": str(later)}, if_match=now.etag)
    assert extended.status in {200, 201}, extended.body
    ended = await officer.post(
        f"{path}/endings", {"last_day": now.body["first_day"]}, if_match=extended.etag
    )
    assert ended.status in {200, 201}, ended.body
    for desk in desks:
        await desk.gets(3)


async def test_a_landlord_registers_at_the_own_premises_and_nowhere_else(users, network):
    landlord = await users("landlord1")
    own = [row["premises_id"] for row in network.rows("premises") if row.get("accounts")]
    foreign = next(
        row["premises_id"] for row in network.rows("premises") if not row.get("accounts")
    )
    committee = await Watch.of(await users(COMMITTEE))
    await register_tenancy(landlord, own[0])
    await committee.gets(1)
    for place in (foreign, str(uuid4())):
        with pytest.raises(AssertionError, match=r"404, .*premises-unknown"):
            await resolve(landlord, place)
    somebody_elses = await resolve(await users(OFFICER), foreign)
    its_own = await resolve(landlord, own[0])
    for receipt in (somebody_elses, its_own):
        refused = await post_tenancy(landlord, foreign, [receipt])
        assert (refused.status, refused.body["type"]) == (422, "/problems/receipt-invalid")


async def test_a_repeated_command_is_answered_and_not_done_again(users, network):
    officer = await users(OFFICER)
    premises = await file_premises(officer, network.grids_of(OFFICER)[0])
    receipt = await resolve(officer, premises, number=a_document_number())
    first = await post_tenancy(
        officer, premises, [receipt], first_day=today(), key="same-key-1" + receipt[-8:]
    )
    again = await post_tenancy(
        officer, premises, [receipt], first_day=today(), key="same-key-1" + receipt[-8:]
    )
    assert first.status == again.status == 201
    assert first.body == again.body
    await the_notice(officer, first.body["id"])
