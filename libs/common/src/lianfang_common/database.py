"""One connection pool for one role of one service's database, and its guarded transaction.

The scope of the caller is set for the transaction only and in the same message as BEGIN, so it
costs no round trip and cannot outlive the transaction. A connection whose transaction was
cancelled or timed out is thrown away: what such a driver still holds is not known. After a BEGIN
that timed out it would take every later one for a savepoint, and nothing would be committed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from lianfang_common.errors import Conflict, Transient
from lianfang_common.principal import Principal

_opening: ContextVar[str] = ContextVar("opening", default="")


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


class _ScopedConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """Appends the caller's scope to the driver's BEGIN."""

    __slots__ = ()

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        if query.startswith("BEGIN"):
            query += _opening.get()
        return str(await super().execute(query, *args, timeout=timeout))


class Database:
    """Opens transactions as one database role.

    Args:
        url: `postgresql://user:password@host:port/database`.
        pool_size: connections kept; no more are opened.
        statement_timeout_ms: a statement that takes longer is a defect and is cut.
    """

    def __init__(self, url: str, *, pool_size: int = 8, statement_timeout_ms: int = 5_000) -> None:
        self._engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,
            connect_args={
                "connection_class": _ScopedConnection,
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
        self, principal: Principal | None = None, *, lists: bool = True
    ) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, commit it at the end, roll it back on any exception.

        Args:
            principal: whose scope row-level security applies; None sets no scope, under which
                the application role sees no guarded row.
            lists: queries filter by a range of places, so each is planned for its own range; a
                plan made for another scope is a thousand times slower. Off, a change of single
                rows saves 0.3 ms.

        Raises:
            Conflict: the transaction met another one; nothing was done.
            Transient: the database is away; whether a commit arrived is then not known.
        """
        opening = principal.local_settings() if principal else ""
        if principal and lists:
            opening += ";SET LOCAL plan_cache_mode=force_custom_plan"
        token = _opening.set(opening)
        try:
            async with self._engine.connect() as connection:
                try:
                    transaction = await connection.begin()
                    yield connection
                    await transaction.commit()
                except BaseException as failure:
                    if isinstance(failure, Exception) and not isinstance(failure, TimeoutError):
                        await _roll_back(connection)
                    else:
                        await connection.invalidate()
                    raise
        except (DBAPIError, PoolTimeout, asyncpg.PostgresError, *_AWAY) as failure:
            _raise_transient(failure)
            raise
        finally:
            _opening.reset(token)

    async def ping(self) -> None:
        """Raise if the database does not answer."""
        async with self.transaction() as connection:
            await connection.execute(text("select 1"))

    async def dispose(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def _roll_back(connection: AsyncConnection) -> None:
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None or driver.is_closed():
        # A raw statement met a dead connection. SQLAlchemy learns of it by a statement of its own,
        # and then distrusts every older connection of the pool.
        with suppress(DBAPIError, *_AWAY):
            await connection.execute(text("select 1"))
        return
    await connection.rollback()


def sqlstate_of(failure: BaseException) -> str:
    """Return the five signs that PostgreSQL gave the failure, or an empty text."""
    seen = failure.orig if isinstance(failure, DBAPIError) else failure
    return str(getattr(seen, "sqlstate", None) or "")


def _raise_transient(failure: BaseException) -> None:
    state = sqlstate_of(failure)
    if state in ("40001", "40P01"):
        raise Conflict("database-conflict") from failure
    if isinstance(failure, PoolTimeout | TimeoutError) or state.startswith(_BUSY):
        raise Transient("database-busy") from failure
    lost = isinstance(failure, DBAPIError) and failure.connection_invalidated
    if lost or state.startswith(_GONE) or isinstance(failure, _AWAY):
        raise Transient("database-away") from failure


async def driver_of(connection: AsyncConnection) -> Any:
    """Return the asyncpg connection of an open `transaction`, for the paths that are measured.

    SQLAlchemy begins lazily, so a raw statement could run outside of the transaction that the
    caller believes open; this is the one way to the driver, and it begins first.
    """
    # Not by `get_raw_connection`, which costs a switch of greenlets for each statement.
    adapted: Any = cast(Any, connection.sync_connection).connection.dbapi_connection
    if adapted._transaction is None:
        try:
            await adapted._start_transaction()
        except Exception as failure:
            # The adapter's own errors are no DBAPIError outside of SQLAlchemy's statements.
            raise failure.__cause__ or failure from failure
    return adapted.driver_connection
