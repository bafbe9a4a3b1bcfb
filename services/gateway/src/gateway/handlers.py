"""What the gateway does when other services tell of places and notices."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import orjson

from gateway.consumed import (
    AreaStated,
    NoticeAcknowledged,
    NoticeEscalated,
    NoticeRaised,
    NoticeSettled,
    NoticeWentStale,
    OfficeStated,
)
from gateway.storage.feed import Desk, FeedItem
from gateway.storage.places import AreaRow, OfficeRow
from gateway.storage.unit_of_work import GatewayUnit
from lianfang_common.subscriptions import BatchHandler, Reader, Received, Subscription

_DESK = {"office_id", "role"}


async def on_areas_stated(stated: Sequence[Received[AreaStated]], uow: GatewayUnit) -> None:
    """Keep the newest version of each area."""
    await uow.places.apply_areas(
        AreaRow(e.event.code, e.event.level, e.event.name_zh, e.event.name_en, e.aggregate_version)
        for e in stated
    )
    uow.tell_rights()


async def on_offices_stated(stated: Sequence[Received[OfficeStated]], uow: GatewayUnit) -> None:
    """Keep the newest set of grids of each office: it is the scope of who works there."""
    await uow.places.apply_offices(
        OfficeRow(
            e.event.office_id,
            e.event.kind,
            e.event.name_zh,
            e.event.name_en,
            e.event.grids,
            e.aggregate_version,
        )
        for e in stated
    )
    uow.tell_rights()


async def on_notices_raised(raised: Sequence[Received[NoticeRaised]], uow: GatewayUnit) -> None:
    """Tell each desk of its new notices."""
    await _tell((_item("raised", Desk(e.event.office_id, e.event.role), e) for e in raised), uow)


async def on_notices_acknowledged(
    acknowledged: Sequence[Received[NoticeAcknowledged]], uow: GatewayUnit
) -> None:
    """Tell each desk which of its notices somebody has taken."""
    await _tell(
        (_item("acknowledged", Desk(e.event.office_id, e.event.role), e) for e in acknowledged),
        uow,
    )


async def on_notices_escalated(
    escalated: Sequence[Received[NoticeEscalated]], uow: GatewayUnit
) -> None:
    """Tell each desk which of its notices went further up; to whom is not said."""
    desks = await uow.feed.desks_told_of(e.event.notice_id for e in escalated)
    known = [e for e in escalated if e.event.notice_id in desks]
    await _tell((_item("escalated", desks[e.event.notice_id], e) for e in known), uow)


async def on_notices_stale(stale: Sequence[Received[NoticeWentStale]], uow: GatewayUnit) -> None:
    """Tell each desk which of its notices nobody need act on any more."""
    await _tell((_item("stale", Desk(e.event.office_id, e.event.role), e) for e in stale), uow)


async def on_notices_settled(settled: Sequence[Received[NoticeSettled]], uow: GatewayUnit) -> None:
    """Tell each desk which of its notices wait for nobody any more, and what settled them."""
    await _tell((_item("settled", Desk(e.event.office_id, e.event.role), e) for e in settled), uow)


Notice = TypeVar(
    "Notice", NoticeRaised, NoticeAcknowledged, NoticeEscalated, NoticeSettled, NoticeWentStale
)


def _item(kind: str, desk: Desk, received: Received[Notice]) -> FeedItem:
    facts = received.event.model_dump(mode="json", exclude=_DESK)
    body = orjson.dumps(facts).decode()
    return FeedItem(desk, received.id, kind, received.event.notice_id, body)


async def _tell(items: Iterable[FeedItem], uow: GatewayUnit) -> None:
    told = list(items)
    if told:
        await uow.feed.append(told, uow.now)
        uow.tell_desks({item.desk for item in told})


_NOTICE_HANDLERS: Mapping[str, tuple[Reader, BatchHandler]] = {
    "raised": (NoticeRaised, on_notices_raised),
    "acknowledged": (NoticeAcknowledged, on_notices_acknowledged),
    "escalated": (NoticeEscalated, on_notices_escalated),
    "settled": (NoticeSettled, on_notices_settled),
    "went-stale": (NoticeWentStale, on_notices_stale),
}

SUBSCRIPTIONS = (
    Subscription("population.area.defined.v1", AreaStated, on_areas_stated),
    Subscription("population.area.stated.v1", AreaStated, on_areas_stated),
    Subscription("population.area.office-defined.v1", OfficeStated, on_offices_stated),
    Subscription("population.area.office-stated.v1", OfficeStated, on_offices_stated),
    *(
        Subscription(f"notifications.notice.{kind}.v1", *reading, group="live", counted=False)
        for kind, reading in _NOTICE_HANDLERS.items()
    ),
)
