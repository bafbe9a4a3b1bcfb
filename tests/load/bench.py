"""Measures request -> notice on an open live view, beside the sum of its bare parts, in one run.

Each part and the whole take turns, so that the parts meet the same idle machine; what the parts
cost in a tight loop is told beside it. A notice counts only if its id is committed in
notifications and stands in `notifications.notice`. A run whose parts move by more than a quarter
between its first and its last round says so and counts for nothing.
"""

import argparse
import asyncio
import contextlib
import json
import platform
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from aiokafka import AIOKafkaConsumer
from journeys import report
from network import ROOT, Network
from parts import Part, bare_commit, empty_hop, produce_to_consume, timed

from lianfang_demo.client import Session
from lianfang_demo.live import LiveView

OFFICER = "beihe-officer1"
TARGETS = {"p50 ratio": 4.0, "p50 ms": 40.0, "p99 ms": 150.0}
MOVED_MAX = 0.25
WARM_UP = 30


class Whole:
    """The whole way: one report posted, until its notice is on the officer's open live view."""

    def __init__(self, officer: Session, grids: list[str]) -> None:
        self._officer = officer
        self._grids = cycle(grids)
        self._arrived: dict[str, asyncio.Future[float]] = {}
        self.notice_ids: list[str] = []

    async def listen(self, view: LiveView) -> None:
        """Note when each notice comes, for as long as the bench runs."""
        async for event in view.follow():
            if not isinstance(event.data, dict) or "subject_id" not in event.data:
                continue
            subject = str(event.data["subject_id"])
            waiting = self._arrived.setdefault(subject, asyncio.get_running_loop().create_future())
            if not waiting.done():
                waiting.set_result(time.perf_counter())
                self.notice_ids.append(str(event.data["notice_id"]))

    async def once(self) -> float:
        """Return the milliseconds from sending the request to seeing its notice."""
        begun = time.perf_counter()
        # A report that names no premises is never linked to an earlier one.
        reply = await report(self._officer, "help_request", grid=next(self._grids))
        if reply.status != 201 or reply.body["linked"]:
            raise RuntimeError(f"a report was not opened: {reply.status} {reply.body}")
        subject = reply.body["incident_id"]
        waiting = self._arrived.setdefault(subject, asyncio.get_running_loop().create_future())
        return (await asyncio.wait_for(waiting, 10) - begun) * 1000


def security(servers: dict[str, Any]) -> dict[str, Any]:
    """Return the administrator's settings for a Kafka client."""
    return {
        "bootstrap_servers": servers["kafka_bootstrap"],
        "security_protocol": servers["kafka_security_protocol"],
        "sasl_mechanism": servers["kafka_mechanism"],
        "sasl_plain_username": servers["kafka_username"],
        "sasl_plain_password": servers["kafka_password"],
    }


async def ids_on_topic(servers: dict[str, Any]) -> set[str]:
    """Return the ids of all notices on `notifications.notice`."""
    topic = "notifications.notice"
    consumer = AIOKafkaConsumer(topic, **security(servers), auto_offset_reset="earliest")
    await consumer.start()
    found: set[str] = set()
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found |= {str(json.loads(record.value).get("notice_id")) for record in records}
    finally:
        await consumer.stop()
    return found


async def measure(network: Network, rounds: int, repeat: int) -> dict[str, Any]:
    """Let parts and whole take turns; return medians, spread and what was counted."""
    account = network.accounts[OFFICER]
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        parts: list[Part] = [
            await stack.enter_async_context(empty_hop(Path(folder))),
            await stack.enter_async_context(bare_commit(network.servers["postgres_url"])),
            await stack.enter_async_context(produce_to_consume(security(network.servers))),
        ]
        officer = await stack.enter_async_context(Session(network.url("gateway")))
        await officer.login(OFFICER, account["password"])
        whole = Whole(officer, network.grids_of(OFFICER))
        view = LiveView(officer)
        listening = asyncio.create_task(whole.listen(view))
        stack.callback(listening.cancel)
        await asyncio.wait_for(view.connected.wait(), 10)
        hot = sum([part.times * median(await timed(part.once, repeat)) for part in parts])
        sums: list[float] = []
        pieces: dict[str, list[float]] = {part.name: [] for part in parts}
        taken: list[float] = []
        for turn in range(-1, rounds):
            # One of each in turn: the parts meet the same idle machine as the whole does.
            whole_times: list[float] = []
            part_times: dict[str, list[float]] = {part.name: [] for part in parts}
            for _ in range(repeat if turn >= 0 else WARM_UP):
                for part in parts:
                    part_times[part.name] += await timed(part.once, 1)
                whole_times.append(await whole.once())
            if turn < 0:
                continue
            for part in parts:
                pieces[part.name].append(median(part_times[part.name]))
            sums.append(sum(part.times * pieces[part.name][-1] for part in parts))
            taken += whole_times
            print(f"round {turn + 1} of {rounds}: parts {sums[-1]:.2f} ms,"
                  f" whole {median(whole_times):.2f} ms")  # fmt: skip
    return await _judged(network, whole, hot, sums, pieces, taken)


async def _judged(
    network: Network,
    whole: Whole,
    hot: float,
    sums: list[float],
    pieces: dict[str, list[float]],
    taken: list[float],
) -> dict[str, Any]:
    committed = await network.query(
        "notifications",
        "select id from notices where id = any ($1::uuid[])",
        whole.notice_ids,
    )
    on_topic = await ids_on_topic(network.servers)
    uncounted = set(whole.notice_ids) - {str(row["id"]) for row in committed} & on_topic
    whole_p50 = median(taken)
    per_round = len(taken) // len(sums)
    ratios = [
        median(taken[turn * per_round : (turn + 1) * per_round]) / total
        for turn, total in enumerate(sums)
    ]
    moved = abs(sums[-1] - sums[0]) / sums[0]
    return {
        "name": "request -> notice on an open live view, idle",
        "valid": not uncounted and moved <= MOVED_MAX,
        "uncounted_notices": len(uncounted),
        "ceiling_moved": round(moved, 3),
        "samples": len(taken),
        "parts_ms": {name: round(median(values), 3) for name, values in pieces.items()},
        "sum_of_parts_ms": round(median(sums), 3),
        "sum_of_parts_in_a_tight_loop_ms": round(hot, 3),
        "p50_ms": round(whole_p50, 3),
        "p99_ms": round(quantiles(taken, n=100)[98], 3),
        "worst_ms": round(max(taken), 3),
        "p50_ratio": round(median(ratios), 3),
        "p50_ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "targets": TARGETS,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }


def main() -> int:
    """Measure, print a table, write `build/bench.json`; fail when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="demo")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=60)
    options = parser.parse_args()
    network = Network.of_profile(options.profile)
    found = asyncio.run(measure(network, options.rounds, options.repeat))
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build/bench.json").write_text(json.dumps([found], indent=2) + "\n")
    for name, value in found.items():
        print(f"{name:<22} {value}")
    met = (
        found["p50_ratio"] <= TARGETS["p50 ratio"]
        and found["p50_ms"] <= TARGETS["p50 ms"]
        and found["p99_ms"] <= TARGETS["p99 ms"]
    )
    print("targets met" if met and found["valid"] else "targets missed, or the run is not valid")
    return 0 if met and found["valid"] else 1


if __name__ == "__main__":
    sys.exit(main())
