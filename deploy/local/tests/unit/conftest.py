"""A profile in a folder of its own."""

from pathlib import Path

import pytest

from lianfang_local.profiles import Profile


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A demo profile that no other test sees."""
    state = tmp_path / "run"
    state.mkdir()
    return Profile(name="demo", state=state, cache=tmp_path / "cache", port_base=18700)
