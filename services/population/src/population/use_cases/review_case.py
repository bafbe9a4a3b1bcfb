"""An officer of A reviews a match: it is the person, it is somebody else, or only a visit."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from lianfang_common.errors import NotFound, RuleBroken
from lianfang_edge.idempotency import Answer
from population.domain.residence_change import Link, ResidenceChange
from population.domain.rights import REVIEWING_CASES, require
from population.use_cases.ports import UnitOfWork

Finding = Literal["confirmed", "mistaken_identity", "visit_only"]


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """What the review found."""

    case_id: UUID
    finding: Finding
    expected_version: int | None


@dataclass(frozen=True, slots=True)
class CallVisitOnly:
    """A, or B once it was asked, found that the person only visits."""

    case_id: UUID
    expected_version: int | None


async def review_case(command: ReviewCase, uow: UnitOfWork) -> Answer:
    """Record the review; B and the justice office hear of confirmed matches only.

    After a mistaken identity the matcher puts the claim before a reviewer, at a tick of its own.

    Raises:
        NotFound: no such case, or the caller's office is not A.
        RuleBroken: the case does not wait for a review, or no office works for the place.
    """
    office = _office(uow)
    case = await uow.cases.get(command.case_id)
    link = await uow.cases.link(command.case_id)
    if case.managing_office != office:
        raise NotFound
    if link is None:
        raise RuleBroken("case-closed")
    match command.finding:
        case "confirmed":
            await _confirm(case, link, office, command.expected_version, uow)
        case "mistaken_identity":
            case.mistake(office, command.expected_version)
        case "visit_only":
            case.visit(office, command.expected_version)
    await uow.cases.save(case)
    await uow.audit.add("review", "case", case.id)
    return Answer(200, case.id, case.version)


async def call_visit_only(command: CallVisitOnly, uow: UnitOfWork) -> Answer:
    """Close a case because the person only visits."""
    office = _office(uow)
    case = await uow.cases.get(command.case_id)
    case.visit(office, command.expected_version)
    await uow.cases.save(case)
    await uow.audit.add("call_visit_only", "case", case.id)
    return Answer(200, case.id, case.version)


async def _confirm(
    case: ResidenceChange, link: Link, office: UUID, expected: int | None, uow: UnitOfWork
) -> None:
    receiving = await uow.places.office_at(link.grid, "room")
    justice = await uow.places.office_at(link.grid, "justice")
    if receiving is None or justice is None:
        raise RuleBroken("place-without-office")
    case.confirm(office, receiving, justice, uow.now, uow.limits, expected)


def _office(uow: UnitOfWork) -> UUID:
    require(uow.caller.role, REVIEWING_CASES)
    if uow.caller.office is None:
        raise NotFound
    return uow.caller.office
