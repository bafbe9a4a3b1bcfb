"""The deadlines that incidents owns."""

from incidents.storage.incidents import ARRIVAL_TIMER
from incidents.storage.unit_of_work import IncidentsUnit
from incidents.use_cases.miss_arrival import miss_arrival
from lianfang_common.unit import TimerRow


async def on_arrival_due(timer: TimerRow, uow: IncidentsUnit) -> None:
    """Say that the on-scene duty was missed, unless the arrival came first."""
    await miss_arrival(timer.subject, uow)


TIMERS = {ARRIVAL_TIMER: on_arrival_due}
