"""What happens when a deadline passes: an entry ends, a review or an answer is missed."""

from uuid import UUID

from lianfang_common.errors import NotFound
from population.use_cases.change_entry import expire_cases
from population.use_cases.ports import UnitOfWork


async def end_entry(entry_id: UUID, uow: UnitOfWork) -> None:
    """Delist an entry whose last day is over, and seal it with its open cases."""
    try:
        entry = await uow.register.get(entry_id)
    except NotFound:
        return
    if entry.ends_on >= uow.today:
        return
    open_cases = await uow.cases.open_of_entry(entry_id)
    await expire_cases(open_cases, entry.responsible_office, uow)
    entry.end_by_date(uow.today)
    await uow.register.save(entry)
    await uow.audit.add("delist", "entry", entry.id)


async def miss_entry_review(entry_id: UUID, uow: UnitOfWork) -> None:
    """Say that the day of an entry's review passed."""
    try:
        entry = await uow.register.get(entry_id)
    except NotFound:
        return
    entry.miss_review(uow.today)
    await uow.register.save(entry)


async def miss_case_review(case_id: UUID, uow: UnitOfWork) -> None:
    """Say that nobody reviewed a match in time."""
    case = await uow.cases.get(case_id)
    case.miss_review(uow.now)
    await uow.cases.save(case)


async def miss_acceptance(case_id: UUID, uow: UnitOfWork) -> None:
    """Say that B stayed silent."""
    case = await uow.cases.get(case_id)
    case.miss_acceptance(uow.now)
    await uow.cases.save(case)
