"""The real servers of `make servers`; a missing one fails, it never skips."""

from typing import Any

import pytest

from lianfang_local.profiles import state_root
from lianfang_local.statefiles import read_json


@pytest.fixture(scope="session")
def servers() -> dict[str, Any]:
    """Administrators' addresses."""
    found = read_json(state_root() / "test" / "servers.json")
    if not found:
        pytest.fail("the test servers do not run: make servers")
    return found
