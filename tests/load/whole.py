"""The whole way: a report posted at the gateway, until its notice is on an open live view."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import cycle

from aiokafka import AIOKafkaConsumer
from bed import Bed
from journeys import report

from lianfang_demo.client import Session
from lianfang_demo.live import LiveView

TOPIC = "notifications.notice"


class Whole:
    """Posts reports as an officer and waits for their notices on the officer's live view.

    Args:
        officer: a logged-in session.
        grids: where the reports are placed, in turn.
    """

    def __init__(self, officer: Session, grids: list[str]) -> None:
        self._officer = officer
        self._grids = cycle(grids)
        self._arrived: dict[str, asyncio.Future[float]] = {}
        self.notice_ids: list[str] = []

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[LiveView]:
        """Hold the live view open and note when each notice comes."""
        view = LiveView(self._officer)
        listening = asyncio.create_task(self._listen(view))
        try:
            await asyncio.wait_for(view.connected.wait(), 10)
            yield view
        finally:
            listening.cancel()

    async def once(self, since: float | None = None) -> float:
        """Post a report; return the milliseconds until its notice is seen.

        Args:
            since: moment (`perf_counter`) at which the request was due; None for now. What a
                request waits because the one before is slow belongs to its time.
        """
        begun = time.perf_counter() if since is None else since
        # A report that names no premises is never linked to an earlier one.
        reply = await report(self._officer, "help_request", grid=next(self._grids))
        if reply.status != 201 or reply.body["linked"]:
            raise RuntimeError(f"a report was not opened: {reply.status} {reply.body}")
        return (await asyncio.wait_for(self._future(reply.body["incident_id"]), 60) - begun) * 1000

    async def _listen(self, view: LiveView) -> None:
        async for event in view.follow():
            if not isinstance(event.data, dict) or "subject_id" not in event.data:
                continue
            waiting = self._future(str(event.data["subject_id"]))
            if not waiting.done():
                waiting.set_result(time.perf_counter())
                self.notice_ids.append(str(event.data["notice_id"]))

    def _future(self, subject: str) -> asyncio.Future[float]:
        return self._arrived.setdefault(subject, asyncio.get_running_loop().create_future())


async def uncounted(bed: Bed, notice_ids: Iterable[str]) -> int:
    """Return how many seen notices are not committed in notifications, or not on their topic."""
    seen = set(notice_ids)
    committed = await bed.network.query(
        "notifications", "select id from notices where id = any ($1::uuid[])", list(seen)
    )
    return len(seen - ({str(row["id"]) for row in committed} & await _on_topic(bed)))


async def _on_topic(bed: Bed) -> set[str]:
    consumer = AIOKafkaConsumer(TOPIC, **bed.kafka(), auto_offset_reset="earliest")
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
