"""Which facts the relay sends when, and what it says while it cannot."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from facts import fact

from lianfang_common import metrics
from lianfang_common.errors import Transient
from lianfang_common.relay import BATCH_ROWS, Relay
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.eventually import eventually
from lianfang_common.testing.memory import MemoryLog, MemorySender, MemoryStore, MemoryUnit
from lianfang_common.wakeup import Wakeup

TOPIC = "memory.thing"


class Post:
    """A relay between a store and a log, with keys that the log refuses."""

    def __init__(self) -> None:
        self.clock = MockClock()
        self.store, self.log, self.wakeup = MemoryStore(), MemoryLog(), Wakeup()
        self.refused = set()
        self.tried = []
        self.relay = self.another()

    def another(self, **options) -> Relay:
        sender = MemorySender(self.log, "memory", self.refuses)
        return Relay(self.store, sender, self.wakeup, self.clock, **options)

    def refuses(self, row) -> bool:
        self.tried.append(row.message.key)
        return row.message.key in self.refused

    def commit(self, key, n, *, age=timedelta()) -> None:
        unit = MemoryUnit(self.store)
        unit.publish(fact(TOPIC, key, n, at=self.clock.now() - age))
        unit.commit()

    def arrived(self) -> list[str]:
        return [record.key.decode() for batch in self.log.records.values() for record in batch]


@pytest.fixture
def post():
    return Post()


async def test_a_refused_key_waits_longer_each_time_and_the_others_go_on(post):
    stopped, sound = uuid4(), uuid4()
    post.refused.add(stopped)
    post.commit(stopped, 1)
    post.commit(sound, 1)
    assert await post.relay.run_once(post.store) == 1
    assert await post.relay.run_once(post.store) == 0
    assert post.tried.count(stopped) == 1, "it was tried again without a wait"
    post.clock.advance(timedelta(seconds=0.2))
    await post.relay.run_once(post.store)
    post.clock.advance(timedelta(seconds=0.3))
    await post.relay.run_once(post.store)
    assert post.tried.count(stopped) == 2, "the second wait is no longer than the first"
    post.refused.clear()
    post.clock.advance(timedelta(seconds=60))
    assert await post.relay.run_once(post.store) == 1
    assert sorted(post.arrived()) == sorted([str(sound), str(stopped)])


async def test_a_refused_key_does_not_wait_for_the_return_of_a_moment_that_the_clock_left(post):
    stopped = uuid4()
    post.refused.add(stopped)
    post.commit(stopped, 1)
    await post.relay.run_once(post.store)
    post.refused.clear()
    post.clock.advance(timedelta(hours=-1))
    assert await post.relay.run_once(post.store) == 1


async def test_a_long_queue_of_a_refused_key_does_not_fill_every_batch(post):
    stopped, sound = uuid4(), uuid4()
    post.refused.add(stopped)
    for n in range(BATCH_ROWS + 1):
        post.commit(stopped, n)
    post.commit(sound, 1)
    await post.relay.run_once(post.store)
    assert await post.relay.run_once(post.store) == 1
    assert post.arrived() == [str(sound)]


async def test_the_age_of_the_oldest_unpublished_fact_is_shown(post):
    post.log.away = True
    post.commit(uuid4(), 1, age=timedelta(seconds=90))
    with pytest.raises(Transient):
        await post.relay.run_once(post.store)
    assert metrics.OUTBOX_OLDEST_SECONDS._value.get() == 90
    post.log.away = False
    await post.relay.run_once(post.store)
    await post.relay.run_once(post.store)
    assert metrics.OUTBOX_OLDEST_SECONDS._value.get() == 0


async def test_a_fact_whose_key_is_stopped_still_counts_as_the_oldest(post):
    stopped = uuid4()
    post.refused.add(stopped)
    post.commit(stopped, 1, age=timedelta(seconds=40))
    for _ in range(3):
        await post.relay.run_once(post.store)
    assert metrics.OUTBOX_OLDEST_SECONDS._value.get() == 40
    post.refused.clear()
    post.clock.advance(timedelta(seconds=60))
    for _ in range(2):
        await post.relay.run_once(post.store)
    assert metrics.OUTBOX_OLDEST_SECONDS._value.get() == 0


async def test_a_running_relay_says_that_the_log_is_away_and_goes_on_when_it_is_back(post):
    post.log.away = True
    post.commit(uuid4(), 1)
    task = asyncio.create_task(post.relay.run())
    await eventually(lambda: post.relay.problem == "broker-away", what="the relay says so")
    post.log.away = False
    await eventually(lambda: len(post.arrived()) == 1, what="the fact arrives")
    await eventually(lambda: post.relay.problem is None, what="the relay is well")
    post.relay.stop()
    await task


async def test_a_commit_wakes_the_relay_long_before_its_poll(post):
    task = asyncio.create_task(post.relay.run())
    await asyncio.sleep(0)
    post.commit(uuid4(), 1)
    post.wakeup.set()
    await eventually(lambda: post.arrived(), what="the fact arrives", within_seconds=0.5)
    post.relay.stop()
    await task


async def test_more_than_a_batch_leaves_without_another_wake_up(post):
    task = asyncio.create_task(post.relay.run())
    await asyncio.sleep(0)
    for n in range(BATCH_ROWS * 2 + 1):
        post.commit(uuid4(), n)
    post.wakeup.set()
    await eventually(
        lambda: len(post.arrived()), until=lambda n: n == BATCH_ROWS * 2 + 1, within_seconds=0.8
    )
    post.relay.stop()
    await task


async def test_the_leader_keeps_house_and_a_failure_of_it_stops_nothing(post):
    kept = asyncio.Event()

    async def keep() -> None:
        kept.set()
        raise LookupError("no such day")

    relay = post.another(keep=keep)
    task = asyncio.create_task(relay.run())
    await asyncio.wait_for(kept.wait(), 2)
    post.commit(uuid4(), 1)
    post.wakeup.set()
    await eventually(lambda: post.arrived(), what="the fact arrives")
    relay.stop()
    await task
