"""B answers: it accepts, and answers for the entry from that moment, or refuses with a reason."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import NotFound
from lianfang_edge.idempotency import Answer
from population.domain.residence_change import Refusal
from population.domain.rights import REVIEWING_CASES, require
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class AcceptCase:
    """B takes over."""

    case_id: UUID
    expected_version: int | None


@dataclass(frozen=True, slots=True)
class RefuseCase:
    """B does not take over; A reviews again."""

    case_id: UUID
    reason: Refusal
    expected_version: int | None


async def accept_case(command: AcceptCase, uow: UnitOfWork) -> Answer:
    """Accept; the responsibility moves in the same transaction.

    Raises:
        NotFound: no such case, or the caller's office is not B.
        RuleBroken: the case waits for nobody's acceptance.
    """
    office = _office(uow)
    case = await uow.cases.get(command.case_id)
    if case.receiving_office != office:
        raise NotFound
    case.must_wait_for_acceptance(command.expected_version)
    entry = await uow.register.get(case.entry_id)
    case.accept(office, entry, command.expected_version)
    # The entry before the case: row security shows it to B while the case waits for B.
    await uow.register.save(entry)
    await uow.cases.save(case)
    await uow.audit.add("accept", "case", case.id)
    await uow.audit.add("take_over", "entry", entry.id)
    return Answer(200, case.id, case.version)


async def refuse_case(command: RefuseCase, uow: UnitOfWork) -> Answer:
    """Refuse; A stays responsible and its clock runs anew.

    Raises:
        NotFound: no such case, or the caller's office is not B.
        RuleBroken: the case waits for nobody's acceptance.
    """
    office = _office(uow)
    case = await uow.cases.get(command.case_id)
    case.refuse(office, command.reason, uow.now, uow.limits, command.expected_version)
    await uow.cases.save(case)
    await uow.audit.add("refuse", "case", case.id)
    return Answer(200, case.id, case.version)


def _office(uow: UnitOfWork) -> UUID:
    require(uow.caller.role, REVIEWING_CASES)
    if uow.caller.office is None:
        raise NotFound
    return uow.caller.office
