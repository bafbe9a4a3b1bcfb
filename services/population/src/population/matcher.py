"""The matcher's loop: its own tick, its own database role, its own trace for every look.

It runs beside the consumers and never inside of one, so that neither the time nor the trace of a
tenancy leads to a case. It logs no look: a line for each would tell how many matched.
"""

import asyncio
import contextlib

from lianfang_common.database import Database
from lianfang_common.errors import Transient
from lianfang_common.telemetry import get_logger, start_span
from lianfang_common.units import Units
from lianfang_edge.service import Runtime
from population.settings import Settings
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.match_residences import (
    doubt_mistaken,
    forget_unnamed,
    gather_stray_cases,
    match_residences,
    seal_mistaken,
)

_POOL = 2
_log = get_logger()


async def look(units: Units[PopulationUnit], batch: int) -> None:
    """Look once: empty the queue, gather stray cases, forget whom nothing names."""
    with start_span("matcher.look", new_trace=True):
        taken = batch
        while taken == batch:
            async with units.open() as (_, uow):
                taken = await match_residences(batch, uow)
        async with units.open() as (_, uow):
            await gather_stray_cases(uow)
            await forget_unnamed(batch, uow)
            mistaken = await doubt_mistaken(uow)
        if mistaken:
            async with units.open() as (_, uow):
                await seal_mistaken(mistaken, uow)


async def run_matcher(runtime: Runtime[PopulationUnit]) -> None:
    """Look at every tick until the process closes; outages are waited out."""
    settings = runtime.settings
    if not isinstance(settings, Settings):
        raise TypeError("the matcher runs with population's settings")
    pool = Database(settings.matcher_url.get_secret_value(), pool_size=_POOL)
    units = runtime.units(pool)
    try:
        while not runtime.closing.is_set():
            try:
                await look(units, settings.matcher_batch)
            except Transient:
                _log.warning("matcher.held")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(runtime.closing.wait(), settings.matcher_tick_seconds)
    finally:
        await pool.dispose()
