"""Loops that wait are woken at once, and wake by themselves when nobody does it."""

import asyncio
from datetime import timedelta

import pytest

from lianfang_common.testing.eventually import eventually
from lianfang_common.wakeup import Backoff, ValkeyPings, Wakeup

LONG = timedelta(seconds=30)


async def test_a_waiting_loop_is_woken():
    wakeup = Wakeup()
    task = asyncio.create_task(wakeup.wait(LONG))
    await asyncio.sleep(0)
    wakeup.set()
    await asyncio.wait_for(task, 1)


async def test_a_call_before_the_wait_is_not_lost_and_counts_once():
    wakeup = Wakeup()
    wakeup.set()
    wakeup.set()
    await asyncio.wait_for(wakeup.wait(LONG), 1)
    task = asyncio.create_task(wakeup.wait(LONG))
    await asyncio.sleep(0)
    assert not task.done()
    task.cancel()


async def test_nobody_sleeps_for_ever():
    await asyncio.wait_for(Wakeup().wait(timedelta(milliseconds=1)), 1)


def test_waits_double_up_to_the_longest_and_begin_again():
    backoff = Backoff(first_seconds=1, longest_seconds=8)
    waits = [backoff.next_seconds() for _ in range(6)]
    for wait, most in zip(waits, [1, 2, 4, 8, 8, 8], strict=True):
        assert 0.9 * most <= wait <= most
    backoff.reset()
    assert backoff.next_seconds() <= 1


def test_a_thousandth_attempt_still_has_a_wait():
    backoff = Backoff(longest_seconds=2)
    backoff.attempt = 5_000
    assert backoff.next_seconds() <= 2


async def test_a_silent_valkey_is_held_by_few_connections_and_waited_for_by_nobody():
    opened: list[asyncio.StreamWriter] = []

    async def never_answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        pings = ValkeyPings(f"redis://127.0.0.1:{port}/0", "rentals")
        for _ in range(50):
            pings.ping("relay")
        await eventually(lambda: len(opened) == 2)
        await asyncio.wait_for(pings.close(), 5)
        # Each of the two may have tried once more.
        assert len(opened) <= 4
        for writer in opened:
            writer.close()


async def test_what_was_awaited_and_last_seen_is_said():
    answers = iter(range(1000))

    def answers_so_far():
        return next(answers)

    with pytest.raises(AssertionError, match=r"awaited for 0.05 s: answers so far; last seen: \d+"):
        await eventually(answers_so_far, until=lambda n: n < 0, within_seconds=0.05)


async def test_a_failing_probe_is_asked_again():
    calls = 0

    async def probe():
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OSError("not yet")
        return calls

    assert await eventually(probe) == 3
