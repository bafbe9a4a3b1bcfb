"""Sends facts at a rate by a bare idempotent producer; nothing is committed before.

usage: python -m peers.raw_publisher FILE RATE
"""

import asyncio
import sys
import time
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaProducer

from peers.facts import read_facts
from peers.gate import Moments, Told, told, wait_for_go


async def run(part: Told, file: Path, rate: float) -> None:
    """Send every fact at its moment."""
    facts, moments = read_facts(file), Moments(part.moments)
    producer = AIOKafkaProducer(
        **part.kafka_options(), enable_idempotence=True, acks="all", linger_ms=0
    )
    await producer.start()
    wait_for_go()
    begun = time.monotonic()
    for nth, (ce_id, _, _, body, topic, key) in enumerate(facts):
        await asyncio.sleep(max(0.0, begun + nth / rate - time.monotonic()))
        moments.note([ce_id])
        headers = [("ce_id", ce_id.encode())]
        await producer.send(topic, body.encode(), key=key.encode(), headers=headers)
    await producer.stop()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(told(), Path(sys.argv[1]), float(sys.argv[2])))
