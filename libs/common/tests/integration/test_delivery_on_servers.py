"""The delivery suite on real PostgreSQL and Apache Kafka."""

import pytest
import pytest_asyncio
from delivery_suite import DeliverySuite
from worlds import RealWorld

pytestmark = pytest.mark.servers


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(make_database):
    return await make_database("kernel")


@pytest_asyncio.fixture(loop_scope="session")
async def world(servers, database):
    world = RealWorld(servers, database)
    await world.start()
    yield world
    await world.close()


class TestOnServers(DeliverySuite):
    """Every promise, on the servers that production uses."""
