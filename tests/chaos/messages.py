"""Faults of what is on the topics: messages that come a second time, and one that is poison."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

from evidence import SERVICES, contract_topics
from faults import Fault
from invariants import REGISTERED
from network import Network
from topics import Message, read_topics, send_again

_RECENT = timedelta(seconds=10)
_SHARE = 0.3


async def _recent(network: Network) -> list[Message]:
    topics = [topic for topic in contract_topics(network) if not topic.endswith(".dlq")]
    return await read_topics(network.servers, topics, since=datetime.now(UTC) - _RECENT)


@dataclass(frozen=True)
class SentAgain(Fault):
    """Some of the last seconds' messages come once more, after later ones of their keys."""

    random: Random
    name = "three of ten messages sent again"

    async def begin(self, network: Network) -> None:
        """Send them."""
        found = await _recent(network)
        again = self.random.sample(found, int(len(found) * _SHARE))
        await send_again(network.servers, again)


@dataclass(frozen=True)
class Poison(Fault):
    """A message that no reader can read, amidst the others.

    Attributes:
        planted: how many services read it, by the id of each one that was sent.
    """

    planted: dict[str, int]
    name = "poison on a topic"

    async def begin(self, network: Network) -> None:
        """Send it, under a key of its own."""
        topic = REGISTERED.rsplit(".", 2)[0]
        found = await read_topics(network.servers, [topic])
        pattern = next(message for message in found if message.type == REGISTERED)
        ce_id = str(uuid4())
        headers = {**pattern.headers, "ce_id": ce_id}
        await send_again(
            network.servers, [replace(pattern, key=str(uuid4()), headers=headers, value=b"{")]
        )
        readers = (network.contracts(service) / "consumes" for service in SERVICES)
        self.planted[ce_id] = sum((each / f"{REGISTERED}.json").is_file() for each in readers)
