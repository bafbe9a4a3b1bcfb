"""The outbox as the relay works on it, and the keeping of the delivery tables.

The relay reads and marks on the very connection that holds the service's advisory lock: who loses
the connection loses the lead with it and can mark nothing.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from lianfang_common.database import Database, driver_of
from lianfang_common.errors import Transient
from lianfang_common.ids import id_floor
from lianfang_common.relay import OutboxRow
from lianfang_common.telemetry import get_logger
from lianfang_common.unit import OutboxMessage

_log = get_logger()

HORIZON = timedelta(days=35)  # of ledger, inbox and dead letters, as of the topics
RESTRICTED_HORIZON = timedelta(days=7)
ANSWERS_KEPT = timedelta(days=7)  # a phone that was off for a weekend repeats its key
# The last one is what asyncpg says when a connection dies between two messages.
_FAILURES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
# The lock's number is any, the same for every relay of one database.
_LEAD = f"set local lock_timeout = '1s'; select pg_advisory_lock({0x6C66})"

_PENDING = """
select position, message_id, topic, key, type, aggregate_version, account, occurred_at, traceparent,
body from outbox where published_on is null and not key = any($2) order by position limit $1"""

_MARK = """
update outbox set published_on = $2 where published_on is null and position = any($1::bigint[])"""


class PostgresLeadership:
    """Lends the outbox to the one relay whose connection holds the lock.

    Args:
        url: of the service's system role.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._leading = False

    @asynccontextmanager
    async def lead(self) -> AsyncIterator["PostgresOutbox | None"]:
        """Yield the outbox, or None where another relay has it; the lead stays until `close`."""
        try:
            if self._connection is None or self._connection.is_closed():
                self._leading = False
                self._connection = await asyncpg.connect(
                    self._url,
                    timeout=5,
                    command_timeout=10,
                    # A vanished machine must not keep the lead: the server notices in 15 s.
                    server_settings={
                        "tcp_keepalives_idle": "5",
                        "tcp_keepalives_interval": "5",
                        "tcp_keepalives_count": "2",
                        "jit": "off",
                    },
                )
            if not self._leading:
                self._leading = await self._wait_for_lead()
            yield PostgresOutbox(self._connection) if self._leading else None
        except _FAILURES as away:
            _log.warning("ledger.connection_lost", error=type(away).__name__)
            if self._connection is not None:
                self._connection.terminate()
            self._connection = None
            raise Transient("database-away") from away

    async def _wait_for_lead(self) -> bool:
        """Get in line for a second, so that a standby leads as soon as the leader is gone."""
        try:
            await self._connection.execute(_LEAD)
        except asyncpg.LockNotAvailableError:
            return False
        return True

    async def close(self) -> None:
        """Give the lead back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*_FAILURES):
                await connection.close(timeout=2)


class PostgresOutbox:
    """Unpublished rows on the connection of the lead."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def pending(self, limit: int, stopped: Collection[UUID]) -> Sequence[OutboxRow]:
        """Return unpublished rows by position, without those of stopped keys."""
        rows = await self._connection.fetch(_PENDING, limit, list(stopped))
        return [OutboxRow(row[0], OutboxMessage(*row[1:])) for row in rows]

    async def mark(self, positions: Sequence[int], now: datetime) -> None:
        """Move rows to their day of the ledger."""
        await self._connection.execute(_MARK, positions, now.astimezone(UTC).date())


async def keep_delivery(
    database: Database,
    now: datetime,
    restricted: Collection[str] = (),
    horizon: timedelta = HORIZON,
) -> None:
    """Make the ledger's next partitions and forget what is older than the horizon.

    Args:
        database: pool of the system role.
        now: moment from which the horizon counts.
        restricted: topics, own and read, whose messages are forgotten after a week.
        horizon: how long ledger, inbox and dead letters are kept.
    """
    today = now.astimezone(UTC).date()
    async with database.transaction() as connection:
        driver = await driver_of(connection)
        await driver.execute("set local statement_timeout = '60s'")
        await driver.execute(
            "select delivery_keep($1, $2, $3, $4, $5, $6, $7)",
            today,
            today - horizon,
            today - RESTRICTED_HORIZON,
            list(restricted),
            id_floor(now - horizon),
            id_floor(now - RESTRICTED_HORIZON),
            now - ANSWERS_KEPT,
            timeout=65,
        )


async def publish_again(database: Database, first_day: date) -> int:
    """Put the ledger's facts back into the outbox, from a day on, for a broker that lost them.

    Readers that had them recognise them by their ids. No relay may send meanwhile, or newer facts
    of a key would reach the empty topic before its older ones.

    Returns:
        how many facts will be sent again.

    Raises:
        Transient: a relay of this database runs.
    """
    async with database.transaction() as connection:
        driver = await driver_of(connection)
        if not await driver.fetchval(f"select pg_try_advisory_xact_lock({0x6C66})"):
            raise Transient("relay-still-runs")
        await driver.execute("set local statement_timeout = '1h'")
        again = "update outbox set published_on = null where published_on >= $1"
        done = await driver.execute(again, first_day, timeout=3_600)
    return int(str(done).rpartition(" ")[2])
