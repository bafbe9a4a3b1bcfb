"""The district is defined from a file, again and again, and history stays."""

from datetime import timedelta

from population_builders import (
    COMMUNITY_A,
    GRID_A,
    GRID_A2,
    GRID_B,
    GRID_B2,
    LANDLORD,
    ROOM_A,
    ROOM_B,
)


async def test_defining_the_same_district_twice_changes_nothing(rig):
    before = await rig.published("area.office-defined")
    assert await rig.define() == (0, 0)
    assert await rig.published("area.office-defined") == before


async def test_everybody_may_list_areas_and_offices(rig):
    client = rig.client(LANDLORD)
    areas = (await client.get(f"/areas?prefix={COMMUNITY_A}")).body["items"]
    assert [area["code"] for area in areas] == [COMMUNITY_A, GRID_A, GRID_A2]
    offices = (await client.get("/offices?kind=room")).body["items"]
    assert {office["office_id"] for office in offices} == {str(ROOM_A), str(ROOM_B)}


async def test_pages_of_areas_follow_each_other(rig):
    client, seen, cursor = rig.client(LANDLORD), [], ""
    for _ in range(9):
        page = (await client.get(f"/areas?limit=3{cursor}")).body
        seen += [area["code"] for area in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == 8 and seen == sorted(seen)


async def test_a_split_moves_the_grid_and_keeps_the_old_office_in_history(rig):
    rig.clock.forward(days=1)
    changed = await rig.define(room_a={GRID_A}, room_b={GRID_A2, GRID_B, GRID_B2})
    assert changed == (0, 2)
    async with rig.system_unit() as uow:
        assert await uow.places.office_at(GRID_A2, "room") == ROOM_B
    history = await rig.as_system(
        "select office_id, valid_from, valid_to from office_grids"
        " where grid = $1 and kind = 'room' order by valid_from",
        GRID_A2,
    )
    assert [(row["office_id"], row["valid_to"]) for row in history] == [
        (ROOM_A, rig.today - timedelta(days=1)),
        (ROOM_B, None),
    ]
    stated = (await rig.published("area.office-defined"))[-2:]
    assert {office["office_id"]: office["grids"] for office in stated} == {
        str(ROOM_A): [GRID_A],
        str(ROOM_B): [GRID_A2, GRID_B, GRID_B2],
    }


async def test_stating_the_areas_again_repeats_the_versions_as_they_are(rig):
    async with rig.system_unit() as uow:
        assert await uow.places.state() == 16
    versions = await rig.as_system(
        "select type, aggregate_version from outbox where type like '%stated%'"
    )
    assert {row["aggregate_version"] for row in versions} == {1}
