"""Premises as rows, and what is in the way of letting them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from lianfang_common.clock import civil_date
from lianfang_common.database import driver_of
from lianfang_common.errors import Conflict, NotFound, StaleVersion
from lianfang_common.ids import new_id
from lianfang_common.unit import Unit
from rentals.domain.days import Days
from rentals.domain.landlords import (
    AccountsRecorded,
    Landlord,
    LandlordRecorded,
    LettingOrganisation,
    LettingPerson,
)
from rentals.domain.premises import Premises, PremisesKind
from rentals.domain.tenancy import ReceiptUsed, Taken
from rentals.published import LandlordAccountsStatedV1, to_statement, to_wire
from rentals.storage.sight import IN_SIGHT_SQL, Sight

TAKEN_SQL = """(
    select json_agg(json_build_array(t.tenancy_id, t.room, t.first_day, t.last_day))::text
    from tenancy t where t.premises_id = {premises}
        and ({room}::int is null or t.room is null or t.room = {room})
        and (t.last_day is null or t.last_day >= {first})
        and ({last}::date is null or t.first_day <= {last}))"""

_COLUMNS = """p.premises_id, p.grid, p.kind, p.rooms, p.label, p.version, p.let_by_person,
    p.let_by_receipt, o.name as organisation_name, o.credit_code"""
_FROM = """from premises p
    left join organisation o on o.organisation_id = p.let_by_organisation"""
_IN_SIGHT = IN_SIGHT_SQL.format(
    firsts="$2", ends="$3", account="$4", office="$5", grid="p.grid", subject="p.premises_id"
)

_LOAD = f"select {_COLUMNS} {_FROM} where p.premises_id = $1 and {_IN_SIGHT}"

_LOAD_TO_LET = f"""select {_COLUMNS},
    {TAKEN_SQL.format(premises="$1", room="$6", first="$7::date", last="$8")} as taken,
    (select array_agg(r.receipt_id) from redeemed_receipt r where r.receipt_id = any($9)) as used
    {_FROM} where p.premises_id = $1 and {_IN_SIGHT}"""  # noqa: S608

_ADD = """
insert into premises (premises_id, grid, kind, rooms, label, let_by_organisation, filed_at,
    version)
select premises_id, grid, kind, rooms, label, organisation, $7, 1
from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::uuid[])
    as filed (premises_id, grid, kind, rooms, label, organisation)
on conflict (premises_id) do nothing returning premises_id"""

_SAVE_LANDLORD = """
with changed as (
    update premises set let_by_person = $2, let_by_receipt = $3, let_by_organisation = $4,
        version = version + 1
    where premises_id = $1 and version = $5 returning premises_id, grid),
redeemed as (
    insert into redeemed_receipt (receipt_id, premises_id, grid)
    select $3, premises_id, grid from changed where $3::uuid is not null)
select count(*) from changed"""

_END_GRANTS = "select end_landlord_grants($1, $2)"

_RECORD_ACCOUNTS = "select * from record_landlord_accounts($1)"

_COUNT_LANDLORD = """
update premises set landlords_recorded = landlords_recorded + 1
where premises_id = $1 returning landlords_recorded"""

_KEEP_ORGANISATION = """
with kept as (
    insert into organisation (organisation_id, credit_code, name) values ($1, $2, $3)
    on conflict (credit_code) do nothing returning organisation_id)
select organisation_id from kept
union all select organisation_id from organisation where credit_code = $2 limit 1"""

_GRANT = """
insert into grants (subject, account)
select subject, account from unnest($1::uuid[], $2::uuid[]) as given (subject, account)
on conflict do nothing"""

_AFTER = f"""select {_COLUMNS} {_FROM}
    where p.premises_id > $1 order by p.premises_id limit $2"""

_ACCOUNTS_AFTER = """
select p.premises_id, p.landlords_recorded as version, array(
    select g.account from grants g where g.subject = p.premises_id and g.account is not null
    order by g.account) as accounts
