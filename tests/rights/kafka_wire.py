"""Asks the broker one question at a time, as one user, without leaving anything behind.

A write is tried on a partition that no topic has, a read likewise: the broker looks at the right
first and at the partition afterwards, so its code tells the right and nothing is written.
"""

from collections.abc import Iterable
from typing import Any, Self

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import InitProducerIdRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

NO_SUCH_PARTITION = 9_999
NOBODY = "nobody-of-this-group"
DENIED = frozenset(
    {
        "TopicAuthorizationFailedError",
        "GroupAuthorizationFailedError",
        "ClusterAuthorizationFailedError",
        "TransactionalIdAuthorizationFailed",
    }
)


class Wire:
    """One user's connection."""

    def __init__(self, bootstrap: str, user: str, password: str) -> None:
        self._client = AIOKafkaClient(
            bootstrap_servers=bootstrap,
            client_id="rights-test",
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="SCRAM-SHA-256",
            sasl_plain_username=user,
            sasl_plain_password=password,
            request_timeout_ms=10_000,
        )

    async def __aenter__(self) -> Self:
        await self._client.bootstrap()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._client.close()

    async def _ask(self, request: Any) -> Any:
        node = next(iter(self._client.cluster.brokers())).nodeId
        return await self._client.send(node, request)

    async def writes(self, topics: Iterable[str]) -> dict[str, str]:
        """Return what writing to each topic is answered with."""
        batch = DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 1_000)
        batch.append(0, 0, None, b"x", [])
        records = bytes(batch.build())
        asked = [(topic, [(NO_SUCH_PARTITION, records)]) for topic in topics]
        answer = await self._ask(ProduceRequest(None, 1, 5_000, asked))
        return {topic: name_of(parts[0][1]) for topic, parts in answer.topics}

    async def reads(self, topics: Iterable[str]) -> dict[str, str]:
        """Return what reading from each topic is answered with."""
        asked = [(topic, [(NO_SUCH_PARTITION, 0, 1_024)]) for topic in topics]
        answer = await self._ask(FetchRequest(0, 0, 1_024, 0, asked))
        return {topic: name_of(parts[0][1]) for topic, parts in answer.topics}

    async def first_bytes(self, topic: str) -> tuple[str, int]:
        """Return what reading the beginning of a topic gives: the code, and how many bytes."""
        answer = await self._ask(FetchRequest(0, 0, 65_536, 0, [(topic, [(0, 0, 65_536)])]))
        part = answer.topics[0][1][0]
        return name_of(part[1]), len(part[-1] or b"")

    async def listed(self) -> frozenset[str]:
        """Return the topics that the user can see at all."""
        answer = await self._ask(MetadataRequest(None, False))
        return frozenset(topic[1] for topic in answer.topics if topic[0] == 0)

    async def made_by_asking(self, topic: str) -> str:
        """Return what the metadata of a topic that is not there is answered with."""
        answer = await self._ask(MetadataRequest([topic], True))
        return name_of(answer.topics[0][0])

    async def heartbeat(self, group: str) -> str:
        """Return what a heartbeat in a group is answered with, as a member that it never had."""
        return name_of((await self._ask(HeartbeatRequest(group, 1, NOBODY))).error_code)

    async def meddling(self, group: str, topic: str) -> dict[str, str]:
        """Return what joining, leaving, committing and looking in a group are answered with."""
        joined = await self._ask(
            JoinGroupRequest(group, 6_000, 6_000, "", "probe", "consumer", [("range", b"")])
        )
        left = await self._ask(LeaveGroupRequest(group, NOBODY))
        committed = await self._ask(
            OffsetCommitRequest(group, 1, NOBODY, -1, [(topic, [(0, 0, "")])])
        )
        fetched = await self._ask(OffsetFetchRequest(group, None))
        return {
            "join": name_of(joined.error_code),
            "leave": name_of(left.error_code),
            "commit": name_of(committed.topics[0][1][0][1]),
            "offsets": name_of(fetched.error_code),
        }

    async def begins_transaction(self, name: str) -> str:
        """Return what beginning a transaction of that name is answered with."""
        return name_of((await self._ask(InitProducerIdRequest(name, 10_000))).error_code)


def name_of(code: int) -> str:
    """Return the name of an error code, `ok` for none."""
    return "ok" if code == 0 else str(for_code(code).__name__)
