"""The running test network, its demo users, and what the tests typed into it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from demo_users import network, users
from journeys import TYPED_NAMES, TYPED_PHONE
from moving import case, listed
from network import Network
from personal_data import PersonalDataScan

__all__ = ["case", "listed", "network", "users"]


@pytest.fixture(scope="session")
def scan(network: Network) -> PersonalDataScan:
    """Knows every seeded person, and what the tests typed."""
    persons = network.rows("persons")
    return PersonalDataScan(
        phones=[TYPED_PHONE, *(person["phone"] for person in persons)],
        names=[*TYPED_NAMES, *(person["name"] for person in persons)],
    )


LAST = (
    "tests/attack/",
    "test_running_network",
    "test_backups_name_nobody",
    "test_nothing_personal",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run last what looks at all that the other tests left behind, the scan at the very end."""
    items.sort(key=lambda item: [name in item.nodeid for name in reversed(LAST)])
