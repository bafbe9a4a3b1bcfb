"""What notifications does when other services tell of something."""

from collections.abc import Sequence
from typing import Any

from lianfang_common.events import ConsumedEvent, topic_of
from lianfang_common.subscriptions import Received, Subscription
from notifications.consumed import FACT_READERS, RESTRICTED_TOPICS, AreaStated, OfficeStated
from notifications.domain.directory import Area, Office
from notifications.domain.fact import Fact
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.apply_offices import apply_offices
from notifications.use_cases.raise_notices import raise_notices


async def on_areas_stated(stated: Sequence[Received[AreaStated]], uow: NotificationsUnit) -> None:
    """Keep the newest version of each area."""
    await uow.places.apply_areas(
        Area(version=each.aggregate_version, **each.event.model_dump()) for each in stated
    )


async def on_offices_stated(
    stated: Sequence[Received[OfficeStated]], uow: NotificationsUnit
) -> None:
    """Keep each office's versions."""
    offices = [
        Office(
            version=each.aggregate_version,
            **{**each.event.model_dump(), "grids": tuple(each.event.grids)},
        )
        for each in stated
    ]
    await apply_offices(offices, uow)


async def on_facts(facts: Sequence[Received[Any]], uow: NotificationsUnit) -> None:
    """Tell the desks that the rules name."""
    await raise_notices([_fact(each) for each in facts], uow)


def _fact(received: Received[ConsumedEvent]) -> Fact:
    event = received.event
    fields = {name: getattr(event, name) for name in type(event).model_fields}
    return Fact(received.id, received.type, received.time, fields, received.traceparent)


PLACES = "places"
"""A group of its own: facts are held until some office is known, and must not hold this up."""

SUBSCRIPTIONS = (
    Subscription("population.area.defined.v1", AreaStated, on_areas_stated, PLACES),
    Subscription("population.area.stated.v1", AreaStated, on_areas_stated, PLACES),
    Subscription("population.area.office-defined.v1", OfficeStated, on_offices_stated, PLACES),
    Subscription("population.area.office-stated.v1", OfficeStated, on_offices_stated, PLACES),
    *(
        Subscription(kind, reader, on_facts, restricted=topic_of(kind) in RESTRICTED_TOPICS)
        for kind, reader in FACT_READERS.items()
    ),
)
