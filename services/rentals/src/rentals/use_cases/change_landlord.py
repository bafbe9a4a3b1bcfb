"""Record who lets premises from now on."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import StaleVersion
from lianfang_edge.idempotency import Answer
from rentals.domain.landlords import LettingOrganisation, LettingPerson
from rentals.domain.rights import FILING, require
from rentals.use_cases.ports import UnitOfWork
from rentals.use_cases.register_tenancy import LetByReceipt, letting


@dataclass(frozen=True, slots=True)
class ChangeLandlord:
    """Which premises, who lets them, and the version that the caller has seen.

    Attributes:
        premises_id: the file.
        let_by: a person by receipt, or an organisation.
        expected_version: version that the caller has seen.
    """

    premises_id: UUID
    let_by: LetByReceipt | LettingOrganisation
    expected_version: int


async def change_landlord(command: ChangeLandlord, uow: UnitOfWork) -> Answer:
    """Change the landlord on a file; tenancies keep whom they were let by.

    Raises:
        Forbidden: the caller's role files nothing.
        NotFound: no such premises, or out of the caller's sight.
        StaleVersion: somebody else changed the file.
        Invalid: the receipt is not good.
    """
    require(uow.caller.role, FILING)
    premises = await uow.premises.load(command.premises_id)
    if premises.version != command.expected_version:
        raise StaleVersion()
    landlord = letting(command.let_by, command.premises_id, uow)
    if landlord is not None:
        premises.change_landlord(landlord)
    await uow.premises.save_landlord(premises, command.expected_version)
    if isinstance(landlord, LettingPerson):
        await uow.premises.announce_landlord(premises.id, landlord)
    return Answer(200, premises.id, premises.version)
