"""Counts how often a pool's one connection waits for the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from lianfang_common.database import Database, driver_of

_WAITING = ("query", "prepare", "bind_execute", "bind_execute_many", "execute", "copy_in")


class _Counting:
    """Stands before the driver's protocol and keeps the names of what is waited for."""

    def __init__(self, protocol: Any, seen: list[str]) -> None:
        self._protocol, self._seen = protocol, seen

    def __getattr__(self, name: str) -> Any:
        if name in _WAITING:
            self._seen.append(name)
        return getattr(self._protocol, name)


@asynccontextmanager
async def round_trips(database: Database) -> AsyncIterator[list[str]]:
    """Yield a list that grows with each round trip of a pool of one connection."""
    async with database.transaction() as connection:
        driver = await driver_of(connection)
    protocol, seen = driver._protocol, list[str]()
    driver._protocol = _Counting(protocol, seen)
    try:
        yield seen
    finally:
        driver._protocol = protocol
