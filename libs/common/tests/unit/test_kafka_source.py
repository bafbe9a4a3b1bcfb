"""What the source tells its client."""

import asyncio
from typing import Any

from aiokafka import TopicPartition
from aiokafka.util import commit_structure_validate

from lianfang_common.broker import BrokerAccess, KafkaSource
from lianfang_common.testing.eventually import eventually


class Client:
    """Checks what is to be committed as aiokafka's consumer does."""

    def __init__(self, *assigned: TopicPartition) -> None:
        self._assigned = set(assigned)
        self.committed: list[Any] = []

    def assignment(self) -> set[TopicPartition]:
        return self._assigned

    async def commit(self, offsets: Any) -> None:
        self.committed.append(commit_structure_validate(offsets))

    async def stop(self) -> None:
        """Nothing is held."""


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
    source = source_with(client)
    await source.commit({("a.b", 0): 5})
    await source.stop()
    assert client.committed == []


async def test_what_is_still_assigned_is_committed():
    client = Client(TopicPartition("a.b", 1))
    source = source_with(client)
    await source.commit({("a.b", 0): 5, ("a.b", 1): 7})
    await source.stop()
    assert [list(offsets) for offsets in client.committed] == [[TopicPartition("a.b", 1)]]


async def test_offsets_of_batches_that_follow_each_other_are_committed_at_once():
    client = Client(TopicPartition("a.b", 1))
    source = source_with(client)
    for offset in (5, 6, 7):
        await source.commit({("a.b", 1): offset})
        await asyncio.sleep(0)  # the loop turns between batches
    await eventually(lambda: client.committed, what="a commit without another batch")
    assert [each[TopicPartition("a.b", 1)].offset for each in client.committed] == [7]


async def test_what_is_owed_while_a_commit_is_under_way_is_committed_too():
    class Slow(Client):
        async def commit(self, offsets: Any) -> None:
            await super().commit(offsets)
            if len(self.committed) == 1:
                await source.commit({("a.b", 1): 6})

    client = Slow(TopicPartition("a.b", 1))
    source = source_with(client)
    await source.commit({("a.b", 1): 5})
    await eventually(lambda: len(client.committed) == 2, what="the second commit")
