"""The promise of delivery, held against every interleaving and every crash that a machine can find.

Each committed fact is published at least once, in order per key, and has its effect exactly once.
The relay and the consumer are the real ones; the log and the store are in memory.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from facts import Reader, fact
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lianfang_common.brake import Brake
from lianfang_common.consumer import Consumer
from lianfang_common.errors import Transient
from lianfang_common.inbox import Claim
from lianfang_common.relay import Relay
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.memory import (
    MemoryBatch,
    MemoryLog,
    MemorySender,
    MemorySource,
    MemoryStore,
    MemoryUnit,
)
from lianfang_common.wakeup import Wakeup

TOPIC = "memory.thing"
GROUP = "memory.main"
KEYS = [UUID(int=number) for number in (1, 2)]
keys = st.sampled_from(KEYS)
relay_crashes = st.sampled_from([None, None, "relay.selected", "relay.sent", "relay.marked"])
consumer_crashes = st.sampled_from(
    [None, None, "consumer.applied", "consumer.committed", "consumer.handled", "consumer.offsets"]
)


class Crash(BaseException):
    """The process dies here."""


class Delivery(RuleBasedStateMachine):
    """One publisher and one consumer with a log between them."""

    relay_class: type[Relay] = Relay
    store_class: type[MemoryStore] = MemoryStore
    source_class: type[MemorySource] = MemorySource
    sender_class: type[MemorySender] = MemorySender

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = MockClock()
        self.log = MemoryLog()
        self.publisher = self.store_class()
        self.reader = Reader(TOPIC)
        self.readers_store = self.store_class()
        self.refused: set[UUID] = set()
        self.dies_at: str | None = None
        self.committed: dict[UUID, list[int]] = {key: [] for key in KEYS}
        self.under_way: dict[UUID, tuple[MemoryUnit, int]] = {}
        self.start_relay()
        self.start_consumer()

    def start_relay(self):
        sender = self.sender_class(self.log, "memory", self.refuses)
        self.relay = self.relay_class(
            self.publisher, sender, Wakeup(), self.clock, probe=self.probe
        )

    def refuses(self, row):
        return row.message.key in self.refused and row.message.aggregate_version % 2 == 1

    def start_consumer(self):
        source = self.source_class(self.log, [TOPIC], GROUP)
        self.source = source
        self.consumer = Consumer(
            source,
            self.readers_store,
            self.reader.subscriptions,
            group=GROUP,
            brake=Brake(ratio=1),
            probe=self.probe,
        )

    def probe(self, point):
        if point == self.dies_at:
            raise Crash

    def live(self, step, dies_at, revive):
        """Run one step of a process, which may die at a point and is then started anew."""
        self.dies_at = dies_at
        try:
            self.loop.run_until_complete(step())
        except Crash:
            revive()
        except Transient:
            assert self.log.away
        finally:
            self.dies_at = None

    @precondition(lambda self: len(self.under_way) < len(KEYS))
    @rule(
        key=keys,
        bad=st.sampled_from([False, False, True]),
        slow=st.booleans(),
        one_by_one=st.booleans(),
    )
    def change(self, key, bad, slow, one_by_one):
        if key in self.under_way:
            return  # another transaction holds the aggregate's row
        unit = MemoryUnit(self.publisher)
        n = len(self.committed[key]) + 1
        unit.publish(fact(TOPIC, key, n, bad=bad, one_by_one=one_by_one))
        self.under_way[key] = unit, n
        if not slow:
            self.commit(key)

    @rule(key=keys, bad=st.lists(st.booleans(), min_size=2, max_size=4))
    def change_often(self, key, bad):
        for each in bad:
            self.change(key, each, slow=False, one_by_one=each)

    @rule(key=keys)
    def commit(self, key):
        if key in self.under_way:
            unit, n = self.under_way.pop(key)
            unit.commit()
            self.committed[key].append(n)

    @rule(key=keys)
    def roll_back(self, key):
        self.under_way.pop(key, None)

    @rule(dies_at=relay_crashes)
    def carry(self, dies_at):
        self.live(lambda: self.relay.run_once(self.publisher), dies_at, self.start_relay)

    @rule(dies_at=consumer_crashes)
    def consume(self, dies_at):
        self.live(lambda: self.consumer.run_once(), dies_at, self.start_consumer)

    @rule(relay_dies_at=relay_crashes, consumer_dies_at=consumer_crashes)
    def flow(self, relay_dies_at, consumer_dies_at):
        self.carry(relay_dies_at)
        self.consume(consumer_dies_at)

    @rule(what=st.sampled_from(["rebalance", "refuse", "accept", "log away", "log back", "later"]))
    def disturb(self, what):
        match what:
            case "rebalance":
                self.loop.run_until_complete(self.source.stop())
            case "refuse":
                self.refused.add(KEYS[0])
            case "accept":
                self.refused.clear()
            case "log away" | "log back":
                self.log.away = what == "log away"
            case "later":
                self.clock.advance(timedelta(seconds=60))

    @rule(dies_at=consumer_crashes)
    def replay(self, dies_at):
        self.readers_store.ask_for_replay()
        self.live(lambda: self.consumer.tend(), dies_at, self.start_consumer)

    @rule(mended=st.booleans())
    def mend(self, mended):
        self.reader.mended = mended

    @invariant()
    def effects_come_once_and_in_order(self):
        for key, numbers in self.committed.items():
            had = [n for owner, n in self.readers_store.effects if owner == key]
            assert had == numbers[: len(had)], f"committed {numbers}, had the effects {had}"

    @invariant()
    def facts_are_published_in_order(self):
        for key, numbers in self.committed.items():
            first_seen = list(dict.fromkeys(self.published(key)))
            assert first_seen == numbers[: len(first_seen)]

    def published(self, key):
        return [
            int(dict(record.headers)["ce_aggregateversion"])
            for batch in self.log.records.values()
            for record in batch
            if record.key == str(key).encode()
        ]

    def teardown(self):
        for key in list(self.under_way):
            self.commit(key)
        self.log.away = False
        self.refused.clear()
        self.reader.mended = True
        for _ in range(100):
            self.clock.advance(timedelta(seconds=60))
            self.carry(None)
            self.consume(None)
            self.replay(None)
        self.effects_come_once_and_in_order()
        for key, numbers in self.committed.items():
            assert set(self.published(key)) == set(numbers), "a fact never left"
            had = [n for owner, n in self.readers_store.effects if owner == key]
            assert had == numbers, "a fact never had its effect"
        self.loop.close()


def hold(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=300,
            stateful_step_count=40,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_each_fact_has_its_effect_once_and_in_order_whatever_dies_when():
    hold(Delivery)


class _ForgetfulStore(MemoryStore):
    def batch(self):
        outer = super().batch()

        class Forgetful:
            async def __aenter__(self):
                batch = await outer.__aenter__()

                async def claim(group, topic, ids, keys):
                    return Claim(
                        set(ids), (await MemoryBatch.claim(batch, group, topic, ids, keys)).blocked
                    )

                batch.claim = claim
                return batch

            async def __aexit__(self, *failure):
                return await outer.__aexit__(*failure)

        return Forgetful()


class _WatermarkStore(MemoryStore):
    seen = 0

    async def pending(self, limit, stopped):
        rows = [row for row in await super().pending(limit, stopped) if row.position > self.seen]
        self.seen = max([self.seen, *(row.position for row in rows)])
        return rows


class _UnblockedStore(_ForgetfulStore):
    def batch(self):
        outer = MemoryStore.batch(self)

        class Unblocked:
            async def __aenter__(self):
                batch = await outer.__aenter__()

                async def claim(group, topic, ids, keys):
                    return Claim(
                        (await MemoryBatch.claim(batch, group, topic, ids, keys)).fresh, ()
                    )

                batch.claim = claim
                return batch

            async def __aexit__(self, *failure):
                return await outer.__aexit__(*failure)

        return Unblocked()


class _OffsetFirstSource(MemorySource):
    async def fetch(self):
        batches = await super().fetch()
        for batch in batches:
            await self.commit({(batch[-1].topic, batch[-1].partition): batch[-1].offset + 1})
        return batches


class _MarkFirstRelay(Relay):
    async def run_once(self, store):
        rows = await store.pending(500, ())
        await store.mark([row.position for row in rows], self._clock.now())
        self._probe("relay.selected")
        return len(await self._sender.send(rows))


class _HeedlessSender(MemorySender):
    async def send(self, rows):
        sent = []
        for row in rows:
            sent += await super().send([row])
        return sent


def _mutant(**parts):
    return type("Mutant", (Delivery,), parts)


@pytest.mark.slow
@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(_mutant(store_class=_ForgetfulStore), id="no inbox"),
        pytest.param(_mutant(source_class=_OffsetFirstSource), id="offset before commit"),
        pytest.param(_mutant(store_class=_WatermarkStore), id="watermark cursor"),
        pytest.param(_mutant(relay_class=_MarkFirstRelay), id="mark before acknowledgement"),
        pytest.param(_mutant(store_class=_UnblockedStore), id="no parking behind a dead letter"),
        pytest.param(
            _mutant(sender_class=_HeedlessSender), id="sending on after a refused message"
        ),
    ],
)
def test_the_machine_finds_a_planted_bug(planted):
    with pytest.raises((AssertionError, ExceptionGroup)):
        hold(planted)
