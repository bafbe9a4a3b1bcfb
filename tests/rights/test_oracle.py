"""Thousands of (user, row) pairs: what a service shows is what the oracle says, with either guard.

The oracle imports no service. Each of the two guards, the query's filter and the row policy, is
switched off in turn and alone leaks nothing; with both off the comparison must find leaks.
"""

import os
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from importlib import import_module
from random import Random
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio
from comparing import Comparison
from district import a_district
from inprocess import InProcess, Keys, roles_of

from lianfang_common.testing.servers import MakeDatabase

pytestmark = [pytest.mark.servers, pytest.mark.slow]

SEED = int(os.environ.get("LIANFANG_RIGHTS_SEED") or secrets.randbelow(2**32))
"""Another one for each run; the failure names it, and setting it repeats the run."""
WORLDS = ("rentals", "incidents", "notifications", "population", "gateway")
PAIRS_MIN, PAIRS_WITH_ONE_GUARD_MIN = 10_000, 2_500
READS = {"both": 1_000, "policy alone": 100, "filter alone": 100, "neither": 300}
LISTING_WITH_ONE_GUARD = 12
GUARDS = tuple(READS)

MakeWorld = Callable[[str], Awaitable[Any]]


@pytest_asyncio.fixture(scope="session")
async def make_world(make_database: MakeDatabase, keys: Keys, closing: list[Any]) -> MakeWorld:
    """Return a service's world, planted once for the session."""
    made: dict[str, Any] = {}

    async def make(name: str) -> Any:
        if name not in made:
            module = import_module(f"world_{name}")
            database = await make_database(module.SERVICE, roles_of(module.SERVICE))
            more = module.MORE
            app = InProcess(
                module.SERVICE, database, keys, more(database) if callable(more) else more
            )
            closing.append(app)
            await app.start()
            random = Random(SEED)
            made[name] = module.World(app, a_district(random), random)
            await made[name].plant()
        return made[name]

    return make


@pytest.mark.parametrize("guards", GUARDS)
@pytest.mark.parametrize("name", WORLDS)
async def test_a_service_shows_exactly_what_the_oracle_says(
    make_world: MakeWorld, name: str, guards: str, monkeypatch: pytest.MonkeyPatch
):
    world = await make_world(name)
    module = import_module(f"world_{name}")
    both = guards == "both"
    listing = None if both else LISTING_WITH_ONE_GUARD
    comparison = Comparison(
        world.ask, Random(SEED + 1 + GUARDS.index(guards)), world.district.users, listing
    )
    began = monotonic()
    async with AsyncExitStack() as switched:
        if guards in ("policy alone", "neither"):
            module.filters_off(monkeypatch)
        if guards in ("filter alone", "neither"):
            await switched.enter_async_context(world.app.policies_off())
        await world.compare(comparison, READS[guards])
    ledger = comparison.ledger
    report = f"seed {SEED}, {name}, {guards}, {monotonic() - began:.1f} s: {ledger}"
    print(report)
    assert ledger.total >= (PAIRS_MIN if both else PAIRS_WITH_ONE_GUARD_MIN), report
    if guards == "neither":
        missed = [kind for kind in module.MUST_LEAK if not ledger.leaks()[kind]]
        assert not missed, f"no leak was found in {missed}; {report}"
    else:
        assert not ledger.differences, report
