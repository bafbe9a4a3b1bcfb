"""The facts that the delivery tests send, and what a reader makes of them."""

from datetime import UTC, datetime
from uuid import UUID

import orjson

from lianfang_common.errors import PoisonMessage
from lianfang_common.events import ConsumedEvent
from lianfang_common.ids import new_id
from lianfang_common.subscriptions import Subscription, each
from lianfang_common.unit import OutboxMessage

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Counted(ConsumedEvent):
    """A number of one key; the numbers of a key count up from 1."""

    n: int
    bad: bool = False


def fact(
    topic: str,
    key: UUID,
    n: int,
    *,
    bad: bool = False,
    one_by_one: bool = False,
    at: datetime = NOON,
) -> OutboxMessage:
    """Build a fact; `bad` ones are refused by a reader that is not mended yet."""
    return OutboxMessage(
        message_id=new_id(),
        topic=topic,
        key=key,
        type=f"{topic}.{'single' if one_by_one else 'counted'}.v1",
        aggregate_version=n,
        account=None,
        occurred_at=at,
        traceparent=None,
        body=orjson.dumps({"n": n, "bad": bad}),
    )


class Reader:
    """Applies numbers through the unit of work that it is given, unless a bad one stops it."""

    def __init__(self, topic: str, *, mended: bool = False) -> None:
        self.mended = mended
        self.subscriptions = (
            Subscription(f"{topic}.counted.v1", Counted, self.on_counted),
            Subscription(f"{topic}.single.v1", Counted, each(self.on_single)),
        )

    async def on_counted(self, events, uow) -> None:
        for received in events:
            await self.on_single(received, uow)

    async def on_single(self, received, uow) -> None:
        if received.event.bad and not self.mended:
            raise PoisonMessage("bad-number")
        await uow.apply(received.key, received.event.n)