from premises p where p.premises_id > $1 and p.landlords_recorded > 0
order by p.premises_id limit $2"""


@dataclass(frozen=True, slots=True)
class ToLet:
    """Premises together with all that a new tenancy has to respect.

    Attributes:
        premises: the file.
        taken: tenancies that may be in the way.
        used_receipts: those of the presented receipts that were redeemed before.
    """

    premises: Premises
    taken: tuple[Taken, ...]
    used_receipts: frozenset[UUID]


class PremisesStore:
    """Loads and keeps premises within one unit of work.

    Args:
        unit: the open unit of work.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def load(self, premises_id: UUID) -> Premises:
        """Return premises in sight of the caller.

        Raises:
            NotFound: absent or out of sight; the answer is the same.
        """
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(_LOAD, premises_id, *self._sight())
        if row is None:
            raise NotFound()
        return _premises(row)

    async def load_to_let(
        self,
        premises_id: UUID,
        room: int | None,
        first_day: date,
        last_day: date | None,
        receipts: Sequence[UUID],
    ) -> ToLet:
        """Return premises with what is in the way of letting a room, in one statement.

        Args:
            premises_id: what is to be let.
            room: number of the room, or None for the whole premises.
            first_day: first day asked for.
            last_day: last day asked for, or None.
            receipts: ids of the receipts that are presented.

        Raises:
            NotFound: absent or out of sight; the answer is the same.
        """
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(
            _LOAD_TO_LET, premises_id, *self._sight(), room, first_day, last_day, receipts
        )
        if row is None:
            raise NotFound("premises-unknown", "premises_id")
        return ToLet(_premises(row), taken_of(row["taken"]), frozenset(row["used"] or ()))

    async def add(self, filed: Sequence[Premises]) -> frozenset[UUID]:
        """Add filed premises and announce them; those that exist are left as they are.

        Returns:
            ids of the new ones.
        """
        if not filed:
            return frozenset()
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(
            _ADD,
            [one.id for one in filed],
            [one.grid for one in filed],
            [one.kind.value for one in filed],
            [one.rooms for one in filed],
            [one.label for one in filed],
            [await self.organisation_id(one.landlord) for one in filed],
            self._unit.now,
        )
        added = frozenset(UUID(int=row["premises_id"].int) for row in rows)
        for one in filed:
            if one.id in added:
                self._announce(one)
        return added

    async def save_landlord(self, changed: Premises, expected_version: int) -> None:
        """Keep who lets the premises from now on.

        Raises:
            StaleVersion: somebody else changed the file meanwhile.
            ReceiptUsed: the receipt has named somebody before.
        """
        driver = await driver_of(self._unit.connection)
        person, receipt = landlord_person(changed.landlord)
        organisation = await self.organisation_id(changed.landlord)
        try:
            done = await driver.fetchval(
                _SAVE_LANDLORD, changed.id, person, receipt, organisation, expected_version
            )
        except asyncpg.UniqueViolationError as error:
            raise ReceiptUsed("let_by.receipt") from error
        if done != 1:
            raise StaleVersion()
        changed.version = expected_version + 1

    async def announce_landlord(self, premises_id: UUID, landlord: LettingPerson) -> None:
        """Announce whom a receipt named, so that population keeps the person."""
        driver = await driver_of(self._unit.connection)
        nth = await driver.fetchval(_COUNT_LANDLORD, premises_id)
        today = civil_date(self._unit.now)
        self._unit.publish(to_wire(LandlordRecorded(premises_id, landlord, today)), nth)

    async def organisation_id(self, landlord: Landlord | None) -> UUID | None:
        """Return the id of an organisation that lets, kept at its first appearance.

        Raises:
            Conflict: it appeared in another transaction at the same moment.
        """
        if not isinstance(landlord, LettingOrganisation):
            return None
        driver = await driver_of(self._unit.connection)
        found = await driver.fetchval(
            _KEEP_ORGANISATION, new_id(), landlord.credit_code, landlord.name
        )
        if found is None:
            # Another transaction brought it first; this one began too early to see it.
            raise Conflict("database-conflict")
        return UUID(str(found))

    async def end_grants(self, premises_id: UUID, kept: UUID | None) -> None:
        """Close premises of the caller's area to every account but `kept`."""
        driver = await driver_of(self._unit.connection)
        await driver.execute(_END_GRANTS, premises_id, kept)

    async def grant(self, given: Sequence[tuple[UUID, UUID]]) -> None:
        """Open premises to accounts; (premises id, account) each."""
        if given:
            driver = await driver_of(self._unit.connection)
            await driver.execute(_GRANT, [p for p, _ in given], [a for _, a in given])

    async def announce_accounts(self, premises_ids: Collection[UUID]) -> None:
        """Announce which accounts may let premises, so that population resolves for them alone."""
        if premises_ids:
            driver = await driver_of(self._unit.connection)
            for row in await driver.fetch(_RECORD_ACCOUNTS, list(premises_ids)):
                recorded = AccountsRecorded(row["premises_id"], tuple(row["accounts"]))
                self._unit.publish(to_wire(recorded), row["version"])

    async def state_after(self, last: UUID, limit: int) -> list[UUID]:
        """Announce how the next premises stand, for a republish.

        Args:
            last: id of the premises after which to go on.
            limit: how many at most.

        Returns:
            ids of those stated, in order; none at the end.
        """
        driver = await driver_of(self._unit.connection)
        stated = [_premises(row) for row in await driver.fetch(_AFTER, last, limit)]
        for one in stated:
            self._unit.publish(to_statement(one), one.version)
        return [one.id for one in stated]

    async def state_accounts_after(self, last: UUID, limit: int) -> list[UUID]:
        """Announce the accounts of the next premises, for a republish; as `state_after`."""
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(_ACCOUNTS_AFTER, last, limit)
        for row in rows:
            stated = LandlordAccountsStatedV1(
                premises_id=row["premises_id"], accounts=row["accounts"]
            )
            self._unit.publish(stated, row["version"])
        return [row["premises_id"] for row in rows]

    def _announce(self, filed: Premises) -> None:
        for event in filed.events:
            self._unit.publish(to_wire(event), filed.version)

    def _sight(self) -> tuple[Any, ...]:
        return sight_of(self._unit)


