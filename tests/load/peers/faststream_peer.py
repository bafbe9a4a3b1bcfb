"""The same work by FastStream and SQLAlchemy: one message a transaction, or batches of them.

`single` follows FastStream's first pages: a subscriber with a model for each topic, acknowledged
after the handler. `batch` is the expert's: `batch=True`, and one bulk insert a table.
"""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram256
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.consumed import IncidentOpened, TenancyRegistered
from peers.facts import district
from peers.faststream_store import (
    DigestCount,
    Inbox,
    NoticeRow,
    OutboxRow,
    TimerRow,
    engine_of,
    sessions_of,
)
from peers.gate import Moments, Told, told, wait_for_go
from peers.rows import Outcome, Rules


class Peer:
    """The handlers with what they need."""

    def __init__(self, part: Told) -> None:
        self.engine = engine_of(part.postgres_url)
        self.sessions = sessions_of(self.engine)
        self.rules = Rules(district(), part.seal_key)
        self.moments = Moments(part.moments)

    async def one(self, event: Any, message: KafkaMessage) -> None:
        """Handle one message in one transaction."""
        ce_id, found = self._outcome(event, message.headers)
        async with self.sessions.begin() as session:
            claim = insert(Inbox).values(ce_id=ce_id).on_conflict_do_nothing()
            if (await session.execute(claim.returning(Inbox.ce_id))).first() is None:
                return
            session.add_all(NoticeRow(**row) for row in found.notices)
            session.add_all(TimerRow(**row) for row in found.timers)
            session.add_all(OutboxRow(**row) for row in found.outbox)
            await _count(session, Counter(found.counts))
        self.moments.note([ce_id])

    async def many(self, events: Sequence[Any], message: KafkaMessage) -> None:
        """Handle a batch in one transaction, with one statement a table."""
        headers = message.batch_headers
        outcomes = dict(map(self._outcome, events, headers))
        async with self.sessions.begin() as session:
            claim = insert(Inbox).on_conflict_do_nothing().returning(Inbox.ce_id)
            claimed = await session.scalars(claim, [{"ce_id": ce_id} for ce_id in outcomes])
            fresh = [outcomes[ce_id] for ce_id in claimed]
            for model, rows in (
                (NoticeRow, [row for each in fresh for row in each.notices]),
                (TimerRow, [row for each in fresh for row in each.timers]),
                (OutboxRow, [row for each in fresh for row in each.outbox]),
            ):
                if rows:
                    await session.execute(insert(model), rows)
            await _count(session, Counter(key for each in fresh for key in each.counts))
        self.moments.note(outcomes)

    def _outcome(self, event: Any, headers: dict[str, str]) -> tuple[UUID, Outcome]:
        ce_id, moment = UUID(headers["ce_id"]), datetime.fromisoformat(headers["ce_time"])
        now = datetime.now(UTC)
        return ce_id, self.rules.outcome(ce_id, headers["ce_type"], moment, dict(event), now)


async def _count(session: AsyncSession, counted: Counter[tuple[Any, ...]]) -> None:
    if not counted:
        return
    rows = [
        {"office_id": office, "monday": monday, "rule_id": rule, "count": count}
        for (office, monday, rule), count in sorted(counted.items())
    ]
    new = insert(DigestCount)
    counts = {"count": DigestCount.count + new.excluded.count}
    key = ["office_id", "monday", "rule_id"]
    await session.execute(new.on_conflict_do_update(index_elements=key, set_=counts), rows)


def app_of(part: Told, peer: Peer, *, batch: bool) -> FastStream:
    """Return the application: one subscriber a topic, with the model of what stands in it."""
    security = SASLScram256(part.kafka["username"], part.kafka["password"], use_ssl=False)
    broker = KafkaBroker(part.kafka["bootstrap"], security=security, logger=None)
    options: dict[str, Any] = {
        "auto_offset_reset": "earliest",
        "ack_policy": AckPolicy.NACK_ON_ERROR,
    }
    if batch:
        options |= {"batch": True, "max_records": 500}
    for topic in part.topics:
        model: Any = TenancyRegistered if topic.endswith("rentals.tenancy") else IncidentOpened
        if not topic.endswith(("rentals.tenancy", "incidents.incident")):
            continue
        # A group for each topic, or every subscriber that joins stops the other one.
        options["group_id"] = f"{part.group}.{topic}"
        broker.subscriber(topic, **options)(_handler(peer, model, batch=batch))
    return FastStream(broker, logger=None)


def _handler(peer: Peer, model: Any, *, batch: bool) -> Any:
    if batch:

        async def on_batch(events: list[model], message: KafkaMessage) -> None:
            await peer.many(events, message)

        return on_batch

    async def on_event(event: model, message: KafkaMessage) -> None:
        await peer.one(event, message)

    return on_event


async def main(part: Told, *, batch: bool) -> None:
    """Serve until stopped."""
    logging.disable(logging.INFO)
    peer = Peer(part)
    app = app_of(part, peer, batch=batch)
    async with peer.engine.connect() as connection:
        await connection.execute(text("select 1"))
    wait_for_go()
    await app.run()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(told(), batch=sys.argv[1] == "batch"))
