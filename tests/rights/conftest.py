"""What the tests of rights stand on: the running network, or databases of their own."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

from deployed import Deployed
from inprocess import Keys, write_keys

from lianfang_common.testing.servers import MakeDatabase, make_database, servers

__all__ = ["MakeDatabase", "make_database", "servers"]


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    """The test network as it runs; a missing one fails, it never skips."""
    found = Deployed.of_profile("test")
    found.network.demand_ready()
    return found


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Key files for services that this process runs."""
    return write_keys(tmp_path_factory.mktemp("rights-keys"))


@pytest_asyncio.fixture(scope="session")
async def closing() -> AsyncIterator[list]:
    """Things to be closed after the last test, in the other order of their opening."""
    opened: list = []
    yield opened
    for each in reversed(opened):
        await each.close()
