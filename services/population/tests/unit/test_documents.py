"""A wrong number is named by what is wrong with it, and no digit of it is repeated."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from population_builders import a_number

from lianfang_common.errors import Invalid
from population.domain.documents import Document, check_character, masked

TODAY = date(2026, 11, 22)

births = st.dates(date(1900, 1, 1), TODAY)
orders = st.integers(0, 999)


def read(number: str) -> Document:
    return Document.read("resident_id", number, TODAY, "document_number")


@given(births, orders)
def test_every_number_with_its_own_check_character_is_read(born, order):
    assert read(a_number(born, order)).number == a_number(born, order)


@given(births, orders, st.integers(0, 16), st.integers(1, 9))
def test_one_changed_digit_is_always_noticed(born, order, place, shift):
    number = a_number(born, order)
    changed = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Invalid) as refused:
        read(changed)
    assert refused.value.field == "document_number"


@given(births, orders, st.integers(0, 15))
def test_two_neighbours_that_changed_places_are_always_noticed(born, order, place):
    number = a_number(born, order)
    left, right = number[place], number[place + 1]
    swapped = number[:place] + right + left + number[place + 2 :]
    if left == right:
        assert read(swapped)
    else:
        with pytest.raises(Invalid):
            read(swapped)


@given(births, orders)
def test_a_wrong_check_character_is_called_so(born, order):
    number = a_number(born, order)
    wrong = "0" if number[17] != "0" else "1"
    with pytest.raises(Invalid) as refused:
        read(number[:17] + wrong)
    assert refused.value.slug == "check-digit-wrong"


def test_the_check_character_is_that_of_the_standard():
    """The example of GB 11643-1999, annex A; its region is fictitious there as well."""
    assert check_character("34052419800101001") == "X"


@pytest.mark.parametrize("day", ["19900230", "19901301", "20991231", "18000101"])
def test_an_impossible_birth_date_is_called_so(day):
    first_17 = f"990101{day}001"
    with pytest.raises(Invalid) as refused:
        read(first_17 + check_character(first_17))
    assert refused.value.slug == "birth-date-impossible"


@pytest.mark.parametrize(
    "number", ["", "99010119900107001", "9" * 19, "９９０１０１１９９００１０７００１４", "A" * 18]
)
def test_what_is_no_resident_id_at_all_is_called_malformed(number):
    with pytest.raises(Invalid) as refused:
        read(number)
    assert refused.value.slug == "document-number-malformed"


def test_spaces_and_a_small_x_do_not_make_another_person():
    number = next(n for n in (a_number(order=i) for i in range(100)) if n.endswith("X"))
    assert read(f" {number[:6]} {number[6:14]} {number[14:].lower()} ") == read(number)


def test_a_passport_and_an_id_of_the_same_letters_are_different_documents():
    passport = Document.read("passport", "E12345678", TODAY, "n")
    other = Document.read("other", "E12345678", TODAY, "n")
    assert passport.lookup != other.lookup


@given(births, orders)
def test_a_masked_number_shows_neither_region_nor_birth_date(born, order):
    number = a_number(born, order)
    assert masked(number) == "*" * 14 + number[14:]
