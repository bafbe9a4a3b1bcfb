"""One connection pool for one role of one service's database, and its guarded transaction.

The scope of the caller is set for the transaction only and in the same message as BEGIN, so it
costs no round trip and cannot outlive the transaction. Begun and ended on the driver itself: by way
of SQLAlchemy each costs a switch of greenlets. A connection whose transaction was
cancelled or timed out is thrown away: what such a driver still holds is not known. After a BEGIN
that timed out it would take every later one for a savepoint, and nothing would be committed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from lianfang_common.errors import Conflict, Transient
from lianfang_common.principal import Principal

# What the driver and SQLAlchemy's adapter of it raise where the server is gone.
_AWAY = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    AsyncAdapt_asyncpg_dbapi.InterfaceError,
    AsyncAdapt_asyncpg_dbapi.InternalClientError,
)


# SQLSTATE classes and states of a server that is gone, and of one that cannot just now: a failover
# that left it read-only, no connection, memory or disk to spare, a lock or a statement that took
# too long, a device that fails.
_GONE = ("08", "57P", "58")
_BUSY = ("25006", "25P03", "53", "55P03", "57014")
_TURN_SECONDS = 10.0


class _ScopedConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """Appends what opens a transaction to the driver's BEGIN, and keeps how that was answered."""

    opening = tag = ""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        if query.startswith("BEGIN"):
            query, self.opening = query + self.opening, ""
        self.tag = str(await super().execute(query, *args, timeout=timeout))
        return self.tag


class Database:
    """Opens transactions as one database role.

    Args:
        url: `postgresql://user:password@host:port/database`.
        pool_size: connections kept; no more are opened.
        statement_timeout_ms: a statement that takes longer is a defect and is cut.
        connect_seconds: for a new connection; the driver would wait a minute for one that was cut
            while it was made.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        statement_timeout_ms: int = 5_000,
        connect_seconds: float = 5.0,
    ) -> None:
        # In turn, which the pool alone is not: who comes just as one is free would go first.
        self._turns = asyncio.Semaphore(pool_size)
        self._engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
            connect_args={
                "connection_class": _ScopedConnection,
                "timeout": connect_seconds,
                "command_timeout": statement_timeout_ms / 1000 + 5,
                "server_settings": {
                    "statement_timeout": str(statement_timeout_ms),
                    "idle_in_transaction_session_timeout": "15000",
                    "jit": "off",
                },
            },
        )

    @asynccontextmanager
    async def transaction(
        self, principal: Principal | None = None, *, lists: bool = True, asking: str = ""
    ) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, commit it at the end, roll it back on any exception.

        Args:
            principal: whose scope row-level security applies; None sets no scope, under which
                the application role sees no guarded row.
            lists: queries filter by a range of places, so each is planned for its own range; a
                plan made for another scope is a thousand times slower. Off, a change of single
                rows saves 0.3 ms.
            asking: statements that go along with BEGIN, as text without parameters; `driver.tag`
                then holds the command tag of the last, such as `SELECT 0`.

        Raises:
            Conflict: the transaction met another one; nothing was done.
            Transient: the database is away; whether a commit arrived is then not known.
        """
        opening = principal.local_settings() if principal else ""
        if principal and lists:
            opening += ";SET LOCAL plan_cache_mode=force_custom_plan"
        try:
            async with self._turn(), self._engine.connect() as connection:
                adapted = _adapted(connection)
                adapted.driver_connection.opening = opening + asking
                try:
                    await _begin(adapted)
                    yield connection
                    await _end(adapted, adapted._transaction.commit)
                except BaseException as failure:
                    await _give_up(connection, adapted, failure)
                    raise
        except (DBAPIError, asyncpg.PostgresError, *_AWAY) as failure:
            _raise_transient(failure)
            raise

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with asyncio.timeout(_TURN_SECONDS):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def ping(self) -> None:
        """Raise if the database does not answer."""
        async with self.transaction() as connection:
            await connection.execute(text("select 1"))

    async def dispose(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _adapted(connection: AsyncConnection) -> Any:
    # Not by `get_raw_connection`, which costs a switch of greenlets.
    return cast(Any, connection.sync_connection).connection.dbapi_connection


async def _begin(adapted: Any) -> None:
    try:
        await adapted._start_transaction()
    except Exception as failure:
        # The adapter's own errors are no DBAPIError outside of SQLAlchemy's statements.
        raise failure.__cause__ or failure from failure


async def _end(adapted: Any, how: Callable[[], Awaitable[None]]) -> None:
    adapted._transaction = None  # however it goes, SQLAlchemy has nothing more to end
    await how()


async def _give_up(connection: AsyncConnection, adapted: Any, failure: BaseException) -> None:
    known = isinstance(failure, Exception) and not isinstance(failure, TimeoutError)
    if known and adapted.driver_connection.is_closed() and not connection.invalidated:
        # A raw statement met a dead connection. SQLAlchemy learns of it by a statement of its own,
        # and then distrusts every older connection of the pool.
        with suppress(DBAPIError, *_AWAY):
            await connection.execute(text("select 1"))
    elif known and adapted._transaction is not None:
        await _end(adapted, adapted._transaction.rollback)
    else:
        await connection.invalidate()


def sqlstate_of(failure: BaseException) -> str:
    """Return the five signs that PostgreSQL gave the failure, or an empty text."""
    seen = failure.orig if isinstance(failure, DBAPIError) else failure
    return str(getattr(seen, "sqlstate", None) or "")


def _raise_transient(failure: BaseException) -> None:
    state = sqlstate_of(failure)
    if state in ("40001", "40P01"):
        raise Conflict("database-conflict") from failure
    if isinstance(failure, TimeoutError) or state.startswith(_BUSY):
        raise Transient("database-busy") from failure
    lost = isinstance(failure, DBAPIError) and failure.connection_invalidated
    if lost or state.startswith(_GONE) or isinstance(failure, _AWAY):
        raise Transient("database-away") from failure


async def driver_of(connection: AsyncConnection) -> Any:
    """Return the asyncpg connection of an open `transaction`, for the paths that are measured.

    This is the one way to the driver.
    """
    return _adapted(connection).driver_connection
