"""A load keeps to its schedule, whatever the answers take."""

import asyncio
import time

from openloop import arrivals, at_rate, by_workers


def test_one_seed_draws_the_same_arrivals_at_the_stated_rate():
    drawn = arrivals(1_000, 2, 1)
    assert drawn == arrivals(1_000, 2, 1) != arrivals(1_000, 2, 2)
    assert drawn == sorted(drawn)
    assert 1_800 < len(drawn) < 2_200
    assert drawn[-1] < 2


async def test_what_a_request_waits_for_those_before_it_counts():
    turn = asyncio.Lock()

    async def slow(due: float) -> float:
        async with turn:
            await asyncio.sleep(0.02)
        return time.perf_counter() - due

    taken = await at_rate(500, 0.04, slow)
    assert max(taken) > 0.02 * len(taken) - 0.06


async def test_workers_do_a_thing_just_as_often_as_asked():
    done = []

    async def once() -> None:
        await asyncio.sleep(0)
        done.append(1)

    await by_workers(17, 4, once)
    assert len(done) == 17
