"""What the consumer says of itself, when it retries, and when it stops."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from facts import Reader, fact
from prometheus_client import REGISTRY
from worlds import MemoryWorld

from lianfang_common import consumer as consumer_module
from lianfang_common import metrics
from lianfang_common.brake import Brake
from lianfang_common.consumer import Consumer, StuckClient
from lianfang_common.errors import Conflict, Invalid, StaleVersion, Transient
from lianfang_common.subscriptions import Subscription
from lianfang_common.telemetry import current_trace_id
from lianfang_common.testing.eventually import eventually
from lianfang_common.testing.memory import MemorySource, MemoryUnit


@pytest.fixture
def world():
    return MemoryWorld()


class Stumbling(Reader):
    """Fails a number of times before it works."""

    def __init__(self, topic, failure: Exception, times: int) -> None:
        super().__init__(topic)
        self.failure, self.left, self.calls = failure, times, 0

    async def on_counted(self, events, uow) -> None:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.failure
        await super().on_counted(events, uow)


async def handled(world, reader, count=2):
    key = uuid4()
    for n in range(1, count + 1):
        await world.commit(key, n)
    await world.carry(world.relay())
    await (await world.consumer(reader)).run_once()
    return key


@pytest.mark.parametrize("failure", [Transient("database-away"), Conflict("met"), StaleVersion()])
async def test_a_passing_failure_is_retried_with_the_whole_batch(world, failure):
    reader = Stumbling(world.topic, failure, times=3)
    key = await handled(world, reader)
    assert await world.effects() == [(key, 1), (key, 2)]
    assert reader.calls == 4


async def test_an_unknown_failure_that_goes_on_counts_as_poison_in_the_end(world):
    reader = Stumbling(world.topic, LookupError("18 digits"), times=1000)
    await handled(world, reader, count=1)
    assert await world.letters() == [("failed", "failed-LookupError")]
    assert reader.calls == 5


async def test_an_unknown_failure_that_passes_parks_nothing(world):
    key = await handled(world, Stumbling(world.topic, LookupError(), times=2))
    assert await world.effects() == [(key, 1), (key, 2)]
    assert await world.letters() == []


async def test_a_broken_rule_is_parked_under_its_slug_and_not_retried(world):
    reader = Stumbling(world.topic, Invalid("unknown-place", "grid"), times=1000)
    await handled(world, reader, count=1)
    assert await world.letters() == [("failed", "unknown-place")]
    assert reader.calls == 1


async def test_one_bad_message_of_a_large_batch_is_found_in_few_attempts(world):
    bad, sound = uuid4(), [uuid4() for _ in range(63)]
    calls = 0

    class Counting(Reader):
        async def on_counted(self, events, uow):
            nonlocal calls
            calls += 1
            await super().on_counted(events, uow)

    world.log.partitions = 1
    for key in [*sound[:40], bad, *sound[40:]]:
        await world.commit(key, 1, bad=key == bad)
    await world.carry(world.relay())
    source = MemorySource(world.log, [world.topic], world.group, batch=100)
    reader = Counting(world.topic)
    await Consumer(source, world.store, reader.subscriptions, group=world.group).run_once()
    assert sorted(await world.effects()) == sorted((key, 1) for key in sound)
    assert calls <= 2 * 6 + 2


async def test_runs_of_one_type_are_handed_over_together_and_in_order(world):
    runs = []

    async def note(events, uow) -> None:
        runs.append([received.event.n for received in events])

    world.log.partitions = 1
    kinds = [False, False, True, True, False]
    for n, one_by_one in enumerate(kinds, 1):
        await world.commit(uuid4(), n, one_by_one=one_by_one)
    await world.carry(world.relay())
    source = MemorySource(world.log, [world.topic], world.group, batch=100)
    model = Reader(world.topic).subscriptions[0].model
    both = [Subscription(f"{world.topic}.{name}.v1", model, note) for name in ("counted", "single")]
    await Consumer(source, world.store, both, group=world.group).run_once()
    assert runs == [[1, 2], [3, 4], [5]]


async def test_a_consumer_that_is_stopped_while_it_holds_a_batch_lets_go_of_it(world):
    reader = Stumbling(world.topic, Transient("database-away"), times=1_000_000)
    await world.commit(uuid4(), 1)
    await world.carry(world.relay())
    consumer = await world.consumer(reader)
    task = asyncio.create_task(consumer.run())
    await eventually(lambda: consumer.problem == "held", what="the batch is held")
    consumer.stop()
    await asyncio.wait_for(task, 5)
    assert await world.effects() == []
    assert world.log.offsets == {}


async def test_a_consumer_that_runs_is_not_braked_and_says_so(world):
    world.group = "memory.sound"
    consumer = await world.consumer(Reader(world.topic))
    task = asyncio.create_task(consumer.run())
    group = {"group": world.group}
    await eventually(
        lambda: REGISTRY.get_sample_value("common_consumer_braked", group) == 0,
        what="a group that is not braked",
    )
    consumer.stop()
    await task


async def test_a_consumer_is_at_work_once_it_has_joined_though_nothing_comes(world):
    class Silent(MemorySource):
        async def fetch(self):
            await asyncio.Event().wait()

    source = Silent(world.log, [world.topic], world.group)
    subscriptions = Reader(world.topic).subscriptions
    consumer = Consumer(source, world.store, subscriptions, group=world.group)
    assert consumer.problem == "starting"
    task = asyncio.create_task(consumer.run())
    await eventually(lambda: consumer.problem is None, what="the consumer is at work")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_client_that_joins_and_cannot_fetch_stays_held(world):
    said = []

    class Deaf(MemorySource):
        async def fetch(self):
            said.append(consumer.problem)
            raise Transient("TopicAuthorizationFailedError")

    source = Deaf(world.log, [world.topic], world.group)
    subscriptions = Reader(world.topic).subscriptions
    consumer = Consumer(source, world.store, subscriptions, group=world.group)
    task = asyncio.create_task(consumer.run())
    await eventually(lambda: len(said) >= 3, what="further tries")
    assert said[:3] == [None, "held", "held"]
    consumer.stop()
    await task


async def test_a_braked_consumer_says_so_and_rests(world):
    for _ in range(6):
        await world.commit(uuid4(), 1, bad=True)
    await world.carry(world.relay())
    consumer = await world.consumer(Reader(world.topic), brake=Brake(minimum=2))
    task = asyncio.create_task(consumer.run())
    await eventually(lambda: consumer.problem == "braked", what="the consumer brakes")
    assert metrics.CONSUMER_BRAKED.labels(group=world.group)._value.get() == 1
    assert not task.done()
    consumer.stop()
    await task


async def test_a_stuck_client_is_replaced(world):
    class Sticky(MemorySource):
        starts = 0

        async def start(self):
            self.starts += 1
            await super().start()

        async def stuck(self):
            return self.starts == 1

    source = Sticky(world.log, [world.topic], world.group)
    reader = Reader(world.topic)
    consumer = Consumer(source, world.store, reader.subscriptions, group=world.group)
    task = asyncio.create_task(consumer.run())
    await eventually(lambda: source.starts == 2, what="the client is started anew")
    await eventually(lambda: consumer.problem is None, what="the consumer goes on")
    consumer.stop()
    await task


async def test_what_a_client_cancels_of_its_own_accord_does_not_end_the_consumer(world):
    """aiokafka shows the end of a background task to whoever asks it next."""

    class Torn(MemorySource):
        starts = 0

        async def start(self):
            self.starts += 1
            await super().start()

        async def fetch(self):
            if self.starts == 1:
                raise asyncio.CancelledError
            return await super().fetch()

    source = Torn(world.log, [world.topic], world.group)
    reader = Reader(world.topic)
    consumer = Consumer(source, world.store, reader.subscriptions, group=world.group)
    task = asyncio.create_task(consumer.run())
    await eventually(lambda: source.starts == 2, what="the client is started anew")
    await eventually(lambda: consumer.problem is None, what="the consumer goes on")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_clients_that_stay_stuck_end_the_process(world, monkeypatch):
    class Hopeless(MemorySource):
        async def stuck(self):
            return True

    monkeypatch.setattr(consumer_module, "TEND_SECONDS", 0.0)
    source = Hopeless(world.log, [world.topic], world.group)
    reader = Reader(world.topic)
    consumer = Consumer(source, world.store, reader.subscriptions, group=world.group)
    with pytest.raises(StuckClient):
        await asyncio.wait_for(consumer.run(), 10)


async def test_restricted_topics_are_late_or_healthy_and_never_counted(world):
    topic = "hidden.thing"
    reader = Reader(topic)
    restricted = [
        Subscription(each.type, each.model, each.handler, restricted=True)
        for each in reader.subscriptions
    ]
    source = MemorySource(world.log, [topic], "hidden.main", batch=1)
    consumer = Consumer(source, world.store, restricted, group="hidden.main")
    world.topic = topic
    for n in (1, 2, 3):
        await world.commit(uuid4(), n)
    await world.carry(world.relay(hidden=[topic]))
    late = metrics.CONSUMER_LATE.labels(group="hidden.main")._value.get
    await consumer.tend()
    assert late() == 0
    await consumer.tend()
    assert late() == 1
    while await consumer.run_once():
        continue
    await consumer.tend()
    assert late() == 0
    shown = [
        sample.labels
        for metric in (
            metrics.CONSUMER_LAG,
            metrics.EVENTS_HANDLED,
            metrics.OUTBOX_PUBLISHED,
        )
        for family in metric.collect()
        for sample in family.samples
    ]
    assert topic not in {labels.get("topic") for labels in shown}


def test_the_brake_forgives_a_few_and_stops_at_a_ratio():
    brake = Brake(ratio=0.5, minimum=3, window=10)
    assert not brake.holds(bad=3, good=0)
    assert brake.holds(bad=4, good=0)
    assert not brake.holds(bad=4, good=4)
    brake.note(bad=2, good=0)
    assert brake.holds(bad=2, good=0)
    brake.note(bad=0, good=10)
    assert not brake.holds(bad=3, good=0)


_FIRST = "00-11111111111111111111111111111111-2222222222222222-01"
_SECOND = "00-33333333333333333333333333333333-4444444444444444-01"


@pytest.mark.parametrize(
    ("traces", "followed"),
    [([_FIRST, _FIRST], "1" * 32), ([_FIRST, _SECOND], None), ([_FIRST], "1" * 32)],
)
async def test_facts_of_one_trace_are_handled_under_it_and_those_of_two_under_neither(
    world, traces, followed
):
    seen = []

    class Tracing(Reader):
        async def on_counted(self, events, uow):
            seen.append(current_trace_id())

    key = uuid4()
    for n, traceparent in enumerate(traces, 1):
        unit = MemoryUnit(world.store)
        unit.publish(replace(fact(world.topic, key, n), traceparent=traceparent))
        unit.commit()
    await world.carry(world.relay())
    await (await world.consumer(Tracing(world.topic))).run_once()
    assert len(seen) == 1
    if followed:
        assert seen == [followed]
    else:
        assert not {"1" * 32, "3" * 32} & set(seen)


async def test_a_replay_that_was_asked_for_does_not_wait_for_a_message(world):
    key, reader = uuid4(), Reader(world.topic)
    await world.commit(key, 1, bad=True)
    await world.carry(world.relay())
    asleep = asyncio.Event()

    class Quiet(MemorySource):
        async def fetch(self):
            if found := await super().fetch():
                return found
            asleep.set()
            return await asyncio.Event().wait()

    source = Quiet(world.log, [world.topic], world.group)
    consumer = Consumer(source, world.store, reader.subscriptions, group=world.group)
    task = asyncio.create_task(consumer.run())
    await asyncio.wait_for(asleep.wait(), 5)
    assert await world.letters() == [("failed", "bad-number")]
    reader.mended = True
    await world.ask_for_replay()
    consumer.replay()
    consumer.replay()
    await eventually(world.effects, until=lambda made: made == [(key, 1)], what="the replay")
    consumer.stop()
    await asyncio.wait_for(task, 5)
