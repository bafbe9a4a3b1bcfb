"""Parts of the day follow the wall clock of Asia/Shanghai."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.domain.day_part import day_part

EAST_EIGHT = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (5, 59, "night"),
        (6, 0, "morning"),
        (11, 59, "morning"),
        (12, 0, "afternoon"),
        (17, 59, "afternoon"),
        (18, 0, "evening"),
        (21, 59, "evening"),
        (22, 0, "night"),
        (0, 0, "night"),
    ],
)
def test_a_part_of_the_day_begins_with_its_first_minute(hour, minute, expected):
    assert day_part(datetime(2026, 11, 22, hour, minute, tzinfo=EAST_EIGHT)) == expected


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-11, 14),
)
def test_the_zone_in_which_a_moment_is_written_changes_nothing(moment, hours):
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert day_part(elsewhere) == day_part(moment)


def test_four_in_the_morning_utc_is_noon_in_the_district():
    assert day_part(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) == "afternoon"
