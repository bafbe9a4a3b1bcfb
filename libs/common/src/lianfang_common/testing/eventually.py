"""Waiting for a condition, so that a failure says what was awaited and what was seen instead."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    probe: Callable[[], T | Awaitable[T]],
    *,
    until: Callable[[T], bool] = bool,
    what: str = "",
    within_seconds: float = 30.0,
    every_seconds: float = 0.01,
) -> T:
    """Ask a probe until its answer satisfies, and return that answer.

    Args:
        probe: asked again and again; an exception counts as an unsatisfying answer.
        until: says whether an answer satisfies; by default, whether it is true.
        what: the awaited state in words; by default, the probe's name.
        within_seconds: how long to go on asking.
        every_seconds: pause between two questions.

    Raises:
        AssertionError: time is up; names what was awaited and the last answer.
    """
    end = time.monotonic() + within_seconds
    while True:
        try:
            seen = probe()
            answer = await seen if inspect.isawaitable(seen) else seen
            shown = repr(answer)
            if until(answer):
                return answer
        except Exception as failure:
            shown = f"{type(failure).__name__}: {failure}"
        if time.monotonic() >= end:
            awaited = what or getattr(probe, "__name__", "a condition").replace("_", " ")
            raise AssertionError(
                f"awaited for {within_seconds} s: {awaited}; last seen: {shown[:500]}"
            )
        await asyncio.sleep(every_seconds)
