"""A district's file is checked as a whole before anything of it is stored."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from population_builders import GRID_A, GRID_B, a_district

from lianfang_common.errors import Invalid
from population.domain.places import Area, District, GridChange

grids = st.frozensets(st.integers(0, 20).map(lambda number: f"{number:015}"))


def refused(district: District) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as error:
        district.check()
    return error.value.slug, error.value.field


def test_the_small_district_fits():
    a_district().check()


def test_an_area_needs_the_one_above():
    district = a_district()
    district = replace(district, areas=(*district.areas, Area("990101999001", "无", "None")))
    assert refused(district) == ("area-unknown", "areas.8.code")


@pytest.mark.parametrize("code", ["", "99", "99010100100100", "9901010010010a1", "９９０１０１"])
def test_a_code_has_six_nine_twelve_or_fifteen_digits(code):
    district = replace(a_district(), areas=(Area(code, "无", "None"),))
    assert refused(district)[0] == "area-code-malformed"


def test_a_grid_has_one_room():
    assert refused(a_district(room_a={GRID_A, GRID_B})) == ("grid-held-twice", "offices")


def test_an_office_works_for_grids_that_exist():
    district = a_district(room_a={"990101001001009"})
    assert refused(district) == ("grid-unknown", "offices.2.grids")


def test_an_office_has_a_parent_of_the_same_file():
    district = a_district()
    broken = replace(district.offices[1], lead_parent=district.offices[1].id)
    assert (
        refused(replace(district, offices=(broken, *district.offices[2:])))[0] == "office-unknown"
    )


@given(grids, grids)
def test_what_is_gained_and_lost_turns_one_set_into_the_other(before, after):
    change = GridChange.between(before, after)
    assert (before - change.lost) | change.gained == after
    assert bool(change) == (before != after)
