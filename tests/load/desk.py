"""Lines of one desk's feed, handed to whoever holds its live views open.

The gateway is told by a row of its own database and a word on the bus, as its consumer tells it;
the others are posted what each of them needs.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
import orjson
from bed import Bed
from own import OwnService
from peers.facts import district, some_facts
from peers.programs import SEAL_KEY
from peers.rows import READERS, Rules

from gateway.bus import FEED, Bus
from gateway.consumed import NoticeRaised
from gateway.live_lines import encode, event_name, facts_of, with_id
from gateway.storage.feed import Desk, Feed, FeedItem, FeedRow
from lianfang_common.database import Database
from lianfang_common.ids import new_id

KIND = "raised"


class Told:
    """Tells a desk's views of one line after the other.

    Args:
        desk: whose views they are.
        database: the gateway's, as the role that stores lines.
        bus: wakes the gateway.
        http: reaches the others.
        body: the facts of each line, as a JSON object.
    """

    def __init__(
        self, desk: Desk, database: Database, bus: Bus, http: aiohttp.ClientSession, body: str
    ) -> None:
        self._desk = desk
        self._database = database
        self._bus = bus
        self._http = http
        self._body = body

    @property
    def desk_id(self) -> str:
        """How event ids name the desk."""
        return f"{self._desk.office}/{self._desk.role}"

    async def to_gateway(self, number: int) -> None:
        """Store a line; the desk's counter gives it its number."""
        line = FeedItem(self._desk, new_id(), KIND, new_id(), self._body)
        async with self._database.transaction() as connection:
            await Feed(connection).append([line], datetime.now(UTC))
        self._bus.tell(FEED, self.desk_id)

    async def to_floor(self, url: str, number: int) -> None:
        """Post a line as the bytes that the gateway's views are sent."""
        encoded = encode(event_name(KIND), self._facts(number))
        await self._post(url, with_id({self._desk: number}, encoded))

    async def to_streaming(self, url: str, number: int) -> None:
        """Post a line's facts."""
        await self._post(f"{url}/tell", orjson.dumps(self._facts(number)))

    def _facts(self, number: int) -> Mapping[str, Any]:
        return facts_of(self._desk, FeedRow(number, KIND, self._body), None)

    async def _post(self, url: str, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        async with self._http.post(url, data=body, headers=headers) as answer:
            if answer.status != 204:
                raise RuntimeError(f"a line was not taken: {answer.status}")


async def a_desk(bed: Bed, own: OwnService, login: str) -> Told:
    """Return who tells the desk of a demo user in a gateway's own database; closed with the bed."""
    account = bed.network.accounts[login]
    database = Database(own.environment["GATEWAY_POSTGRES__SYSTEM_URL"])
    bed.stack.push_async_callback(database.dispose)
    bus = Bus(own.environment["GATEWAY_VALKEY_URL"])
    bed.stack.push_async_callback(bus.close)
    desk = Desk(UUID(account["office_id"]), account["role"])
    return Told(desk, database, bus, await bed.http(), _a_body())


def _a_body() -> str:
    """Return what a line tells of an ordinary notice, as the consumer would store it."""
    rules, now = Rules(district(), SEAL_KEY), datetime.now(UTC)
    for fact in some_facts(10, seed=1):
        fields = dict(READERS[fact.type].model_validate_json(fact.body))
        for row in rules.outcome(fact.message_id, fact.type, now, fields, now).outbox:
            event = NoticeRaised.model_validate_json(row["body"])
            facts = event.model_dump(mode="json", exclude={"office_id", "role"})
            return orjson.dumps(facts).decode()
    raise RuntimeError("none of the facts leads to a notice")
