"""What rentals does when others say something: it keeps the areas and offices."""

from lianfang_common.subscriptions import Received, Subscription, each
from rentals.consumed import AreaStated, OfficeStated
from rentals.storage.unit_of_work import RentalsUnit


async def on_area_stated(received: Received[AreaStated], uow: RentalsUnit) -> None:
    """Keep how an area stands."""
    area = received.event
    await uow.places.state_area(
        area.area_id,
        area.code,
        area.level,
        area.parent_code,
        area.name_zh,
        area.name_en,
        version=received.aggregate_version,
    )


async def on_office_stated(received: Received[OfficeStated], uow: RentalsUnit) -> None:
    """Keep how an office stands."""
    office = received.event
    await uow.places.state_office(
        office.office_id,
        office.kind,
        office.name_zh,
        office.name_en,
        office.grids,
        office.valid_from,
        version=received.aggregate_version,
    )


SUBSCRIPTIONS = (
    Subscription("population.area.defined.v1", AreaStated, each(on_area_stated)),
    Subscription("population.area.stated.v1", AreaStated, each(on_area_stated)),
    Subscription("population.area.office-defined.v1", OfficeStated, each(on_office_stated)),
    Subscription("population.area.office-stated.v1", OfficeStated, each(on_office_stated)),
)
