"""Open the file of premises."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import Invalid
from lianfang_common.ids import new_id
from lianfang_edge.idempotency import Answer
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.premises import Premises, PremisesKind
from rentals.domain.rights import FILING, require
from rentals.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class FilePremises:
    """What a new file says.

    Attributes:
        grid: 15 digits of the grid.
        kind: what it is.
        rooms: how many rooms can be let one by one.
        label: house and room number.
        let_by: the organisation that lets, if one does.
        landlord_account: account that may see and let these premises, or None.
    """

    grid: str
    kind: PremisesKind
    rooms: int
    label: str
    let_by: LettingOrganisation | None
    landlord_account: UUID | None


async def file_premises(command: FilePremises, uow: UnitOfWork) -> Answer:
    """File premises for the caller.

    Raises:
        Forbidden: the caller's role files none.
        Invalid: a field cannot be right, or the grid is none that is known here; a grid outside
            of the caller's scope is answered like an unknown one.
    """
    require(uow.caller.role, FILING)
    premises = Premises.file(
        new_id(), command.grid, command.kind, command.rooms, command.label, command.let_by
    )
    if not uow.caller.covers(command.grid) or await uow.places.unknown([command.grid]):
        raise Invalid("unknown-area", "grid")
    await uow.premises.add([premises])
    if command.landlord_account is not None:
        await uow.premises.grant([(premises.id, command.landlord_account)])
        await uow.premises.announce_accounts([premises.id])
    return Answer(201, premises.id, premises.version)
