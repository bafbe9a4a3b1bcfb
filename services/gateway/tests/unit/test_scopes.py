"""From the grids of an office to the areas of a caller."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.roles import ROLES
from gateway.scopes import areas_of, ranges_of
from lianfang_common.principal import AreaRange

GRID = st.integers(0, 40).map(lambda n: f"9901010010{n:05}")


@given(st.sets(GRID), GRID)
def test_ranges_cover_exactly_the_grids_of_the_office(grids: set[str], asked: str):
    assert any(area.covers(asked) for area in ranges_of(grids)) == (asked in grids)


@given(st.sets(GRID))
def test_ranges_are_as_few_as_can_be(grids: set[str]):
    ranges = ranges_of(grids)
    ends = {area.end for area in ranges}
    assert not ends & {area.first for area in ranges}


def test_a_community_may_be_split_between_two_offices():
    assert ranges_of(["990101001001001", "990101001001003"]) == (
        AreaRange("990101001001001", "990101001001002"),
        AreaRange("990101001001003", "990101001001004"),
    )


def test_the_bureau_and_the_intake_see_the_county():
    county = (AreaRange("990101", "990102"),)
    assert areas_of("bureau", ["990101001001001"], ["880101"]) == county
    assert areas_of("feed", [], ["990101"]) == county


def test_who_needs_no_area_has_none():
    for role in ("landlord", "ops", "auditor"):
        assert areas_of(role, ["990101001001001"], ["990101"]) == ()


def test_every_role_that_takes_notices_has_an_office():
    assert all(role.areas != "none" for role in ROLES.values() if role.desk)
