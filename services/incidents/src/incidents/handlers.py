"""What incidents does when other services tell of places."""

from collections.abc import Sequence

from incidents.consumed import AreaStated, PremisesStated
from incidents.storage.unit_of_work import IncidentsUnit
from lianfang_common.subscriptions import Received, Subscription


async def on_areas_stated(stated: Sequence[Received[AreaStated]], uow: IncidentsUnit) -> None:
    """Keep the newest version of each area, so that a report's grid can be checked."""
    await uow.places.apply_areas(
        (each.event.code, each.event.level, each.aggregate_version) for each in stated
    )


async def on_premises_stated(
    stated: Sequence[Received[PremisesStated]], uow: IncidentsUnit
) -> None:
    """Keep where each premises is, so that a report can name one."""
    await uow.places.apply_premises(
        (each.event.premises_id, each.event.grid, each.aggregate_version) for each in stated
    )


SUBSCRIPTIONS = (
    Subscription("population.area.defined.v1", AreaStated, on_areas_stated),
    Subscription("population.area.stated.v1", AreaStated, on_areas_stated),
    Subscription("rentals.premises.filed.v1", PremisesStated, on_premises_stated),
    Subscription("rentals.premises.stated.v1", PremisesStated, on_premises_stated),
)
