"""What incidents needs of other services' events: where a grid and a premises are."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from lianfang_common.events import ConsumedEvent


class AreaStated(ConsumedEvent):
    """What incidents needs of population.area.defined.v1 and population.area.stated.v1."""

    code: str = Field(pattern=r"^\d{6,15}$")
    level: Literal["county", "street", "community", "grid"]


class PremisesStated(ConsumedEvent):
    """What incidents needs of rentals.premises.filed.v1 and rentals.premises.stated.v1."""

    premises_id: UUID
    grid: str = Field(pattern=r"^\d{15}$")
