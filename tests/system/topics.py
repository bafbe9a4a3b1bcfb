"""Reads topics from end to end as the broker's administrator, in no consumer group."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


@dataclass(frozen=True)
class Message:
    """One record of a topic with its headers by name."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: dict[str, str]
    value: bytes

    @property
    def id(self) -> str:
        """The event's id; the same at a second delivery."""
        return self.headers.get("ce_id", "")

    @property
    def type(self) -> str:
        """The event's type."""
        return self.headers.get("ce_type", "")

    @property
    def aggregate_version(self) -> int:
        """The version of the aggregate that the event tells of."""
        return int(self.headers["ce_aggregateversion"])

    @property
    def trace_id(self) -> str:
        """The trace that it was published under."""
        return self.headers.get("traceparent", "--").split("-")[1]

    def whole(self) -> bytes:
        """Return key, headers and value as one text."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{self.key}\n{head}\n".encode() + self.value


def broker_options(servers: dict[str, Any]) -> dict[str, Any]:
    """Return the administrator's settings for a Kafka client."""
    return {
        "bootstrap_servers": servers["kafka_bootstrap"],
        "security_protocol": servers["kafka_security_protocol"],
        "sasl_mechanism": servers["kafka_mechanism"],
        "sasl_plain_username": servers["kafka_username"],
        "sasl_plain_password": servers["kafka_password"],
    }


async def read_topics(
    servers: dict[str, Any], names: Collection[str], since: datetime | None = None
) -> list[Message]:
    """Return every record of topics up to their present ends, in the order of each partition.

    Args:
        servers: as the launcher wrote them.
        names: which topics.
        since: leave out what the log took before.
    """
    consumer = AIOKafkaConsumer(
        *sorted(names),
        **broker_options(servers),
        enable_auto_commit=False,
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    try:
        parts = sorted(consumer.assignment())
        ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
        begins = await _begins(consumer, parts, since)
        for part in parts:
            consumer.seek(part, begins.get(part, ends[part]))
        left = {part for part in parts if begins.get(part, ends[part]) < ends[part]}
        return await _until_ends(consumer, left, ends)
    finally:
        await consumer.stop()


async def _begins(
    consumer: Any, parts: list[TopicPartition], since: datetime | None
) -> dict[TopicPartition, int]:
    if since is None:
        return dict(await consumer.beginning_offsets(parts))
    moment = int(since.timestamp() * 1000)
    found = await consumer.offsets_for_times(dict.fromkeys(parts, moment))
    return {part: place.offset for part, place in found.items() if place is not None}


async def _until_ends(
    consumer: Any, left: set[TopicPartition], ends: dict[TopicPartition, int]
) -> list[Message]:
    messages: list[Message] = []
    while left:
        for part, records in (await consumer.getmany(timeout_ms=200)).items():
            messages += [_message(record) for record in records if record.offset < ends[part]]
        # Positions, not records: the end of a partition may be a marker that nobody is given.
        left -= {part for part in left if await consumer.position(part) >= ends[part]}
    return messages


def _message(record: Any) -> Message:
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    key = (record.key or b"").decode(errors="replace")
    return Message(record.topic, record.partition, record.offset, key, headers, record.value or b"")


async def send_again(servers: dict[str, Any], messages: Iterable[Message]) -> None:
    """Send messages a second time, as a relay does that died before it noted the first."""
    producer = AIOKafkaProducer(**broker_options(servers))
    await producer.start()
    try:
        for message in messages:
            headers = [(name, value.encode()) for name, value in message.headers.items()]
            await producer.send(
                message.topic,
                message.value,
                key=message.key.encode(),
                partition=message.partition,
                headers=headers,
            )
        await producer.flush()
    finally:
        await producer.stop()


async def waiting_for(servers: dict[str, Any], groups: Collection[str]) -> dict[str, int]:
    """Return how many messages each consumer group has not taken yet, where any wait."""
    admin = AIOKafkaAdminClient(**broker_options(servers))
    consumer = AIOKafkaConsumer(**broker_options(servers))
    await admin.start()
    await consumer.start()
    try:
        left: dict[str, int] = {}
        for group in groups:
            taken = await admin.list_consumer_group_offsets(group)
            ends = await consumer.end_offsets(list(taken))
            waiting = sum(ends[part] - place.offset for part, place in taken.items())
            if waiting:
                left[group] = waiting
        return left
    finally:
        await consumer.stop()
        await admin.close()


async def topic_names(servers: dict[str, Any]) -> set[str]:
    """Return every topic of the broker."""
    consumer = AIOKafkaConsumer(**broker_options(servers))
    await consumer.start()
    try:
        return set(await consumer.topics())
    finally:
        await consumer.stop()
