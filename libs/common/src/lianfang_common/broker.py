"""The log is Apache Kafka: its producer behind the relay's port, its consumer behind ours.

aiokafka knows eager groups only, so members are static, few, and recognised when they come back.
Transactions of the broker are not used; effects are made exactly once by the inbox.
"""

import asyncio
import contextlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.partitioner import DefaultPartitioner

from lianfang_brokerclient.mending import mend_client
from lianfang_common.envelope import Record, headers_of
from lianfang_common.errors import Transient
from lianfang_common.inbox import Place
from lianfang_common.relay import OutboxRow
from lianfang_common.telemetry import get_logger

mend_client()
_log = get_logger()
_partition_of = lru_cache(10_000)(DefaultPartitioner())
_TOPIC_CLOSED = (
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    MessageSizeTooLargeError,
)

REQUEST_TIMEOUT_MS = 10_000  # the default would notice a broker that hangs after 40 s
BATCH_BYTES_MAX = 1_000_000  # the broker's own limit is 1,048,588
BODY_BYTES_MAX = 900_000
CLOSED_TOPIC_SECONDS = 30.0  # before a topic that is unknown or not ours is asked for again
BATCH_RECORDS = 500
COMMIT_SECONDS = 0.1  # in which offsets gather; what a crash makes the broker bring again is known
QUIET_SECONDS = 10.0  # without a message, after which the client is asked whether it is stuck


