"""The role `sealer`: each second it chains the audit rows that were added since."""

import asyncio
import contextlib
from typing import Protocol, TypeVar

from lianfang_audit.chain import AuditChain
from lianfang_common.errors import Transient
from lianfang_common.telemetry import get_logger
from lianfang_edge.service import Runtime

_BATCH = 1_000
_log = get_logger()


class Chained(Protocol):
    """A unit of work of a service whose audit is chained."""

    @property
    def seals(self) -> AuditChain:
        """The chain over the service's audit."""
        ...


C = TypeVar("C", bound=Chained)


async def run_sealer(runtime: Runtime[C], *, tick_seconds: float = 1.0) -> None:
    """Seal at every tick until the process closes; outages are waited out."""
    while not runtime.closing.is_set():
        try:
            sealed = _BATCH
            while sealed == _BATCH:
                async with runtime.unit() as uow:
                    sealed = await uow.seals.seal(_BATCH)
        except Transient:
            _log.warning("sealer.held")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runtime.closing.wait(), tick_seconds)
