"""The running test network and its demo users, for every suite that works at the public door."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from network import Network, Users


@pytest.fixture(scope="session")
def network() -> Network:
    """The network that `make test` brought up."""
    return Network.of_profile("test").demand_ready()


@pytest_asyncio.fixture(scope="session")
async def users(network: Network) -> AsyncIterator[Users]:
    """Logged-in demo users, one session each."""
    sessions = Users(network)
    yield sessions
    await sessions.close()
