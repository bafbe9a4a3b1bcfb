"""Whatever district runs, its parts are played by users who are there."""

import pytest

from lianfang_demo.cast import Cast
from lianfang_demo.district import accounts, district
from lianfang_demo.profiles import PROFILES


def the_cast(name: str) -> Cast:
    layout = PROFILES[name].layout
    return Cast.found(district(7, layout), accounts(7, layout))


def test_the_smallest_district_is_played_by_those_whom_the_readme_names():
    cast = the_cast("ci")
    assert (cast.first.officer, cast.second.officer) == ("beihe-officer1", "nanpu-officer1")
    assert (cast.first.community.committee, cast.second.community.committee) == (
        "huaiyin-committee",
        "dongdu-committee",
    )


@pytest.mark.parametrize(("name", "rooms"), [("ci", 4), ("station", 12), ("district", 19)])
def test_every_room_plays_with_its_own_people(name, rooms):
    layout = PROFILES[name].layout
    made = {account["login"]: account for account in accounts(7, layout)}
    cast = the_cast(name)
    assert len(cast.rooms) == rooms
    for room in cast.rooms:
        assert made[room.officer]["office_id"] == made[room.head]["office_id"] == room.office_id
        for community in room.communities:
            assert {grid for grid in layout.grids() if grid.startswith(community.code)} <= set(
                room.grids
            )
            assert made[community.committee]["role"] == "committee"


@pytest.mark.parametrize("name", ["ci", "station", "district"])
def test_the_told_morning_watches_both_rooms_and_some_who_hear_nothing(name):
    cast = the_cast(name)
    watched = cast.watched()
    assert cast.first is not cast.second
    for room in (cast.first, cast.second):
        assert {room.officer, room.community.committee, room.justice} <= set(watched)
    assert len(watched) == len(set(watched)) >= 9


def test_a_district_without_a_landlord_says_what_is_missing():
    layout = PROFILES["ci"].layout
    others = [one for one in accounts(7, layout) if one["role"] != "landlord"]
    with pytest.raises(LookupError, match="role landlord"):
        Cast.found(district(7, layout), others)
