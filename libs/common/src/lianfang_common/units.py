"""Units of work that no caller asked for: events, timers and commands open them here."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from lianfang_common.clock import Clock
from lianfang_common.database import Database
from lianfang_common.outbox import flush
from lianfang_common.telemetry import current_traceparent
from lianfang_common.unit import Unit, Wake

U = TypeVar("U")


class Units(Generic[U]):
    """Opens a service's units of work as its system role.

    Args:
        database: pool of the system role.
        open_unit: wraps the kernel's unit in the service's.
        clock: moment of each unit.
        wake: called after a commit, with each role that has work of it.
    """

    def __init__(
        self, database: Database, open_unit: Callable[[Unit], U], clock: Clock, wake: Wake
    ) -> None:
        self.database = database
        self.clock = clock
        self._open_unit = open_unit
        self._wake = wake

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Unit, U]]:
        """Open a transaction; flush and commit it at the end, then wake who has work of it."""
        async with self.database.transaction() as connection:
            unit = Unit(connection, self.clock.now(), traceparent=current_traceparent())
            yield unit, self._open_unit(unit)
            await flush(unit)
        unit.committed(self._wake)
