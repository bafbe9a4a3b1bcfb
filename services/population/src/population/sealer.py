"""The sealer's loop: each second it chains the audit rows that were added since."""

import asyncio
import contextlib

from lianfang_common.errors import Transient
from lianfang_common.telemetry import get_logger
from lianfang_edge.service import Runtime
from population.settings import Settings
from population.storage.unit_of_work import PopulationUnit

_BATCH = 1_000
_log = get_logger()


async def run_sealer(runtime: Runtime[PopulationUnit]) -> None:
    """Seal at every tick until the process closes; outages are waited out."""
    settings = runtime.settings
    if not isinstance(settings, Settings):
        raise TypeError("the sealer runs with population's settings")
    while not runtime.closing.is_set():
        try:
            sealed = _BATCH
            while sealed == _BATCH:
                async with runtime.unit() as uow:
                    sealed = await uow.seals.seal(_BATCH)
        except Transient:
            _log.warning("sealer.held")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runtime.closing.wait(), settings.sealer_tick_seconds)
