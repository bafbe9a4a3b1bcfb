"""Define the district: its areas, its offices, and who works for which grids from today on."""

from dataclasses import dataclass

from population.domain.places import District
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class DefineDistrict:
    """The whole district, as a file states it."""

    district: District


async def define_district(command: DefineDistrict, uow: UnitOfWork) -> tuple[int, int]:
    """Store what is new or changed; the same file a second time changes nothing.

    Returns:
        how many areas and how many offices changed.

    Raises:
        Invalid: something in the file does not fit; nothing is changed.
    """
    district = command.district
    district.check()
    areas = sorted(district.areas, key=lambda area: (len(area.code), area.code))
    changed = await uow.places.define_areas(areas)
    return changed, await uow.places.define_offices(district.offices)
