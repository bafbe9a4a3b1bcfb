"""A real database, migrated as the owner, and the gateway listening on a port in this process."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from gateway_builders import write_secrets
from gateway_rig import Rig, Upstream

from gateway.main import MIGRATIONS
from lianfang_common.testing.servers import Servers, TestDatabase, fresh_database
from lianfang_common.testing.servers import servers as servers
from lianfang_edge.migrate import upgrade


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the test servers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
async def database(servers: Servers) -> AsyncIterator[TestDatabase]:
    """A database that nobody else uses, at the newest revision."""
    async with fresh_database(servers, "gateway") as made:
        upgrade(MIGRATIONS, made.owner_url)
        yield made


@pytest.fixture(scope="session")
def secrets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key files, the same for every gateway of the suite."""
    folder = tmp_path_factory.mktemp("secrets")
    write_secrets(folder)
    return folder


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection, to look at the catalog and to empty tables."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def shared(database: TestDatabase, servers: Servers, secrets_dir: Path) -> AsyncIterator[Rig]:
    """One gateway for all tests that do not start another."""
    async with Upstream() as upstream:
        made = Rig(database, servers, secrets_dir, upstream)
        await made.start()
        yield made
        await made.close()


@pytest.fixture
async def rig(shared: Rig, owner: Any) -> Rig:
    """A gateway that nobody has used, on an empty database that knows three offices."""
    await shared.clean(owner)
    return shared
