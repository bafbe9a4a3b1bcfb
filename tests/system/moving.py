"""Journey 3 up to its question: somebody on the register has moved, and a case is open."""

import pytest
from network import Network, Users
from register import Listed, list_somebody, move, the_case

OLD, NEW = "beihe-officer1", "nanpu-officer1"


@pytest.fixture
async def listed(users: Users, network: Network) -> Listed:
    """Somebody on the register of the old office."""
    return await list_somebody(users, network, OLD)


@pytest.fixture
async def case(users: Users, network: Network, listed: Listed) -> str:
    """The id of the case that a move of that person has opened."""
    await move(users, network, listed, NEW)
    return str((await the_case(await users(OLD), listed))["case_id"])
