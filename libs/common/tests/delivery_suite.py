"""What delivery promises, in the words of a world: the same tests in memory and on real servers."""

from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from facts import Reader

from lianfang_common.brake import Brake
from lianfang_common.consumer import Braked
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.eventually import eventually

RELAY_POINTS = ["relay.selected", "relay.sent", "relay.marked"]
CONSUMER_POINTS = [
    "consumer.applied",
    "consumer.committed",
    "consumer.handled",
    "consumer.offsets",
]


class Crash(BaseException):
    """The process dies here."""


def dying_at(point: str):
    """Return a probe that kills whoever passes a point."""

    def probe(passed: str) -> None:
        if passed == point:
            raise Crash

    return probe


def keys(count: int) -> list[UUID]:
    """Return that many aggregates."""
    return [uuid4() for _ in range(count)]


async def consume(world, consumer, wanted: list[tuple[UUID, int]]) -> None:
    """Let a consumer work until exactly the wanted effects were had, in order per key."""

    async def effects():
        await consumer.run_once()
        return await world.effects()

    had = await eventually(
        effects, until=lambda seen: len(seen) >= len(wanted), what=f"{len(wanted)} effects"
    )
    assert by_key(had) == by_key(wanted)


def by_key(effects: list[tuple[UUID, int]]) -> dict[UUID, list[int]]:
    """Return each key's numbers in their order."""
    found: dict[UUID, list[int]] = {}
    for key, n in effects:
        found.setdefault(key, []).append(n)
    return found


