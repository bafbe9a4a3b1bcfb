"""Enter somebody on the register of supervision and help, on the ground of a document."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import Forbidden, Invalid
from lianfang_edge.idempotency import Answer
from population.domain.places import OfficeKind
from population.domain.rights import LISTING, require
from population.domain.supervision import Entry, Ground
from population.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ListEntry:
    """The person and the ground; the caller's office answers for the entry.

    Attributes:
        justice_office: None takes the justice office of the caller's own area.
        assisting_committee: the committee that the document names as assisting, if any.
    """

    person_id: UUID
    ground: Ground
    justice_office: UUID | None
    assisting_committee: UUID | None


async def list_entry(command: ListEntry, uow: UnitOfWork) -> Answer:
    """Make the entry, with exactly one responsible office from its first moment.

    Raises:
        Forbidden: the caller does not work in a police room.
        Invalid: the ground is not a statutory one, or an office is not what it is named as.
        NotFound: no such person lives in the caller's areas.
    """
    caller = uow.caller
    require(caller.role, LISTING)
    if caller.office is None or await uow.places.kind_of(caller.office) != "room":
        raise Forbidden
    command.ground.check(uow.today)
    await uow.persons.require_known(command.person_id, "person_id")
    justice_office = command.justice_office or await _own_justice_office(caller.office, uow)
    await _must_be("justice", justice_office, "justice_office", uow)
    if command.assisting_committee is not None:
        await _must_be("committee", command.assisting_committee, "assisting_committee", uow)
    entry = Entry.listed(command.ground, caller.office, justice_office, command.assisting_committee)
    await uow.register.add(entry, command.ground, command.person_id)
    await uow.audit.add("list", "entry", entry.id)
    return Answer(201, entry.id, entry.version)


async def _own_justice_office(office: UUID, uow: UnitOfWork) -> UUID:
    for grid in sorted(await uow.places.grids_of(office)):
        found = await uow.places.office_at(grid, "justice")
        if found is not None:
            return found
    raise Invalid("office-unknown", "justice_office")


async def _must_be(kind: OfficeKind, office: UUID, field: str, uow: UnitOfWork) -> None:
    if await uow.places.kind_of(office) != kind:
        raise Invalid("office-unknown", field)
