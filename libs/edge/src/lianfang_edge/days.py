"""A civil day in a request: `YYYY-MM-DD` and nothing else."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso_day(value: object) -> object:
    """Refuse numbers and moments, which pydantic would turn into days."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_type", "not a day")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