class DeliverySuite:
    """Inherited by one class for each world."""

    async def test_facts_arrive_once_and_in_order_per_key(self, world):
        first, second = keys(2)
        wanted = [(key, n) for n in (1, 2, 3) for key in (first, second)]
        for key, n in wanted:
            await world.commit(key, n, one_by_one=n == 2)
        assert await world.carry(world.relay()) == 6
        assert await world.carry(world.relay()) == 0
        consumer = await world.consumer(Reader(world.topic))
        await consume(world, consumer, wanted)
        await consumer.run_once()
        assert len(await world.effects()) == 6

    @pytest.mark.parametrize("point", RELAY_POINTS)
    async def test_a_relay_that_dies_leaves_no_fact_behind_and_doubles_no_effect(
        self, world, point
    ):
        (key,) = keys(1)
        wanted = [(key, n) for n in (1, 2, 3)]
        for _, n in wanted:
            await world.commit(key, n)
        with pytest.raises(Crash):
            await world.carry(world.relay(probe=dying_at(point)))
        await world.commit(key, 4)
        await world.carry(world.relay())
        await consume(world, await world.consumer(Reader(world.topic)), [*wanted, (key, 4)])

    @pytest.mark.parametrize("point", CONSUMER_POINTS)
    async def test_a_consumer_that_dies_loses_and_doubles_no_effect(self, world, point):
        first, second = keys(2)
        wanted = [(key, n) for key in (first, second) for n in (1, 2, 3)]
        for key, n in wanted:
            await world.commit(key, n)
        await world.carry(world.relay())
        dying = await world.consumer(Reader(world.topic), probe=dying_at(point))
        with pytest.raises(Crash):
            while True:
                await dying.run_once()
        await world.leave(dying)
        await consume(world, await world.consumer(Reader(world.topic)), wanted)

    async def test_a_poison_message_parks_its_key_and_lets_the_others_go_on(self, world):
        poisoned, sound = keys(2)
        for n in (1, 2, 3):
            await world.commit(poisoned, n, bad=n == 2)
            await world.commit(sound, n)
        await world.carry(world.relay())
        consumer = await world.consumer(Reader(world.topic))
        await consume(world, consumer, [(poisoned, 1), *((sound, n) for n in (1, 2, 3))])
        assert await world.letters() == [("failed", "bad-number"), ("parked", "parked")]

    async def test_a_replay_has_the_parked_effects_in_order_before_newer_ones(self, world):
        (key,) = keys(1)
        reader = Reader(world.topic)
        consumer = await world.consumer(reader)
        for n in (1, 2, 3):
            await world.commit(key, n, bad=n == 1)
        await world.carry(world.relay())
        await eventually(
            lambda: _letters_after(world, consumer), until=lambda found: len(found) == 3
        )
        reader.mended = True
        await world.ask_for_replay()
        await world.commit(key, 4)
        await world.carry(world.relay())
        consumer.replay()
        await consume(world, consumer, [(key, n) for n in (1, 2, 3, 4)])
        assert {state for state, _ in await world.letters()} == {"replayed"}
        assert await world.kept_messages() == 0

    async def test_a_replay_that_fails_again_keeps_the_key_parked(self, world):
        (key,) = keys(1)
        consumer = await world.consumer(Reader(world.topic))
        for n in (1, 2):
            await world.commit(key, n, bad=n == 1)
        await world.carry(world.relay())
        await eventually(
            lambda: _letters_after(world, consumer), until=lambda found: len(found) == 2
        )
        await world.ask_for_replay()
        await consumer.tend()
        assert await world.letters() == [("failed", "bad-number"), ("parked", "parked")]
        assert await world.effects() == []

    @pytest.mark.parametrize(
        ("headers", "body", "reason"),
        [
            ([], b"{}", "unreadable-envelope"),
            (
                [("ce_type", b"{topic}.counted.v1"), ("ce_id", b"\xff")],
                b"{}",
                "unreadable-envelope",
            ),
            (None, b"\xff\x00 no json", "unreadable-body"),
            (None, orjson.dumps({"n": "one"}), "unreadable-body"),
            (None, None, "unreadable-body"),
        ],
    )
    async def test_what_cannot_be_read_is_parked_with_a_code(self, world, headers, body, reason):
        if headers is None:
            headers = [
                ("ce_id", str(uuid4()).encode()),
                ("ce_type", b"{topic}.counted.v1"),
                ("ce_time", b"2026-03-02T12:00:00+00:00"),
                ("ce_aggregateversion", b"1"),
            ]
        named = [(name, value.replace(b"{topic}", world.topic.encode())) for name, value in headers]
        (sound,) = keys(1)
        await world.send_raw(str(uuid4()).encode(), body, named)
        await world.commit(sound, 1)
        await world.carry(world.relay())
        consumer = await world.consumer(Reader(world.topic))
        await consume(world, consumer, [(sound, 1)])
        await eventually(
            lambda: _letters_after(world, consumer),
            until=lambda found: found == [("failed", reason)],
        )

    async def test_what_comes_behind_an_unreadable_message_of_its_key_waits(self, world):
        blocked, sound = keys(2)
        headers = [("ce_type", f"{world.topic}.counted.v1".encode())]
        await world.send_raw(str(blocked).encode(), b"{}", headers)
        for key in (blocked, sound):
            await world.commit(key, 1)
        await world.carry(world.relay())
        consumer = await world.consumer(Reader(world.topic))
        await consume(world, consumer, [(sound, 1)])
        assert [state for state, _ in await world.letters()] == ["failed", "parked"]

    async def test_too_much_poison_stops_the_consumer_before_it_is_parked(self, world):
        for key in keys(8):
            await world.commit(key, 1, bad=True)
        await world.carry(world.relay())
        consumer = await world.consumer(Reader(world.topic), brake=Brake(minimum=3))
        with pytest.raises(Braked):
            while True:
                await consumer.run_once()
        assert len(await world.letters()) <= 3

    async def test_other_event_types_are_passed_over(self, world):
        (key,) = keys(1)
        headers = [("ce_type", f"{world.topic}.unheard-of.v1".encode())]
        await world.send_raw(str(key).encode(), b"whatever", headers)
        await world.commit(key, 1)
        await world.carry(world.relay())
        await consume(world, await world.consumer(Reader(world.topic)), [(key, 1)])
        assert await world.letters() == []

    async def test_while_a_new_version_of_an_event_rolls_out_each_fact_has_its_effect_once(
        self, world
    ):
        """Publishers tell the old version, then both, then the new one; readers lag behind."""
        (key,) = keys(1)
        wanted = [(key, n) for n in range(1, 7)]
        told = {1: [1], 2: [1], 3: [1], 4: [1, 2], 5: [1, 2], 6: [2]}
        for n in (1, 2):
            await world.commit(key, n, versions=told[n])
        await world.carry(world.relay())
        first = await world.consumer(Reader(world.topic))
        await consume(world, first, wanted[:2])
        await world.leave(first)
        for n in (3, 4):
            await world.commit(key, n, versions=told[n])
        await world.carry(world.relay())
        old = await world.consumer(Reader(world.topic), probe=dying_at("consumer.committed"))
        with pytest.raises(Crash):
            while True:
                await old.run_once()
        await world.leave(old)
        new = await world.consumer(Reader(world.topic, versions=[1, 2]))
        for n in (5, 6):
            await world.commit(key, n, versions=told[n])
        await world.carry(world.relay())
        await consume(world, new, wanted)
        await new.run_once()
        assert await world.effects() == wanted
        assert await world.letters() == []

    async def test_a_clock_that_jumps_neither_loses_nor_doubles_nor_reorders(self, world):
        (key,) = keys(1)
        clock = MockClock()
        relay, wanted = world.relay(clock), [(key, n) for n in range(1, 6)]
        for (_, n), hours in zip(wanted, [0, 1, -2, 24 * 30, -24 * 30], strict=True):
            clock.advance(timedelta(hours=hours))
            await world.commit(key, n, at=clock.now())
            assert await world.carry(relay) == 1
        await consume(world, await world.consumer(Reader(world.topic)), wanted)


async def _letters_after(world, consumer):
    await consumer.run_once()
    return await world.letters()