@dataclass(frozen=True, slots=True)
class BrokerAccess:
    """How a service reaches the broker."""

    bootstrap: str
    username: str
    password: str
    security_protocol: str = "SASL_PLAINTEXT"
    ssl_context: Any = None

    def options(self) -> dict[str, Any]:
        """Return the client's arguments."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context,
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "request_timeout_ms": REQUEST_TIMEOUT_MS,
            "retry_backoff_ms": 50,
            "metadata_max_age_ms": 60_000,
        }


class KafkaSender:
    """Sends the relay's batches, one Kafka batch a partition: all of it arrives or none.

    Args:
        access: the service's own user, who may write the service's topics alone.
        service: stands in each message's `ce_source`.
    """

    def __init__(self, access: BrokerAccess, service: str) -> None:
        self._access = access
        self._service = service
        self._producer: Any = None
        self._closed_topics: dict[str, float] = {}

    async def send(self, rows: Sequence[OutboxRow]) -> Collection[int]:
        """Send rows in order and return the positions that the broker acknowledged.

        Raises:
            Transient: the broker is away; nothing is known of any row.
        """
        if self._producer is None:
            await self._start()
        partitions = {
            topic: await self._partitions(topic) for topic in {row.message.topic for row in rows}
        }
        lanes: dict[Place, list[OutboxRow]] = {}
        for row in rows:
            if known := partitions[row.message.topic]:
                partition = _partition_of(str(row.message.key).encode(), known, None)
                lanes.setdefault((row.message.topic, partition), []).append(row)
        sent: set[int] = set()
        failures = await asyncio.gather(*(self._send_lane(*lane, sent) for lane in lanes.items()))
        if any(failures):
            # The producer's sequence numbers may now have a gap, which it does not survive.
            await self.close()
            if not sent and not any(isinstance(failure, _TOPIC_CLOSED) for failure in failures):
                raise Transient("broker-away")
        return sent

    async def _start(self) -> None:
        producer = AIOKafkaProducer(
            **self._access.options(),
            client_id=f"{self._service}-relay",
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=BATCH_BYTES_MAX,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as away:
            await producer.stop()
            raise Transient("broker-away") from away
        self._producer = producer

    async def _partitions(self, topic: str) -> tuple[int, ...]:
        """Return a topic's partitions; none for one that is shut, whose keys then wait."""
        if self._closed_topics.get(topic, 0.0) > time.monotonic():
            return ()
        try:
            async with asyncio.timeout(2):
                return tuple(sorted(await self._producer.partitions_for(topic)))
        except (*_TOPIC_CLOSED, TimeoutError) as shut:
            self._closed_topics[topic] = time.monotonic() + CLOSED_TOPIC_SECONDS
            _log.error("broker.topic_closed", topic=topic, error=type(shut).__name__)
            return ()
        except (KafkaError, OSError) as away:
            raise Transient("broker-away") from away

    async def _send_lane(
        self, place: Place, rows: Sequence[OutboxRow], sent: set[int]
    ) -> Exception | None:
        """Send one partition's rows, batch after batch, until one fails."""
        held: set[UUID] = set()
        batch, positions = self._producer.create_batch(), list[int]()
        try:
            for row in rows:
                if len(row.message.body) > BODY_BYTES_MAX:
                    _log.error("broker.message_too_large", topic=place[0])
                    held.add(row.message.key)
                if row.message.key in held:
                    continue
                if not self._append(batch, row):
                    await (await self._producer.send_batch(batch, place[0], partition=place[1]))
                    sent.update(positions)
                    batch, positions = self._producer.create_batch(), []
                    self._append(batch, row)
                positions.append(row.position)
            if positions:
                await (await self._producer.send_batch(batch, place[0], partition=place[1]))
                sent.update(positions)
        except (KafkaError, OSError) as failure:
            _log.warning("broker.send_failed", topic=place[0], error=type(failure).__name__)
            return failure
        return None

    def _append(self, batch: Any, row: OutboxRow) -> bool:
        message = row.message
        headers = headers_of(message, self._service)
        key, value = str(message.key).encode(), message.body
        added = batch.append(timestamp=None, key=key, value=value, headers=headers)
        return added is not None

    async def close(self) -> None:
        """Let the producer go; what is still on its way may arrive."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()


class KafkaSource:
    """Reads topics as one static member of a consumer group.

    Args:
        access: the service's own user, who may read what the service subscribes to.
        topics: to read; partitions are divided among the group's members.
        group: `<service>.<purpose>`.
        member: names this member among the group's, the same after a restart.
    """

    def __init__(
        self, access: BrokerAccess, topics: Collection[str], group: str, member: str = "0"
    ) -> None:
        self._access = access
        self._topics = sorted(topics)
        self._group = group
        self._member = member
        self._consumer: Any = None
        self._done: dict[Place, int] = {}
        self._owed: dict[Place, int] = {}
        self._committing: asyncio.Task[None] | None = None
        self._heard_at = 0.0
        self._behind: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """Join the group, unless that was done; raises Transient while the broker is away."""
        if self._consumer is not None:
            return
        consumer = AIOKafkaConsumer(
            *self._topics,
            **self._access.options(),
            client_id=f"{self._group}-{self._member}",
            group_id=self._group,
            group_instance_id=f"{self._group}-{self._member}",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=3_000,
            # A batch is held through an outage; the member must not be expelled meanwhile.
            max_poll_interval_ms=3_600_000,
            max_poll_records=BATCH_RECORDS,
            max_partition_fetch_bytes=262_144,
            fetch_max_wait_ms=500,
        )
        try:
            await consumer.start()
        except (KafkaError, OSError) as away:
            await consumer.stop()
            raise Transient("broker-away") from away
        self._consumer = consumer
        self._heard_at = time.monotonic()
        self._behind = {}

    async def stop(self) -> None:
        """Leave the broker; a static member keeps its partitions until its session ends."""
        committing, self._committing = self._committing, None
        if committing is not None:
            committing.cancel()
            await self._commit_owed(seconds=1)
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await asyncio.gather(consumer.stop(), return_exceptions=True)

    async def fetch(self) -> Sequence[Sequence[Record]]:
        """Return batches, each of one partition in its order; waits a second at most."""
        try:
            found = await self._consumer.getmany(timeout_ms=1_000)
        except (KafkaError, OSError) as away:
            raise Transient(type(away).__name__) from away
        if found:
            self._heard_at = time.monotonic()
        return [[record_of(each) for each in batch] for batch in found.values()]

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        """Record the next offset of each partition, soon and with those of the batches that follow.

        The broker's round trip would stand between each batch and the next. A commit that comes
        late or fails only makes the broker deliver again what the inbox knows.
        """
        self._done.update(offsets)
        self._owed.update(offsets)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_soon())

    async def _commit_soon(self) -> None:
        while self._owed:
            await asyncio.sleep(COMMIT_SECONDS)
            await self._commit_owed(seconds=5)

    async def _commit_owed(self, seconds: float) -> None:
        """Commit what is owed of partitions that are still assigned."""
        owed, self._owed = self._owed, {}
        assigned = self.assigned()
        wanted = {
            TopicPartition(*place): offset for place, offset in owed.items() if place in assigned
        }
        if not wanted:
            return  # the client raises for nothing to commit
        try:
            async with asyncio.timeout(seconds):
                await self._consumer.commit(wanted)
        except (KafkaError, OSError, TimeoutError) as failure:
            _log.warning("broker.commit_failed", group=self._group, error=type(failure).__name__)

    def assigned(self) -> Collection[Place]:
        """Return the partitions that this member reads."""
        return {(each.topic, each.partition) for each in self._consumer.assignment()}

    def lag(self) -> Mapping[str, int]:
        """Return how many messages of each topic wait, as far as the last fetch told."""
        lags = dict.fromkeys(self._topics, 0)
        for place in self.assigned():
            end = self._consumer.highwater(TopicPartition(*place))
            if end is not None:
                lags[place[0]] += max(0, end - self._done.get(place, end))
        return lags

    async def stuck(self) -> bool:
        """Say whether messages wait that the client does not bring, at two looks in a row."""
        if time.monotonic() - self._heard_at < QUIET_SECONDS:
            self._behind = {}
            return False
        try:
            async with asyncio.timeout(5):
                ends = await self._consumer.end_offsets(self._consumer.assignment())
                positions = {each: await self._consumer.position(each) for each in ends}
        except (KafkaError, OSError, TimeoutError):
            return False
        behind = {each: at for each, at in positions.items() if at < ends[each]}
        stuck = any(self._behind.get(each) == position for each, position in behind.items())
        self._behind = behind
        return stuck


def record_of(message: Any) -> Record:
    """Return a message of the client's; a header without a value is an empty one."""
    moment = datetime.fromtimestamp(message.timestamp / 1000, UTC)
    headers = [(name, value or b"") for name, value in message.headers]
    place = message.topic, message.partition, message.offset
    return Record(*place, message.key, message.value, headers, moment)
