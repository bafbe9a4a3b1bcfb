"""The real servers, and the service on an emptied database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from operated import World, migrate, write_keys

from lianfang_common.testing.servers import MakeDatabase, TestDatabase, make_database, servers

__all__ = ["make_database", "servers"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key files of the service."""
    made = tmp_path_factory.mktemp("operated-keys")
    write_keys(made)
    return made


@pytest.fixture(scope="session")
async def migrated(make_database: MakeDatabase) -> TestDatabase:
    """A database at the newest revision."""
    made = await make_database("operated")
    await migrate(made)
    return made


@pytest.fixture
async def world(migrated: TestDatabase, folder: Path) -> AsyncIterator[World]:
    """The service as nobody has used it."""
    made = World(migrated, folder)
    await made.sql("truncate outbox, inbox, dead_letter, dead_letter_act, idempotency")
    yield made
    await made.close()
