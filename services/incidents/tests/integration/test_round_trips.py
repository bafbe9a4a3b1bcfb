"""How often a report waits for the database: each round trip is a third of a millisecond."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from incidents_builders import GRID

from lianfang_common.database import Database
from lianfang_common.testing.roundtrips import round_trips
from lianfang_common.testing.servers import TestDatabase


@pytest.fixture
async def single(rig: Any, database: TestDatabase) -> AsyncIterator[Any]:
    """The application on a pool of one connection, in a database that the rig prepared."""
    app = Database(database.app_url, pool_size=1)
    yield type(rig)(app, rig.system_pool)
    await app.dispose()


async def test_a_report_by_grid_waits_three_times(single: Any) -> None:
    body = {
        "source": "walk_in",
        "classification": "help_request",
        "occurred_at": (single.clock.now() - timedelta(minutes=1)).isoformat(),
        "grid": GRID,
    }
    officer = single.client()
    for _ in range(2):  # the statements are prepared, the grid is known
        assert (await officer.post("/reports", body)).status == 201
    async with round_trips(single.app_pool) as seen:
        assert (await officer.post("/reports", body)).status == 201
    assert len(seen) == 3, seen