def sight_of(unit: Unit) -> tuple[Any, ...]:
    """Return the parameters of `IN_SIGHT_SQL` for the unit's caller."""
    if unit.principal is None:
        raise NotFound()
    sight = Sight.of(unit.principal)
    return sight.firsts, sight.ends, sight.account, sight.office


def taken_of(found: str | None) -> tuple[Taken, ...]:
    """Return what `TAKEN_SQL` found."""
    if found is None:
        return ()
    return tuple(
        Taken(
            UUID(tenancy_id),
            room,
            Days(date.fromisoformat(first), date.fromisoformat(last) if last else None),
        )
        for tenancy_id, room, first, last in orjson.loads(found)
    )


def landlord_person(landlord: Landlord | None) -> tuple[UUID | None, UUID | None]:
    """Return the person and the receipt of a landlord who is a person."""
    if isinstance(landlord, LettingPerson):
        return landlord.person_id, landlord.receipt_id
    return None, None


def landlord_of(row: Mapping[str, Any]) -> Landlord | None:
    """Return who lets, from a row with the columns of a landlord."""
    if row["let_by_person"] is not None:
        return LettingPerson(row["let_by_person"], row["let_by_receipt"])
    if row["credit_code"] is not None:
        return LettingOrganisation(row["organisation_name"], row["credit_code"])
    return None


def _premises(row: Mapping[str, Any]) -> Premises:
    return Premises(
        id=row["premises_id"],
        grid=row["grid"],
        kind=PremisesKind(row["kind"]),
        rooms=row["rooms"],
        label=row["label"],
        landlord=landlord_of(row),
        version=row["version"],
    )
