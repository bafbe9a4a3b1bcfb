"""The delivery suite on the log and the store in memory."""

import pytest
from delivery_suite import DeliverySuite
from worlds import MemoryWorld


@pytest.fixture
def world():
    return MemoryWorld()


class TestInMemory(DeliverySuite):
    """Every promise, without a server."""
