"""What rentals needs of others: the areas and offices, to know places and their names."""

from datetime import date
from uuid import UUID

from lianfang_common.events import ConsumedEvent


class AreaStated(ConsumedEvent):
    """What rentals needs of `population.area.defined.v1` and `.stated.v1`."""

    area_id: UUID
    code: str
    level: str
    parent_code: str | None
    name_zh: str
    name_en: str


class OfficeStated(ConsumedEvent):
    """What rentals needs of `population.area.office-defined.v1` and `.office-stated.v1`."""

    office_id: UUID
    kind: str
    name_zh: str
    name_en: str
    grids: list[str]
    valid_from: date
