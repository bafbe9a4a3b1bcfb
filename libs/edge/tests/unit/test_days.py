"""A day is written as one; what pydantic would make a day of is refused."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from lianfang_edge.days import Day

DAYS = TypeAdapter(Day)


def test_a_day_is_read():
    assert DAYS.validate_python("2026-11-22") == date(2026, 11, 22)


@pytest.mark.parametrize(
    "value", [0, 86_400, "0", "86400", "2026-11-22T00:00:00", "2026-02-30", "٢٠٢٦-11-22", None, ""]
)
def test_anything_else_is_no_day(value):
    with pytest.raises(ValidationError):
        DAYS.validate_python(value)
