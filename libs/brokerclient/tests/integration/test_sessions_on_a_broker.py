"""Fetch sessions with real Apache Kafka."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.protocol.fetch import FetchRequest

from lianfang_brokerclient.mending import mend_client
from lianfang_common.testing.servers import make_topics
from lianfang_common.testing.servers import servers as servers

pytestmark = pytest.mark.servers
PARTITIONS = 24


@pytest.fixture
def sent(monkeypatch):
    """Return how many partitions each fetch request names, as they are sent."""
    mend_client()
    counts: list[int] = []
    prepare = FetchRequest.prepare

    def counting(request, versions):
        counts.append(sum(len(parts) for _, parts in request.topics))
        return prepare(request, versions)

    monkeypatch.setattr(FetchRequest, "prepare", counting)
    return counts


async def _read(consumer: AIOKafkaConsumer, many: int) -> list[bytes]:
    values: list[bytes] = []
    async with asyncio.timeout(20):
        while len(values) < many:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                values += [each.value for each in batch]
    return values


@pytest.mark.asyncio(loop_scope="session")
async def test_messages_arrive_once_while_requests_name_only_what_moved(servers, sent):
    topic = f"f{uuid4().hex[:12]}.thing"
    await make_topics(servers, {topic: PARTITIONS})
    options = servers.broker.options()
    consumer = AIOKafkaConsumer(topic, **options, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(**options)
    await asyncio.gather(consumer.start(), producer.start())
    try:
        for nth in range(6):
            if nth == 3:
                # As after a restart of the broker, which then knows no session.
                for session in consumer._client.fetch_sessions.values():
                    session._id = 4_711
            await producer.send_and_wait(topic, b"%d" % nth, partition=nth * 3)
            assert await _read(consumer, 1) == [b"%d" % nth]
        assert sent.count(PARTITIONS) == 2, "once at the start, once after the session was lost"
        assert max(each for each in sent if each < PARTITIONS) <= 2
    finally:
        await asyncio.gather(consumer.stop(), producer.stop())
