"""What the attacks stand on: helpers of the neighbouring suites, servers, how long to try."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("contracts", "rights", "system"))]

from deployed import Deployed
from doors import cookie, door
from inprocess import Keys, write_keys

from lianfang_common.testing.servers import MakeDatabase, make_database, servers

__all__ = ["MakeDatabase", "cookie", "door", "make_database", "servers"]


@pytest.fixture(scope="session")
def minutes() -> float:
    """How long `make attack MINUTES=…` lets each fuzzer try; 0 in `make test`."""
    return float(os.environ.get("LIANFANG_ATTACK_MINUTES") or 0)


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    """The test network as it runs; a missing one fails, it never skips."""
    found = Deployed.of_profile("test")
    found.network.demand_ready()
    return found


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Key files for services that this process runs."""
    return write_keys(tmp_path_factory.mktemp("attack-keys"))
