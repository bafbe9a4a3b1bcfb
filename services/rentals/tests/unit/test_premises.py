"""The file of premises: a house number names no person, and a landlord is an id or a business."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rentals_builders import GRID, a_tenancy, some_premises

from lianfang_common.errors import Invalid
from lianfang_common.ids import new_id
from rentals.domain.landlords import (
    LettingOrganisation,
    LettingPerson,
    check_character,
)
from rentals.domain.premises import Premises, PremisesFiled, PremisesKind
from rentals.storage.queries import AreaNames

STEM = "91990101MA0000001"


def filed(grid=GRID, rooms=3, label="3号楼-201") -> Premises:
    return Premises.file(new_id(), grid, PremisesKind.FLAT, rooms, label)


@pytest.mark.parametrize("label", ["12", "12-3A", "A3栋2单元301室", "3号楼-201", "7弄12号"])
def test_house_numbers_are_taken(label):
    assert filed(label=label).label == label


@pytest.mark.parametrize(
    "label",
    ["", "王小明家", "3号楼 张三", "19900000001", "199-0000-0001", "Wang 3", "3号\n4", "1" * 18],
)
def test_a_label_with_room_for_a_name_or_a_number_is_refused(label):
    with pytest.raises(Invalid) as refused:
        filed(label=label)
    assert (refused.value.slug, refused.value.field) == ("house-number", "label")


@given(st.from_regex(r"\A\d{11}\Z|\A\d{17}[\dX]\Z", fullmatch=True))
def test_no_phone_and_no_document_number_passes_as_a_house_number(number):
    with pytest.raises(Invalid):
        filed(label=number)


@pytest.mark.parametrize("grid", ["", "99010100100100", "9901010010010011", "99010100100100a"])
def test_a_grid_code_has_fifteen_digits(grid):
    with pytest.raises(Invalid, match="grid-code"):
        filed(grid=grid)


@pytest.mark.parametrize("rooms", [0, -1, 201, 10**12])
def test_rooms_are_counted_from_one_to_two_hundred(rooms):
    with pytest.raises(Invalid, match="rooms-count"):
        filed(rooms=rooms)


def test_filing_is_announced_once_with_place_kind_and_rooms():
    premises = filed()
    assert premises.events == [PremisesFiled(premises.id, GRID, PremisesKind.FLAT, 3)]


def test_a_tenancy_is_let_by_whom_the_file_names_unless_it_says_otherwise():
    someone = LettingPerson(new_id(), new_id())
    premises = some_premises(landlord=someone)
    assert a_tenancy(premises=premises).landlord == someone


def test_an_organisation_is_known_by_a_code_with_a_right_check_character():
    code = STEM + check_character(STEM)
    assert LettingOrganisation.named(" 安居房屋租赁有限公司 ", code, "let_by").credit_code == code


def test_the_check_character_follows_the_standards_own_example():
    # GB 32100-2015 lists digits and letters without I, O, S, V, Z; weights are powers of 3.
    weights = [pow(3, n, 31) for n in range(17)]
    assert weights[:6] == [1, 3, 9, 27, 19, 26]
    assert check_character("9" + "0" * 16) == "N"


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_a_credit_code_is_noticed(place, digit):
    code = STEM + check_character(STEM)
    if code[place] == digit or not code[place].isdigit():
        return
    with pytest.raises(Invalid, match="credit-code"):
        LettingOrganisation.named("安居公司", code[:place] + digit + code[place + 1 :], "let_by")


@pytest.mark.parametrize("name", ["", "家", "x" * 81, "张三 19900000001"])
def test_the_name_of_an_organisation_holds_no_digits(name):
    with pytest.raises(Invalid, match="organisation-name"):
        LettingOrganisation.named(name, STEM + check_character(STEM), "let_by.organisation")


def test_a_place_that_a_finer_one_is_named_after_is_said_once():
    names = AreaNames(
        ("示范县", "一街道", "一社区", "一社区第2网格"), ("County", "Street", "Grid 2")
    )
    assert names.said("zh-CN") == "示范县一街道一社区第2网格"
    assert names.said("en") == "Grid 2, Street, County"
    assert AreaNames().said("zh-CN") == ""
