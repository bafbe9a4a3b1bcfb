"""One migrated database for the suite; each test finds it empty but for rules and district."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from notifications_network import Notifications, keys_in, running_on

from lianfang_common.testing.servers import MakeDatabase, make_database, servers

__all__ = ["make_database", "servers"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the test servers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keys_in(tmp_path_factory.mktemp("notifications-keys"))


@pytest.fixture(scope="session")
async def running(make_database: MakeDatabase, keys: Path) -> AsyncIterator[Notifications]:
    async with running_on(await make_database("notifications"), keys) as service:
        service.say_district()
        await service.deliver()
        yield service


@pytest.fixture
async def network(running: Notifications) -> Notifications:
    """The service, empty but for its rules and the district."""
    await running.forget()
    return running


@pytest.fixture
async def fresh(make_database: MakeDatabase, keys: Path) -> AsyncIterator[Notifications]:
    """The service on a database of its own, which knows no office yet."""
    async with running_on(await make_database("notifications"), keys) as service:
        yield service
