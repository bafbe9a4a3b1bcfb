"""The rules of a tenancy: one room, one tenancy a day; ends move by agreement alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rentals_builders import TODAY, a_person, a_tenancy, some_premises, taken

from lianfang_common.errors import Invalid, RuleBroken
from rentals.domain.days import Days
from rentals.domain.tenancy import (
    TENANTS_MAX,
    Taken,
    TenanciesOverlap,
    TenancyEnded,
    TenancyExtended,
    TenancyRegistered,
    registered_late,
)

days_near = st.integers(-30, 60).map(lambda n: TODAY + timedelta(days=n))
rooms = st.none() | st.integers(1, 3)


@st.composite
def asked(draw):
    first = draw(days_near)
    last = draw(st.none() | st.integers(0, 40).map(lambda n: first + timedelta(days=n)))
    return draw(rooms), first, last


def nights(room: int | None, first: date, last: date | None) -> set[tuple[int, date]]:
    end = last or TODAY + timedelta(days=200)
    return {
        (number, first + timedelta(days=n))
        for number in ([room] if room else [1, 2, 3])
        for n in range((end - first).days + 1)
    }


@given(st.lists(asked(), max_size=8))
def test_no_room_is_ever_let_twice_on_one_day(requests):
    """Whatever is asked for, what was accepted never shares a room and a day."""
    premises = some_premises(rooms=3)
    accepted: list[Taken] = []
    let: set[tuple[int, date]] = set()
    for room, first, last in requests:
        wanted = nights(room, first, last)
        try:
            tenancy = a_tenancy(first, last, room, premises=premises, taken=tuple(accepted))
        except TenanciesOverlap:
            assert wanted & let
        else:
            assert not wanted & let
            let |= wanted
            accepted.append(Taken(tenancy.id, room, Days(first, last)))


@given(st.integers(1, 60), st.integers(-10, 90))
def test_an_extension_only_ever_moves_the_last_day_later(length, moved):
    tenancy = a_tenancy(TODAY, TODAY + timedelta(days=length))
    wished = TODAY + timedelta(days=length + moved)
    if moved <= 0:
        with pytest.raises(Invalid, match="extension-not-later"):
            tenancy.extend(wished, ())
        assert tenancy.days.last == TODAY + timedelta(days=length)
    else:
        tenancy.extend(wished, ())
        assert tenancy.days == Days(TODAY, wished)
        assert isinstance(tenancy.events[-1], TenancyExtended)


@given(st.integers(0, 60), st.integers(-10, 80))
def test_an_ending_lies_between_the_first_and_the_agreed_last_day(length, day):
    tenancy = a_tenancy(TODAY, TODAY + timedelta(days=length))
    wished = TODAY + timedelta(days=day)
    if 0 <= day <= length:
        tenancy.end(wished)
        assert tenancy.ended and tenancy.days.last == wished
        assert isinstance(tenancy.events[-1], TenancyEnded)
    else:
        slug = "ends-before-start" if day < 0 else "ends-after-agreed"
        with pytest.raises(Invalid, match=slug):
            tenancy.end(wished)
        assert not tenancy.ended


def test_a_registration_says_who_rents_what_and_from_when():
    tenancy = a_tenancy(tenants=2)
    (event,) = tenancy.events
    assert isinstance(event, TenancyRegistered)
    assert event.tenants == tenancy.tenants
    assert (event.tenancy_id, event.grid) == (tenancy.id, tenancy.grid)


def test_an_ended_tenancy_changes_no_more():
    tenancy = a_tenancy()
    tenancy.end(TODAY)
    for act in (lambda: tenancy.end(TODAY), lambda: tenancy.extend(TODAY + timedelta(400), ())):
        with pytest.raises(RuleBroken, match="tenancy-ended"):
            act()


def test_what_has_no_agreed_end_cannot_be_extended_but_ended():
    tenancy = a_tenancy(last_day=None)
    with pytest.raises(RuleBroken, match="tenancy-open-ended"):
        tenancy.extend(TODAY + timedelta(days=400), ())
    tenancy.end(TODAY + timedelta(days=3))
    assert tenancy.days.last == TODAY + timedelta(days=3)


def test_an_extension_into_the_next_tenancy_of_the_room_is_refused():
    tenancy = a_tenancy(TODAY, TODAY + timedelta(days=10), room=1)
    following = taken(1, TODAY + timedelta(days=20), None)
    with pytest.raises(TenanciesOverlap) as refused:
        tenancy.extend(TODAY + timedelta(days=20), (following,))
    assert refused.value.field == "last_day"
    assert refused.value.params == {
        "tenancy_id": str(following.tenancy_id),
        "room": 1,
        "first_day": str(TODAY + timedelta(days=20)),
    }
    tenancy.extend(TODAY + timedelta(days=19), (following,))


def test_a_tenancy_is_not_in_its_own_way():
    tenancy = a_tenancy(TODAY, TODAY + timedelta(days=10), room=1)
    itself = Taken(tenancy.id, tenancy.room, tenancy.days)
    tenancy.extend(TODAY + timedelta(days=20), (itself,))


def test_whole_premises_are_let_only_while_no_room_is():
    room_2 = taken(2, TODAY, None)
    with pytest.raises(TenanciesOverlap):
        a_tenancy(room=None, taken=(room_2,))
    with pytest.raises(TenanciesOverlap):
        a_tenancy(room=2, taken=(taken(None, TODAY, None),))
    assert a_tenancy(room=1, taken=(room_2,))


@pytest.mark.parametrize("room", [0, -1, 4])
def test_a_room_that_the_premises_do_not_have_is_refused(room):
    with pytest.raises(Invalid) as refused:
        a_tenancy(room=room, premises=some_premises(rooms=3))
    assert (refused.value.slug, refused.value.field) == ("no-such-room", "room")


@pytest.mark.parametrize(
    ("first", "last", "slug", "field"),
    [
        (TODAY, TODAY - timedelta(days=1), "ends-before-start", "last_day"),
        (date(2027, 11, 23), None, "first-day-too-far", "first_day"),
        (date(2027, 11, 23), date.max, "first-day-too-far", "first_day"),
        (date.max, None, "first-day-too-far", "first_day"),
        (date(2006, 11, 21), None, "first-day-too-old", "first_day"),
        (date(1, 1, 1), None, "first-day-too-old", "first_day"),
        (TODAY, date(2046, 11, 22), "term-too-long", "last_day"),
        (TODAY, date.max, "term-too-long", "last_day"),
    ],
)
def test_days_that_cannot_be_right_are_refused_by_name(first, last, slug, field):
    with pytest.raises(Invalid) as refused:
        a_tenancy(first, last)
    assert (refused.value.slug, refused.value.field) == (slug, field)


def test_a_term_of_twenty_years_to_the_day_is_allowed():
    assert a_tenancy(TODAY, date(2046, 11, 21)).days.last == date(2046, 11, 21)
    assert a_tenancy(date(2024, 2, 29), date(2044, 2, 28))


def test_a_tenancy_may_begin_a_year_ahead_to_the_day_and_then_last_its_twenty_years():
    begin = date(2027, 11, 22)
    assert a_tenancy(begin, date(2047, 11, 21)).days.first == begin
    with pytest.raises(Invalid, match="term-too-long"):
        a_tenancy(begin, date(2047, 11, 22))


def test_one_receipt_names_one_tenant_and_one_person_is_named_once():
    premises, person = some_premises(), a_person()
    again = type(person)(person.person_id, a_person().receipt_id)
    same_receipt = type(person)(a_person().person_id, person.receipt_id)
    for second, slug in ((again, "tenant-named-twice"), (same_receipt, "receipt-used")):
        with pytest.raises(Invalid) as refused:
            premises.let(
                a_person().receipt_id, 1, [person, second], TODAY, None,
                landlord=None, taken=(), registered_by="officer", today=TODAY,
            )  # fmt: skip
        assert (refused.value.slug, refused.value.field) == (slug, "tenants.1.receipt")


def test_more_than_three_days_after_moving_in_is_late():
    assert not registered_late(TODAY, TODAY + timedelta(days=3))
    assert registered_late(TODAY, TODAY + timedelta(days=4))
    assert not registered_late(TODAY + timedelta(days=9), TODAY)
    assert TENANTS_MAX == 20
