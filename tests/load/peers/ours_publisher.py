"""Commits facts at a rate as a service does, with the relay in the same process.

usage: python -m peers.ours_publisher FILE RATE
"""

import asyncio
import sys
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

import uvloop

from lianfang_common.broker import BrokerAccess, KafkaSender
from lianfang_common.clock import SystemClock
from lianfang_common.database import Database
from lianfang_common.ledger import PostgresLeadership
from lianfang_common.relay import Relay
from lianfang_common.unit import OutboxMessage, Unit
from lianfang_common.units import Units
from lianfang_common.wakeup import Wakeup
from lianfang_edge.process import keep_what_was_loaded
from peers.facts import read_facts
from peers.gate import Moments, Told, told, wait_for_go


async def run(part: Told, file: Path, rate: float) -> None:
    """Commit every fact; then let the relay finish until stopped."""
    facts = [
        OutboxMessage(UUID(ce_id), topic, UUID(key), kind, 1, None, datetime.fromisoformat(moment),
                      None, body.encode())
        for ce_id, kind, moment, body, topic, key in read_facts(file)
    ]  # fmt: skip
    wakeup, clock, moments = Wakeup(), SystemClock(), Moments(part.moments)
    access = BrokerAccess(part.kafka["bootstrap"], part.kafka["username"], part.kafka["password"])
    database = Database(part.postgres_url)
    units: Units[Unit] = Units(database, lambda unit: unit, clock, lambda _: wakeup.set())
    relay = Relay(
        PostgresLeadership(part.postgres_url), KafkaSender(access, "bench"), wakeup, clock
    )
    await database.ping()
    keep_what_was_loaded()
    wait_for_go()
    carrying = asyncio.create_task(relay.run())
    begun = time.monotonic()
    for nth, fact in enumerate(facts):
        await asyncio.sleep(max(0.0, begun + nth / rate - time.monotonic()))
        async with units.open() as (unit, _):
            unit.messages.append(fact)
            unit.on_commit.append(lambda fact=fact: moments.note([fact.message_id]))
    await carrying


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(told(), Path(sys.argv[1]), float(sys.argv[2])))
