"""The service's consumer role as it is, on topics and a group of the run's own."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace

import uvloop

from lianfang_common.broker import KafkaSource
from lianfang_common.consumer import Consumer
from lianfang_common.inbox import PostgresBatchStore
from lianfang_common.unit import Unit
from lianfang_edge.observing import setup_telemetry
from lianfang_edge.process import broker_access, keep_what_was_loaded
from lianfang_edge.service import Runtime
from notifications.handlers import SUBSCRIPTIONS
from notifications.main import build
from notifications.settings import Settings
from notifications.storage.unit_of_work import NotificationsUnit
from peers.gate import Moments, Told, told, wait_for_go


def noting(
    open_unit: Callable[[Unit], NotificationsUnit], moments: Moments
) -> Callable[[Unit], NotificationsUnit]:
    """Note the facts of each transaction once it is committed."""

    def opened(unit: Unit) -> NotificationsUnit:
        uow = open_unit(unit)
        unit.on_commit.append(lambda: moments.note({notice.ce_id for notice in uow.notices.raised}))
        return uow

    return opened


async def run(part: Told) -> None:
    """Consume until stopped."""
    service = build(Settings())  # type: ignore[call-arg]  # read from the environment
    setup_telemetry(service.name, service.settings)
    if part.moments:
        service = replace(service, open_unit=noting(service.open_unit, Moments(part.moments)))
    runtime = Runtime(service)
    await runtime.system.ping()
    chosen = [each for each in SUBSCRIPTIONS if each.group == "main"]
    source = KafkaSource(
        broker_access(service.settings.kafka), part.topics, part.group, part.instance
    )
    store = PostgresBatchStore(runtime.units(), service.name)
    keep_what_was_loaded()
    wait_for_go()
    await Consumer(source, store, chosen, group=part.group).run()


if __name__ == "__main__":
    part = told()
    os.environ |= part.settings
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(part))
