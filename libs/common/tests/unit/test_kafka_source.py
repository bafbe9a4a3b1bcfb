"""What the source tells its client."""

import asyncio
from typing import Any

from aiokafka import TopicPartition
from aiokafka.util import commit_structure_validate

from lianfang_common.broker import BrokerAccess, KafkaSource


class Client:
    """Checks what is to be committed as aiokafka's consumer does."""

    def __init__(self, *assigned: TopicPartition) -> None:
        self._assigned = set(assigned)
        self.committed: list[Any] = []

    def assignment(self) -> set[TopicPartition]:
        return self._assigned

    async def commit(self, offsets: Any) -> None:
        self.committed.append(commit_structure_validate(offsets))


def source_with(client: Client) -> KafkaSource:
    source = KafkaSource(BrokerAccess("nowhere:1", "", ""), ["a.b"], "a.main")
    source._consumer = client
    return source


async def test_a_client_that_ends_in_a_cancellation_of_its_own_is_let_go():
    class Torn(Client):
        async def stop(self) -> None:
            raise asyncio.CancelledError

    await source_with(Torn()).stop()


async def test_a_batch_whose_every_partition_was_taken_away_is_let_go():
    client = Client()
    await source_with(client).commit({("a.b", 0): 5})
    assert client.committed == []


async def test_what_is_still_assigned_is_committed():
    client = Client(TopicPartition("a.b", 1))
    await source_with(client).commit({("a.b", 0): 5, ("a.b", 1): 7})
    assert [list(offsets) for offsets in client.committed] == [[TopicPartition("a.b", 1)]]
