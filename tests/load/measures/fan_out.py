"""Many open live views of one desk: cost, lateness and memory, and what is lost when all return.

A gateway on a database of its own is told lines as its consumer tells it: a row of the feed, and a
word on the bus. Beside it stand a floor that writes the same bytes to as many sockets, and
FastAPI's StreamingResponse with a queue a client. At the end the gateway is killed, lines are
written while it is away and when it is back, and every view comes again after its last one.
"""

import asyncio
import os
import resource
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from bed import Bed
from cpu import resident_mb, usage
from crowd import Crowd
from desk import a_desk
from figures import Figure, failed, plain
from own import OwnService, own_service
from peers.live import FLOOR, STREAMING, floor, streaming
from rounds import judged, percentile
from seats import take_seats

OFFICER = "beihe-officer1"
OURS = "lianfang"
VIEWS, VIEWS_A_SESSION = 2_000, 10  # the gateway's limit a session
LINES, RATE = 12, 5.0  # a round, and a second: 10,000 deliveries a second
STORM_LINES = 10
LATE_SECONDS, STORM_SECONDS = 20.0, 60.0
CPU_FLOOR, CPU_PEER, P99_MS, KIB = 2.0, 2.0, 100.0, 6.0  # T9


@dataclass
class _Side:
    """A server, its open views, and how a line is handed to it."""

    pid: int
    crowd: Crowd
    tell: Callable[[int], Awaitable[None]]
    empty_mb: float
    number: int = 0

    async def next(self) -> None:
        """Hand over the next line."""
        self.number += 1
        self.crowd.told_at[self.number] = time.perf_counter()
        await self.tell(self.number)


@dataclass(frozen=True)
class _Round:
    us: float
    """Processor time of a delivery."""
    p99_ms: float


