"""The role `watcher`: asks every few minutes whether the service's own rules hold, for an alert.

It sees the service's own database alone, as the system role, in transactions that cannot write.
A rule is shown as kept or broken; a number of breaches would be a count of what it is about.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Gauge

from lianfang_common.database import driver_of
from lianfang_common.ids import id_floor
from lianfang_common.telemetry import get_logger
from lianfang_common.units import Units
from lianfang_edge.service import Runtime

_log = get_logger()
WINDOW, WINDOW_LONGEST = timedelta(days=1), timedelta(days=6)
"""After a week the ledger forgets notices, and rules would miss them."""
BREACHES = Gauge("common_invariant_breaches", "1 where a rule about the data is broken.", ["rule"])
CHECKED = Gauge("common_invariants_checked_seconds", "When every rule was asked last, Unix time.")

# Parameters have a type also in a rule that does not use them.
_ASK = "select ({}) from (select $1::timestamptz, $2::timestamptz, $3::uuid) as span"
_LATE = "select count(*) from {} < $2 - interval '10 minutes'"
_UNCLAIMED = """select count(*) from dead_letter d where parked_at >= $1 and not exists
    (select from inbox i where i.consumer_group = d.consumer_group and i.ce_id = d.ce_id)"""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule about a service's database.

    `check` counts the breaches: SQL with $1 begin of the span, $2 now, $3 the least id of the
    span; or a function of the unit of work, its driver and the begin.
    """

    name: str
    check: str | Callable[[Any, Any, datetime], Awaitable[int]]


DELIVERY = (
    Invariant("fact-not-sent", _LATE.format("outbox where published_on is null and occurred_at")),
    Invariant("deadline-not-fired", _LATE.format("timer where due_at")),
    Invariant("dead-letter-open", "select count(*) from dead_letter where closed_at is null"),
    Invariant("dead-letter-unclaimed", _UNCLAIMED),
)
"""What holds in every service."""


class Watcher:
    """Asks the rules; of a broken one it keeps the span, until nothing is found in it any more."""

    def __init__(self, units: Units[Any], rules: Sequence[Invariant]) -> None:
        self._units, self._rules = units, (*DELIVERY, *rules)
        self._since: dict[str, datetime] = {}

    async def look(self) -> None:
        """Ask every rule once; one that cannot be asked keeps its gauge and holds the time."""
        held = 0
        for rule in self._rules:
            try:
                BREACHES.labels(rule.name).set(await self._broken(rule))
            except Exception as failure:
                held += 1
                _log.warning("watcher.held", rule=rule.name, error=type(failure).__name__)
        if not held:
            CHECKED.set_to_current_time()

    async def _broken(self, rule: Invariant) -> bool:
        async with self._units.open() as (unit, uow):
            driver = await driver_of(unit.connection)
            await driver.execute("set transaction read only")
            kept = self._since.setdefault(rule.name, unit.now - WINDOW)
            since = max(kept, unit.now - WINDOW_LONGEST)
            if isinstance(rule.check, str):
                span = since, unit.now, id_floor(since)
                found = await driver.fetchval(_ASK.format(rule.check), *span)
            else:
                found = await rule.check(uow, driver, since)
        if not found:
            del self._since[rule.name]
        return bool(found)


async def run_watcher(runtime: Runtime[Any], *, rules: Sequence[Invariant] = ()) -> None:
    """Ask the rules of delivery and the service's own until the process closes."""
    watcher = Watcher(runtime.units(), rules)
    while not runtime.closing.is_set():
        await watcher.look()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runtime.closing.wait(), runtime.settings.watch_seconds)
