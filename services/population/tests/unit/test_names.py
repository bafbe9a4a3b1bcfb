"""Names are compared in one form, and shown with one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang_common.errors import Invalid
from population.domain.names import (
    masked_name,
    masked_phone,
    pinyin_of,
    read_name,
    read_phone,
    read_pinyin,
)

names = st.text("张王李赵曾单解欧阳明珠abcDEF ·", min_size=1, max_size=20).filter(str.strip)


@given(names)
def test_reading_a_name_twice_changes_nothing(name):
    once = read_name(name)
    assert read_name(once) == once


@given(names)
def test_a_masked_name_shows_one_character(name):
    read = read_name(name)
    assert masked_name(read) == read[0] + "*" * (len(read) - 1)


@given(names)
def test_the_sound_of_a_name_is_letters_that_a_search_can_ask_for(name):
    sound = pinyin_of(read_name(name))
    assert sound == "" or read_pinyin(sound) == sound


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("曾国华", "zengguohua"),
        ("单雄信", "shanxiongxin"),
        ("欧阳明珠", "ouyangmingzhu"),
        ("迪丽热巴·买买提", "dilirebamaimaiti"),
        ("O'Neil", "oneil"),
    ],
)
def test_a_family_name_sounds_as_a_family_name(name, sound):
    assert pinyin_of(read_name(name)) == sound


@pytest.mark.parametrize("name", ["张　三", " 张 三 ", "张\t三"])
def test_spaces_of_every_kind_are_one(name):
    assert read_name(name) == "张 三"


@pytest.mark.parametrize("name", ["", "  ", "张3", "a" * 61, "张\x00三", "<b>张</b>"])
def test_what_is_no_name_is_refused_without_being_repeated(name):
    with pytest.raises(Invalid) as refused:
        read_name(name)
    assert refused.value.slug == "name-unreadable" and not refused.value.params


def test_a_phone_is_shown_with_two_digits():
    assert masked_phone(read_phone("199-0000 0042")) == "*********42"


@pytest.mark.parametrize("phone", ["", "12345", "call me", "１９９００００００４２"])
def test_what_is_no_phone_is_refused(phone):
    with pytest.raises(Invalid):
        read_phone(phone)
