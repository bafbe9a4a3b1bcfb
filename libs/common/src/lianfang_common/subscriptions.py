"""What a service reads, and who in it handles what."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from lianfang_common.events import ConsumedEvent

E = TypeVar("E", bound=ConsumedEvent)
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Received(Generic[E]):
    """One event as a handler gets it: the reader's view of the body, and the envelope."""

    event: E
    id: UUID
    type: str
    topic: str
    key: UUID
    aggregate_version: int
    time: datetime
    account: UUID | None
    traceparent: str | None


Reader = type[ConsumedEvent]
BatchHandler = Callable[[Sequence[Received[Any]], Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One event type with its reader and its handler.

    `restricted` says that the topic's counts, lag and spans are shown to nobody; without
    `counted` its counts and lag are not.
    """

    type: str
    model: Reader
    handler: BatchHandler
    group: str = "main"
    restricted: bool = False
    counted: bool = True


class Each(Generic[E, U]):
    """A handler of one event in the place of a handler of many; the consumer gives it one."""

    def __init__(self, handler: Callable[[Received[E], U], Awaitable[None]]) -> None:
        self._handler = handler

    async def __call__(self, events: Sequence[Received[E]], uow: U) -> None:
        """Handle events one after the other."""
        for received in events:
            await self._handler(received, uow)


def each(handler: Callable[[Received[E], U], Awaitable[None]]) -> BatchHandler:
    """Return a batch handler that calls a handler of one event for each, in order."""
    return Each(handler)
