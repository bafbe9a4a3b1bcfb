"""Loading many premises: a chunk is copied into a staging table, checked and stored by sets."""

from collections.abc import Sequence

from lianfang_common.database import driver_of
from lianfang_common.ids import new_id
from lianfang_common.unit import Unit
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.loading import LoadedPremises, Refusal
from rentals.published import to_wire
from rentals.storage.premises import PremisesStore
from rentals.storage.tables import staged_premises

_COLUMNS = tuple(column.name for column in staged_premises.columns)

# Before the first area has arrived, the file's word is taken for its grids: a new network is
# filled before its services start.
_UNPLACED = """
delete from staged_premises s
where exists (select from area)
    and not exists (select from area a where a.code = s.grid and a.level = 'grid')
returning s.line"""

_KEEP_ORGANISATIONS = """
insert into organisation (organisation_id, credit_code, name)
select distinct on (credit_code) organisation_id, credit_code, organisation_name
from staged_premises where credit_code is not null order by credit_code, line
on conflict (credit_code) do nothing"""

# Of two lines with one id the first is stored, and it alone opens the premises to accounts.
_STORE = """
with first as (
    select distinct on (premises_id) * from staged_premises order by premises_id, line
), fresh as (
    insert into premises (premises_id, grid, kind, rooms, label, let_by_organisation, filed_at,
        version)
    select f.premises_id, f.grid, f.kind, f.rooms, f.label, o.organisation_id, $1, 1
    from first f left join organisation o on o.credit_code = f.credit_code order by f.line
    on conflict (premises_id) do nothing
    returning premises_id
), opened as (
    insert into grants (subject, account)
    select f.premises_id, account from first f join fresh using (premises_id),
        unnest(f.accounts) as account
    on conflict do nothing
)
select f.line from first f join fresh using (premises_id) order by f.line"""


class Staging:
    """Stores loaded premises as the system role, a chunk in each transaction.

    Args:
        unit: the open unit of work.
        premises: announces which accounts may let.
    """

    def __init__(self, unit: Unit, premises: PremisesStore) -> None:
        self._unit = unit
        self._premises = premises

    async def put(self, loaded: Sequence[LoadedPremises]) -> list[Refusal]:
        """Copy a chunk into the staging table; those that stand in no known grid are left out.

        Returns:
            which were left out.
        """
        driver = await driver_of(self._unit.connection)
        await driver.copy_records_to_table(
            "staged_premises", records=[_row(each) for each in loaded], columns=_COLUMNS
        )
        rows = await driver.fetch(_UNPLACED)
        return [Refusal(row["line"], "grid", "unknown-area") for row in rows]

    async def store(self, loaded: Sequence[LoadedPremises]) -> list[LoadedPremises]:
        """Store and announce what is in the staging table and new, and empty the table.

        Premises that are filed already stay as they are.

        Args:
            loaded: the chunk that was put there.

        Returns:
            those that were stored.
        """
        driver = await driver_of(self._unit.connection)
        await driver.execute(_KEEP_ORGANISATIONS)
        rows = await driver.fetch(_STORE, self._unit.now)
        await driver.execute("truncate staged_premises")
        by_line = {each.line: each for each in loaded}
        stored = [by_line[row["line"]] for row in rows]
        for each in stored:
            for event in each.premises.events:
                self._unit.publish(to_wire(event), each.premises.version)
        await self._premises.announce_accounts(
            [each.premises.id for each in stored if each.accounts]
        )
        return stored


def _row(loaded: LoadedPremises) -> tuple[object, ...]:
    one = loaded.premises
    let_by = one.landlord if isinstance(one.landlord, LettingOrganisation) else None
    return (
        loaded.line,
        one.id,
        one.grid,
        one.kind.value,
        one.rooms,
        one.label,
        new_id() if let_by else None,
        let_by.credit_code if let_by else None,
        let_by.name if let_by else None,
        list(loaded.accounts),
    )
