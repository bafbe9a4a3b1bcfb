"""One look of the matcher: which recorded residences concern the register, and which cases stray.

It never runs inside a tenancy's consumer. What it opens carries a trace of its own.
"""

from collections.abc import Sequence
from uuid import UUID

from lianfang_common.errors import NotFound
from population.domain.residence_change import Match, ResidenceChange
from population.use_cases.ports import MatcherUnit


async def match_residences(batch: int, uow: MatcherUnit) -> int:
    """Take residences from the queue and open a case for each match.

    Args:
        batch: how many residences to take at most.

    Returns:
        how many were taken; those that match nothing leave no row.
    """
    links = await uow.matching.take(batch)
    await _open_all(await uow.matching.matches(links), uow)
    return len(links)


async def gather_stray_cases(uow: MatcherUnit) -> None:
    """Close the open cases that outlived their responsible office, and match them anew.

    When another office took the entry over meanwhile, the residence is that office's question.
    """
    for case_id, responsible in await uow.matching.stray_cases():
        try:
            case = await uow.cases.get(case_id)
        except NotFound:
            continue
        link = await uow.cases.link(case_id)
        case.expire(responsible)
        await uow.cases.save(case)
        if link is not None:
            await _open_all(await uow.matching.matches([link]), uow)


async def doubt_mistaken(uow: MatcherUnit) -> list[UUID]:
    """Put before a reviewer what was claimed where a case was closed as mistaken identity.

    No new row is made, so none tells when or by whom the person was doubted.

    Returns:
        the cases whose links can be sealed.
    """
    mistaken = await uow.cases.mistaken()
    if mistaken:
        await uow.matching.doubt([link for _, link in mistaken])
    return [case_id for case_id, _ in mistaken]


async def seal_mistaken(case_ids: Sequence[UUID], uow: MatcherUnit) -> None:
    """Seal the links of cases, in a transaction that has no part in the doubt."""
    await uow.cases.seal(case_ids)


async def forget_unnamed(batch: int, uow: MatcherUnit) -> int:
    """Delete persons whom nothing has named in time; return how many."""
    return await uow.matching.forget(batch, uow.now - uow.limits.forget_after)


async def _open_all(matches: list[Match], uow: MatcherUnit) -> None:
    for match in matches:
        case = ResidenceChange.opened(match.entry_id, match.responsible_office, uow.now, uow.limits)
        await uow.cases.add(case, match.link)
