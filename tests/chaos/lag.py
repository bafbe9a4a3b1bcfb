"""How long it takes until everything committed has reached every consumer."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from evidence import SERVICES, contract_groups
from journeys import until
from network import Network
from topics import broker_options

CAUGHT_UP_SECONDS = 60.0
_UNSENT = """
select exists (select from outbox where published_on is null and occurred_at < $1) as some"""


async def caught_up(network: Network, within: float = CAUGHT_UP_SECONDS) -> float:
    """Wait until what is committed now has reached every consumer; return the seconds.

    Raises:
        AssertionError: it is not sent, or not passed by every group, within so many seconds.
    """
    now, began = datetime.now(UTC), time.monotonic()

    async def sent() -> bool:
        left = [await network.query(service, _UNSENT, now) for service in SERVICES]
        return not any(rows[0]["some"] for rows in left)

    await until("every committed fact on its topic", sent, within)
    groups = contract_groups(network)
    async with AsyncExitStack() as stack:
        admin = AIOKafkaAdminClient(**broker_options(network.servers))
        consumer = AIOKafkaConsumer(**broker_options(network.servers))
        await admin.start()
        stack.push_async_callback(admin.close)
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        ends: dict[str, dict[Any, int]] = {}

        async def known() -> bool:
            for group in groups:
                parts = list(await admin.list_consumer_group_offsets(group))
                ends[group] = await consumer.end_offsets(parts)
            return True

        async def taken() -> bool:
            for group, parts in ends.items():
                places = await admin.list_consumer_group_offsets(group)
                if any(places[part].offset < end for part, end in parts.items()):
                    return False
            return True

        await until("the ends of the topics", _patient(known), CAUGHT_UP_SECONDS)
        await until("every group past those facts", _patient(taken), within)
    return time.monotonic() - began


def _patient(look: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
    """Return a look that takes a broker without its coordinators, just restarted, for a no."""

    async def patient() -> bool:
        try:
            return await look()
        except KafkaError:
            return False

    return patient
