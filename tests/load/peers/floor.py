"""The floor: the same bytes consumed by aiokafka and stored in batches by asyncpg, without logic.

`bytes` stores each message as one row under one key. `rows` stores what the facts lead to, in the
service's own tables with its own statements, from rows that were made before the start: what is
left above it is the price of reading, deduplicating, routing, redacting and rendering.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from lianfang_common.outbox import _ADD_FACTS, _FACT, _SET_TIMERS, _TIMER, _as_one
from notifications.storage.notices import _INSERT as _INSERT_NOTICES
from peers.facts import district, some_facts
from peers.gate import Moments, Told, told, wait_for_go
from peers.rows import NOTICE_COLUMNS, READERS, Rules

TABLE = """
create table floor (topic text, part int, log_offset bigint, body bytea,
    primary key (topic, part, log_offset))"""
_BYTES = """
insert into floor select $1, $2, * from unnest($3::bigint[], $4::bytea[])
on conflict do nothing"""
_CLAIM = "insert into inbox select $1, unnest($2::uuid[]) on conflict do nothing"
_WRITTEN = _as_one(((_ADD_FACTS, len(_FACT)), (_SET_TIMERS, len(_TIMER))))
BATCH = 500
Made = tuple[list[Any], list[Any], list[Any]]


def prepared(count: int, seal_key: str) -> list[Made]:
    """Return (notices, timers, outbox rows) of facts like those that wait."""
    rules, now, made = Rules(district(), seal_key), datetime.now(UTC), []
    for fact in some_facts(count, seed=7):
        fields = dict(READERS[fact.type].model_validate_json(fact.body))
        found = rules.outcome(fact.message_id, fact.type, fact.occurred_at, fields, now)
        notices = []
        for row in found.notices:
            values = [row[name] for name in NOTICE_COLUMNS]
            # No peer stores the id of premises, which came later.
            notices.append((values[0], 1, *values[1:11], None, *values[11:20], None, *values[20:]))
        timers = [(row["kind"], row["subject"], row["due_at"], 0) for row in found.timers]
        outbox = [
            (row["message_id"], row["topic"], row["key"], row["type"], 1, None,
             row["occurred_at"], fact.traceparent, row["body"].encode())
            for row in found.outbox
        ]  # fmt: skip
        made.append((notices, timers, outbox))
    return made


async def store_bytes(connection: Any, place: TopicPartition, batch: Sequence[Any]) -> None:
    """Store messages as they are."""
    offsets, bodies = [each.offset for each in batch], [each.value for each in batch]
    await connection.execute(_BYTES, place.topic, place.partition, offsets, bodies)


async def store_rows(connection: Any, group: str, made: Sequence[Made]) -> None:
    """Store rows that were made before."""
    notices, timers, outbox = ([row for each in made for row in each[n]] for n in range(3))
    async with connection.transaction():
        await connection.execute(_CLAIM, group, [each[0][0][2] for each in made])
        await connection.execute(_INSERT_NOTICES, *zip(*notices, strict=True))
        columns = *zip(*outbox, strict=True), *zip(*timers, strict=True)
        await connection.execute(_WRITTEN, *columns)


async def run(part: Told, mode: str, count: int) -> None:
    """Consume until stopped."""
    connection = await asyncpg.connect(part.postgres_url)
    made = prepared(count, part.seal_key) if mode == "rows" else []
    moments = Moments(part.moments)
    consumer = AIOKafkaConsumer(
        *part.topics,
        **part.kafka_options(),
        group_id=part.group,
        group_instance_id=part.instance,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=BATCH,
        max_partition_fetch_bytes=262_144,
    )
    wait_for_go()
    await consumer.start()
    done = 0
    while True:
        for place, batch in (await consumer.getmany(timeout_ms=1_000)).items():
            if mode == "rows":
                await store_rows(connection, part.group, made[done : done + len(batch)])
            else:
                await store_bytes(connection, place, batch)
            done += len(batch)
            await consumer.commit({place: batch[-1].offset + 1})
            moments.note(dict(each.headers)["ce_id"].decode() for each in batch)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(told(), sys.argv[1], json.loads(sys.argv[2])))
