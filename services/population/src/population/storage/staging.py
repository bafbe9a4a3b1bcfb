"""Loading many persons: a chunk is copied into a staging table, checked and stored by sets.

`prepare` seals and hashes one person outside of any transaction, so that a command can make the
next chunk ready while the database stores this one.
"""

from collections.abc import Mapping, Sequence

from lianfang_common.database import driver_of
from lianfang_common.ids import new_id, new_random_id
from lianfang_common.unit import Unit
from population.domain.loading import LoadedPerson, PreparedPerson, Refusal
from population.domain.names import pinyin_of
from population.domain.residence import Residence
from population.storage.residences import to_wire
from population.storage.tables import staged_persons
from population.storage.vault import Vault

_COLUMNS = tuple(column.name for column in staged_persons.columns)

_UNPLACED = """
delete from staged_persons s
where not exists (select from areas a where a.code = s.grid and a.level = 'grid')
returning s.line"""

# Of two lines with one document the first is stored. A residence leaves its queue row, whoever it
# is about; what was loaded is kept as a claim, as what is typed is.
_STORE = """
with fresh as (
    insert into persons (person_id, name, pinyin, document_kind, document_index, document_sealed,
        phone_sealed, version)
    select person_id, name, pinyin, document_kind, document_index, document_sealed, phone_sealed, 1
    from staged_persons order by line
    on conflict (document_index) do nothing
    returning person_id
), stored as (
    select s.* from staged_persons s join fresh using (person_id)
), claimed as (
    insert into identity_claims (claim_id, person_id, name, claimed_at, state)
    select claim_id, person_id, name, $1, 'agrees' from stored
), housed as (
    insert into residences (residence_id, person_id, grid, first_day, last_day, ended, version)
    select residence_id, person_id, grid, first_day, last_day, false, 1 from stored
), queued as (
    insert into match_queue (residence_id, person_id, grid)
    select residence_id, person_id, grid from stored
)
select line from stored order by line"""


def prepare(person: LoadedPerson, vault: Vault) -> PreparedPerson:
    """Return a person sealed and hashed, with ids of its own.

    Raises:
        RuleBroken: the residence ends before it starts.
    """
    person_id = new_random_id()
    residence = Residence.recorded(person_id, person.grid, person.first_day, person.last_day)
    seal, phone = vault.fields.seal, person.phone
    row = (
        person.line,
        person_id,
        person.name,
        pinyin_of(person.name),
        person.document.kind,
        vault.documents.of(person.document.lookup),
        seal(person.document.number, f"persons.document.{person_id}"),
        seal(phone, f"persons.phone.{person_id}") if phone else None,
        new_id(),
        residence.id,
        person.grid,
        person.first_day,
        person.last_day,
    )
    return PreparedPerson(person, row, residence)


class Staging:
    """Stores prepared persons as the system role, a chunk in each transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def put(self, prepared: Sequence[PreparedPerson]) -> list[Refusal]:
        """Copy a chunk into the staging table; those who live in no known grid are left out.

        Returns:
            who was left out.
        """
        driver = await driver_of(self._unit.connection)
        await driver.copy_records_to_table(
            "staged_persons", records=[each.row for each in prepared], columns=_COLUMNS
        )
        rows = await driver.fetch(_UNPLACED)
        return [Refusal(row["line"], "grid", "grid-unknown") for row in rows]

    async def store(self, prepared: Sequence[PreparedPerson]) -> list[PreparedPerson]:
        """Store and announce who is in the staging table and new, and empty the table.

        A person whose document is known already is left as it is.

        Args:
            prepared: the chunk that was put there.

        Returns:
            those that were stored.
        """
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(_STORE, self._unit.now)
        await driver.execute("truncate staged_persons")
        by_line: Mapping[int, PreparedPerson] = {each.person.line: each for each in prepared}
        stored = [by_line[row["line"]] for row in rows]
        for each in stored:
            for fact in each.residence.facts:
                self._unit.publish(to_wire(each.residence, fact), each.residence.version)
        return stored
