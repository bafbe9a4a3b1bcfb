"""Deadlines: rows that fire together with their effect, in one transaction each.

A deadline that fails keeps its row and comes later; it holds up no other.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from lianfang_common import metrics
from lianfang_common.database import driver_of
from lianfang_common.errors import Conflict, Transient
from lianfang_common.telemetry import current_traceparent, get_logger, start_span
from lianfang_common.unit import TimerRow
from lianfang_common.units import Units
from lianfang_common.wakeup import Backoff, Wakeup

_log = get_logger()
U = TypeVar("U")

TimerHandler = Callable[[TimerRow, Any], Awaitable[None]]
"""Gets the deadline and the service's open unit of work; an exception leaves the row for later."""

LONGEST_SLEEP = timedelta(seconds=1)  # the net below the wake-ups
RETRY_FIRST_SECONDS, RETRY_LONGEST_SECONDS = 1.0, 300.0

_TAKE = """
delete from timer where (kind, subject) = (
    select kind, subject from timer where fire_at <= $1 and kind = any($2::text[])
    order by fire_at limit 1 for update skip locked)
returning kind, subject, due_at, version"""

_PUT_OFF = """
update timer set attempts = attempts + 1,
    fire_at = $3::timestamptz + make_interval(secs => least($5, $4 * 2 ^ least(attempts, 20)))
where kind = $1 and subject = $2 and due_at = $6"""

_NEXT = "select min(fire_at) from timer where kind = any($1::text[])"


class TimerRunner(Generic[U]):
    """Fires a service's due deadlines; any number of runners may work side by side.

    Args:
        units: opens the service's units of work.
        handlers: by kind; a kind without one is left alone.
        wakeup: set after a commit that scheduled something soon.
        restricted: kinds that no count and no span may show.
    """

    def __init__(
        self,
        units: Units[U],
        handlers: Mapping[str, TimerHandler],
        wakeup: Wakeup,
        restricted: Collection[str] = (),
    ) -> None:
        self._units = units
        self._handlers = dict(handlers)
        self._wakeup = wakeup
        self._restricted = frozenset(restricted)
        self._stopping = False
        self._next_due: datetime | None = None
        self.problem: str | None = None
        """`held` while the database is away, else None."""

    def stop(self) -> None:
        """Let `run` return after the deadline under way."""
        self._stopping = True
        self._wakeup.set()

    async def run(self) -> None:
        """Fire deadlines until stopped; outages are waited out here."""
        backoff = Backoff()
        while not self._stopping:
            try:
                await self.run_once(self._units.clock.now())
                sleep = self._until_next()
                self.problem = None
                backoff.reset()
            except Transient:
                self.problem = "held"
                sleep = timedelta(seconds=backoff.next_seconds())
            await self._wakeup.wait(sleep)

    async def run_once(self, now: datetime) -> int:
        """Fire what is due at `now`, the oldest first; return how many had their effect.

        Raises:
            Transient: the database is away.
        """
        fired = 0
        while not self._stopping:
            taken: TimerRow | None = None
            try:
                async with self._units.open() as (unit, uow):
                    driver = await driver_of(unit.connection)
                    row = await driver.fetchrow(_TAKE, now, list(self._handlers))
                    if row is None:
                        self._next_due = await driver.fetchval(_NEXT, list(self._handlers))
                        return fired
                    taken = TimerRow(row[0], row[1], row[2], row[3])
                    told = taken.kind not in self._restricted
                    with start_span(f"timer {taken.kind}", new_trace=True, recorded=told):
                        unit.traceparent = current_traceparent()
                        await self._handlers[taken.kind](taken, uow)
            except Conflict:
                continue
            except Transient:
                raise
            except Exception as failure:
                if taken is None:
                    raise
                await self._put_off(taken, now, type(failure).__name__)
                continue
            fired += 1
            if taken.kind not in self._restricted:
                metrics.TIMERS_FIRED.labels(kind=taken.kind).inc()
        return fired

    async def _put_off(self, timer: TimerRow, now: datetime, error: str) -> None:
        shown = "restricted" if timer.kind in self._restricted else timer.kind
        metrics.TIMERS_FAILED.labels(kind=shown).inc()
        _log.warning("timers.put_off", kind=shown, error=error)
        wait = RETRY_FIRST_SECONDS, RETRY_LONGEST_SECONDS
        async with self._units.database.transaction() as connection:
            driver = await driver_of(connection)
            await driver.execute(_PUT_OFF, timer.kind, timer.subject, now, *wait, timer.due_at)

    def _until_next(self) -> timedelta:
        due, now = self._next_due, self._units.clock.now()
        ahead = LONGEST_SLEEP if due is None else due - now
        metrics.TIMERS_OLDEST_SECONDS.set(max(0.0, -ahead.total_seconds()))
        return min(LONGEST_SLEEP, max(timedelta(milliseconds=5), ahead))
