"""The role that looks how many notices nobody has taken over."""

import asyncio
from datetime import timedelta

from lianfang_common.errors import Transient
from lianfang_edge.service import Runtime
from notifications.metrics import SHOWN, observe_overdue
from notifications.storage.unit_of_work import NotificationsUnit

MEASURE = "measure"
EVERY_SECONDS = 15.0
"""As often as Prometheus asks."""
SLACK = timedelta(seconds=30)
"""A deadline that is about to fire is not yet overdue."""


async def measure(runtime: Runtime[NotificationsUnit]) -> None:
    """Measure until the process closes; an absent database is the other roles' to tell."""
    while not runtime.closing.is_set():
        try:
            async with runtime.unit() as uow:
                observe_overdue(await uow.notices.overdue(uow.now - SLACK, sorted(SHOWN)))
        except Transient:
            pass
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                await runtime.closing.wait()
        except TimeoutError:
            continue
