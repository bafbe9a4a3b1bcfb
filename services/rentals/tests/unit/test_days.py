"""Spans of days, compared with counting the days one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentals.domain.days import Days

START = date(2026, 1, 1)
HORIZON = 60


@st.composite
def spans(draw):
    first = draw(st.integers(0, HORIZON - 1))
    last = draw(st.none() | st.integers(first, HORIZON - 1))
    return Days(
        START + timedelta(days=first), None if last is None else START + timedelta(days=last)
    )


def counted(days: Days) -> set[date]:
    return {day for n in range(HORIZON) if days.cover(day := START + timedelta(days=n))}


@given(spans(), spans())
def test_two_spans_overlap_exactly_when_they_share_a_day(one, other):
    assert one.overlap(other) == bool(counted(one) & counted(other))


@given(spans(), spans())
def test_overlap_does_not_depend_on_who_asks(one, other):
    assert one.overlap(other) == other.overlap(one)


def test_first_and_last_day_both_belong_to_a_span():
    span = Days(START, START + timedelta(days=2))
    assert sum(span.cover(START + timedelta(days=n)) for n in range(-1, 5)) == 3


def test_a_span_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="ends before"):
        Days(START, START - timedelta(days=1))
