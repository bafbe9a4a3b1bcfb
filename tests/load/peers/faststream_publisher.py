"""Commits facts at a rate into an outbox that is polled every 100 ms, as is usual.

usage: python -m peers.faststream_publisher FILE RATE
"""

import asyncio
import logging
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import uvloop
from faststream.kafka import KafkaBroker
from faststream.security import SASLScram256
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from peers.facts import read_facts
from peers.faststream_store import OutboxRow, engine_of, sessions_of
from peers.gate import Moments, Told, told, wait_for_go

POLL_SECONDS = 0.1
ROWS = 100


async def publish(sessions: async_sessionmaker[AsyncSession], broker: KafkaBroker) -> None:
    """Send what waits, mark it, and look again after a while."""
    waiting = (
        select(OutboxRow)
        .where(OutboxRow.published_at.is_(None))
        .order_by(OutboxRow.position)
        .limit(ROWS)
        .with_for_update(skip_locked=True)
    )
    while True:
        async with sessions.begin() as session:
            rows = (await session.scalars(waiting)).all()
            for row in rows:
                await broker.publish(
                    row.body.encode(), row.topic, key=str(row.key).encode(), headers=_headers(row)
                )
            if rows:
                sent = update(OutboxRow).where(OutboxRow.position.in_([r.position for r in rows]))
                await session.execute(sent.values(published_at=datetime.now(UTC)))
        if len(rows) < ROWS:
            await asyncio.sleep(POLL_SECONDS)


def _headers(row: OutboxRow) -> dict[str, str]:
    return {
        "ce_id": str(row.message_id),
        "ce_type": row.type,
        "ce_time": row.occurred_at.isoformat(),
        "content-type": "application/json",
    }


async def run(part: Told, file: Path, rate: float) -> None:
    """Commit every fact; then let the publisher finish until stopped."""
    logging.disable(logging.INFO)
    facts = read_facts(file)
    engine = engine_of(part.postgres_url)
    sessions, moments = sessions_of(engine), Moments(part.moments)
    security = SASLScram256(part.kafka["username"], part.kafka["password"], use_ssl=False)
    async with KafkaBroker(part.kafka["bootstrap"], security=security, logger=None) as broker:
        wait_for_go()
        carrying = asyncio.create_task(publish(sessions, broker))
        begun = time.monotonic()
        for nth, (ce_id, kind, moment, body, topic, key) in enumerate(facts):
            await asyncio.sleep(max(0.0, begun + nth / rate - time.monotonic()))
            async with sessions.begin() as session:
                session.add(
                    OutboxRow(
                        message_id=UUID(ce_id), topic=topic, key=UUID(key), type=kind,
                        occurred_at=datetime.fromisoformat(moment), body=body,
                    )
                )  # fmt: skip
            moments.note([ce_id])
        await carrying


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(told(), Path(sys.argv[1]), float(sys.argv[2])))
