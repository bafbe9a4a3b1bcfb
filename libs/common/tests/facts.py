"""The facts that the delivery tests send, and what a reader makes of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
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


def told(topic: str, key: UUID, n: int, *, versions: Sequence[int] = (1,), **kind) -> list[Any]:
    """Build a fact as a publisher tells it that knows some versions of its type: under one id."""
    first = fact(topic, key, n, **kind)
    second = replace(first, type=f"{topic}.counted.v2", body=orjson.dumps({"number": n}))
    return [{1: first, 2: second}[version] for version in versions]


class Renamed(ConsumedEvent):
    """The second version of `Counted`."""

    number: int


class Reader:
    """Applies numbers through the unit of work that it is given, unless a bad one stops it.

    Args:
        topic: of the numbers.
        mended: bad ones stop it no more.
        versions: of the counted facts that it reads.
    """

    def __init__(self, topic: str, *, mended: bool = False, versions: Sequence[int] = (1,)) -> None:
        self.mended = mended
        known = (
            Subscription(f"{topic}.counted.v1", Counted, self.on_counted),
            Subscription(f"{topic}.counted.v2", Renamed, each(self.on_renamed)),
        )
        self.subscriptions = (
            *(known[version - 1] for version in versions),
            Subscription(f"{topic}.single.v1", Counted, each(self.on_single)),
        )

    async def on_renamed(self, received, uow) -> None:
        await uow.apply(received.key, received.event.number)

    async def on_counted(self, events, uow) -> None:
        for received in events:
            await self.on_single(received, uow)

    async def on_single(self, received, uow) -> None:
        if received.event.bad and not self.mended:
            raise PoisonMessage("bad-number")
        await uow.apply(received.key, received.event.n)