async def measure(bed: Bed) -> list[Figure]:
    """Return processor time, lateness and memory beside both others, and what the storm lost."""
    count = bed.many(VIEWS, VIEWS_A_SESSION)
    if reason := _too_few_files(4 * count):
        return [failed("live views of one desk", reason)]
    own = await bed.stack.enter_async_context(own_service(bed, "gateway"))
    seats = await take_seats(bed, own, OFFICER, -(-count // VIEWS_A_SESSION))
    cookies = [cookie for cookie in seats for _ in range(VIEWS_A_SESSION)][:count]
    told = await a_desk(bed, own, OFFICER)
    sides: dict[str, _Side] = {}
    async with own.serve() as pid:
        url = f"{own.url}/api/v1/gateway/live"
        sides[OURS] = await _opened(bed, pid, url, cookies, told.to_gateway)
        for name, served, told_by in (
            (FLOOR, floor, told.to_floor),
            (STREAMING, streaming, told.to_streaming),
        ):
            server = await bed.stack.enter_async_context(served(told.desk_id))
            tell = partial(told_by, server.url)
            sides[name] = await _opened(bed, server.pid, f"{server.url}/live", cookies, tell)
        lines = bed.many(LINES, 4)
        taken = await bed.alternate(
            {name: partial(_round, side, lines, count) for name, side in sides.items()}
        )
        held = {name: _kib(side, count) for name, side in sides.items()}
        lost_before = _lost(sides[OURS])
        os.kill(pid, signal.SIGKILL)
    lost, seconds = await _storm(own, sides[OURS])
    return [
        *_costs(taken, count, lines),
        *_lateness(taken, count, lines),
        *_memory(held, count),
        _nothing_lost(f"{count} live views told {lines} lines a round", lost_before, count),
        _nothing_lost(f"{count} live views come again after a kill", lost - lost_before, count),
        plain("live views all told everything, after the gateway is ready again", [seconds], "s"),
    ]


def _too_few_files(wanted: int) -> str:
    """Let this process and its children open more files; return why that is not enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return f"{wanted} open files are needed, {hard} allowed"
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return ""


async def _opened(
    bed: Bed, pid: int, url: str, cookies: list[str], tell: Callable[[int], Awaitable[None]]
) -> _Side:
    few = Crowd(url, cookies[:VIEWS_A_SESSION])  # what the first view loads is not counted
    bed.stack.push_async_callback(few.close)
    await few.open()
    await few.close()
    side = _Side(pid, Crowd(url, cookies), tell, resident_mb(pid))
    bed.stack.push_async_callback(side.crowd.close)
    await side.crowd.open()
    return side


async def _round(side: _Side, lines: int, views: int) -> _Round:
    side.crowd.taken.clear()
    before = usage({"server": side.pid})
    begun = time.perf_counter()
    for nth in range(lines):
        await asyncio.sleep(max(0.0, begun + nth / RATE - time.perf_counter()))
        await side.next()
    if not await side.crowd.until_all_have(side.number, LATE_SECONDS):
        behind = side.crowd.behind(side.number)
        raise RuntimeError(f"{behind} deliveries are not made after {LATE_SECONDS:.0f} s")
    used = usage({"server": side.pid}).since(before).total
    return _Round(used / (lines * views) * 1e6, percentile(side.crowd.taken, 0.99))


def _kib(side: _Side, views: int) -> float:
    return (resident_mb(side.pid) - side.empty_mb) * 1e6 / 1024 / views


def _lost(side: _Side) -> int:
    return side.crowd.missed + side.crowd.doubled + side.crowd.behind(side.number)


async def _storm(own: OwnService, side: _Side) -> tuple[int, float]:
    """Tell while the gateway is away and when it is back; return lines lost, and the seconds."""
    for _ in range(STORM_LINES):
        await side.next()
    async with own.serve():
        ready = time.perf_counter()
        for _ in range(STORM_LINES):
            await side.next()
            await asyncio.sleep(1 / RATE)
        await side.crowd.until_all_have(side.number, STORM_SECONDS)
        seconds = time.perf_counter() - ready
        await asyncio.sleep(1)  # what comes twice may come late
        await side.crowd.close()
    return _lost(side), seconds


def _costs(taken: dict[str, list[_Round]], views: int, lines: int) -> list[Figure]:
    us = {name: [each.us for each in rounds] for name, rounds in taken.items()}
    title, samples = f"live view, CPU a delivery to {views}", len(us[OURS]) * lines * views
    return [
        judged(
            title, "µs", us[OURS], us[FLOOR], against=f"{FLOOR}, {median(us[FLOOR]):.1f} µs",
            samples=samples, target=CPU_FLOOR,
            note="heartbeats and looks at sessions included",
        ),
        judged(
            f"{title}: {STREAMING}", "µs", us[STREAMING], us[OURS], against=OURS,
            samples=samples, target=CPU_PEER, at_least=True,
        ),
    ]  # fmt: skip


def _lateness(taken: dict[str, list[_Round]], views: int, lines: int) -> list[Figure]:
    title, samples = f"line stored to {views} live views, p99", len(taken[OURS]) * lines * views
    late = {name: [each.p99_ms for each in rounds] for name, rounds in taken.items()}
    return [
        judged(
            title, "ms", late[OURS], [P99_MS] * len(late[OURS]), against=f"{P99_MS:.0f} ms",
            samples=samples, target=1.0,
        ),
        *(plain(f"{title}: {name}", late[name], "ms", samples=samples)
          for name in (FLOOR, STREAMING)),
    ]  # fmt: skip


def _memory(held: dict[str, float], views: int) -> list[Figure]:
    ratio, title = held[OURS] / KIB, "memory of an open live view"
    against = f"{KIB:.0f} KiB"
    return [
        Figure(title, held[OURS], "KiB", ratio, against, 1.0, ratio <= 1, samples=views),
        *(plain(f"{title}: {name}", [held[name]], "KiB", samples=views)
          for name in (FLOOR, STREAMING)),
    ]  # fmt: skip


def _nothing_lost(title: str, lost: int, views: int) -> Figure:
    name = f"{title}: lines missed or doubled"
    return Figure(name, lost, "lines", float(lost), "none", 0.0, lost == 0, samples=views)
