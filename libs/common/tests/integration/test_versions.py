"""A fact that is told in two versions, while readers change from one to the other and back."""

from dataclasses import replace

import pytest
import pytest_asyncio
from delivery_suite import keys
from facts import Counted, Reader, fact
from worlds import RealWorld

from lianfang_common.subscriptions import Subscription
from lianfang_common.testing.eventually import eventually

pytestmark = pytest.mark.servers


class NextReader(Reader):
    """The reader's next release: it takes the second version, and the first one no more."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.subscriptions = (Subscription(f"{topic}.counted.v2", Counted, self.on_counted),)


@pytest_asyncio.fixture(loop_scope="session")
async def world(servers, make_database):
    world = RealWorld(servers, await make_database("kernel"), partitions=1)
    await world.start()
    yield world
    await world.close()


async def tell(world, *messages) -> None:
    async with world.units.open() as (unit, _):
        unit.messages += messages
    await world.carry(world.relay())


async def read_all(world, reader) -> None:
    """Let a reader take everything there is, and leave its place to the next one."""
    consumer = await world.consumer(reader)
    source = consumer._source
    ends = await source._consumer.end_offsets(source._consumer.assignment())

    async def at_the_end() -> bool:
        await consumer.run_once()
        places = [await source._consumer.committed(each) for each in ends]
        return places == list(ends.values())

    await eventually(at_the_end, what="everything read")
    await world.leave(consumer)


def both(topic, key, n):
    first = fact(topic, key, n)
    return first, replace(first, type=f"{topic}.counted.v2")


async def test_a_fact_in_two_versions_has_its_effect_once_whoever_reads_which(world):
    """Both share their id: what one release has done, the other one knows of."""
    (key,) = keys(1)
    first, second = both(world.topic, key, 1)
    await tell(world, first)
    await read_all(world, Reader(world.topic))
    await tell(world, second, *both(world.topic, key, 2))
    await read_all(world, NextReader(world.topic))
    assert await world.effects() == [(key, 1), (key, 2)]
    third = both(world.topic, key, 3)
    await tell(world, third[1])
    await read_all(world, NextReader(world.topic))
    await tell(world, third[0], *both(world.topic, key, 4))
    await read_all(world, Reader(world.topic))
    assert await world.effects() == [(key, n) for n in (1, 2, 3, 4)]
    assert await world.letters() == []
