"""The deadlines of population, by kind; each fires together with its effect."""

from collections.abc import Mapping
from types import MappingProxyType

from lianfang_common.timers import TimerHandler
from lianfang_common.unit import TimerRow
from population.storage import cases, identities, register
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.keep_deadlines import (
    end_entry,
    miss_acceptance,
    miss_case_review,
    miss_entry_review,
)


async def on_entry_over(timer: TimerRow, uow: PopulationUnit) -> None:
    """The day after an entry's last day has begun."""
    await end_entry(timer.subject, uow)


async def on_entry_review_due(timer: TimerRow, uow: PopulationUnit) -> None:
    """The day after an entry's review was due has begun."""
    await miss_entry_review(timer.subject, uow)


async def on_case_review_due(timer: TimerRow, uow: PopulationUnit) -> None:
    """The time to review a match has passed."""
    await miss_case_review(timer.subject, uow)


async def on_acceptance_due(timer: TimerRow, uow: PopulationUnit) -> None:
    """The time to accept has passed."""
    await miss_acceptance(timer.subject, uow)


async def on_person_unnamed(timer: TimerRow, uow: PopulationUnit) -> None:
    """Nothing named a person for days; the matcher decides, since it alone knows the register."""
    await uow.identities.put_forward(timer.subject)


TIMERS: Mapping[str, TimerHandler] = MappingProxyType(
    {
        register.END: on_entry_over,
        register.REVIEW: on_entry_review_due,
        cases.REVIEW: on_case_review_due,
        cases.ACCEPTANCE: on_acceptance_due,
        identities.UNNAMED: on_person_unnamed,
    }
)

RESTRICTED = tuple(TIMERS)
"""None is counted: four are of the register, and the fifth depends on it."""
