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
        landlord_account: account that may see and let the premises from now on, or None.
        expected_version: version that the caller has seen.
    """

    premises_id: UUID
    let_by: LetByReceipt | LettingOrganisation
    landlord_account: UUID | None
    expected_version: int


async def change_landlord(command: ChangeLandlord, uow: UnitOfWork) -> Answer:
    """Change the landlord on a file; tenancies keep whom they were let by.

    Accounts of a former landlord see the premises and their tenancies no longer; where an account
    is named, it is the only one that does.

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
    replaced = landlord is not None and premises.change_landlord(landlord)
    await uow.premises.save_landlord(premises, command.expected_version)
    account = command.landlord_account
    if replaced or account:
        await uow.premises.end_grants(premises.id, kept=account)
    if account:
        await uow.premises.grant([(premises.id, account)])
    if replaced or account:
        await uow.premises.announce_accounts([premises.id])
    if isinstance(landlord, LettingPerson):
        await uow.premises.announce_landlord(premises.id, landlord)
    return Answer(200, premises.id, premises.version)
