"""Tenancies as rows: written in one statement, loaded with what a change has to respect.

The rule that a room is let once is looked at before, for its words; the exclusion constraint is
the truth when two registrations meet, and its violation becomes the same error.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound, StaleVersion
from lianfang_common.unit import Unit
from rentals.domain.days import Days
from rentals.domain.landlords import LettingPerson
from rentals.domain.receipts import NamedPerson
from rentals.domain.tenancy import ReceiptUsed, Taken, TenanciesOverlap, Tenancy
from rentals.published import to_wire
from rentals.storage.premises import (
    PremisesStore,
    landlord_of,
    landlord_person,
    sight_of,
    taken_of,
)
from rentals.storage.sight import IN_SIGHT_SQL

_ADD = """
insert into tenancy (tenancy_id, premises_id, grid, room, first_day, last_day, tenants,
    let_by_person, let_by_receipt, let_by_organisation, registered_by, registered_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)"""
_REDEEM = """
insert into redeemed_receipt (receipt_id, premises_id, grid)
select receipt, $1::uuid, $2::text from unnest($3::uuid[]) as receipt"""
_ADD_TENANTS = """
insert into tenant (tenancy_id, person_id, premises_id, grid, receipt_id)
select $1::uuid, person, $2::uuid, $3::text, receipt
from unnest($4::uuid[], $5::uuid[]) as named (person, receipt)"""

_IN_SIGHT = IN_SIGHT_SQL.format(
    firsts="$2", ends="$3", account="$4", office="$5", grid="x.grid", subject="x.premises_id"
)
_LOAD = f"""
select x.*, o.name as organisation_name, o.credit_code,
    (select json_agg(json_build_array(t.tenancy_id, t.room, t.first_day, t.last_day))::text
        from tenancy t where t.premises_id = x.premises_id and t.tenancy_id <> x.tenancy_id
            and (x.room is null or t.room is null or t.room = x.room)
            and (t.last_day is null or t.last_day >= x.first_day)) as taken,
    array(select n.person_id from tenant n where n.tenancy_id = x.tenancy_id
        order by n.person_id) as persons,
    array(select n.receipt_id from tenant n where n.tenancy_id = x.tenancy_id
        order by n.person_id) as receipts
from tenancy x left join organisation o on o.organisation_id = x.let_by_organisation
where x.tenancy_id = $1 and {_IN_SIGHT}"""  # noqa: S608

_SAVE = """
update tenancy set last_day = $3, ended_at = case when $4 then $5::timestamptz end,
    version = version + 1
where tenancy_id = $1 and version = $2"""


class TenancyStore:
    """Loads and keeps tenancies within one unit of work.

    Args:
        unit: the open unit of work.
        premises: keeps the organisations that let.
    """

    def __init__(self, unit: Unit, premises: PremisesStore) -> None:
        self._unit = unit
        self._premises = premises

    async def add(self, tenancy: Tenancy, redeemed: LettingPerson | None = None) -> None:
        """Write a new tenancy with its tenants and receipts at the end, and announce it.

        Args:
            tenancy: the tenancy.
            redeemed: the landlord, if a receipt was presented for him now.

        The flush raises TenanciesOverlap or ReceiptUsed where another registration took the room
        or used a receipt meanwhile.
        """
        person, receipt = landlord_person(tenancy.landlord)
        organisation = await self._premises.organisation_id(tenancy.landlord)
        receipts = [tenant.receipt_id for tenant in tenancy.tenants]
        used = ReceiptUsed("tenants.0.receipt" if len(receipts) == 1 else "tenants")
        self._unit.write(
            _ADD,
            tenancy.id,
            tenancy.premises_id,
            tenancy.grid,
            tenancy.room,
            tenancy.days.first,
            tenancy.days.last,
            len(tenancy.tenants),
            person,
            receipt,
            organisation,
            tenancy.registered_by,
            self._unit.now,
            tenancy_room_let_once=TenanciesOverlap("first_day"),
        )
        presented = [*receipts, redeemed.receipt_id] if redeemed else receipts
        self._unit.write(
            _REDEEM,
            tenancy.premises_id,
            tenancy.grid,
            presented,
            redeemed_receipt_pkey=used,
            tenant_receipt_once=used,
        )
        self._unit.write(
            _ADD_TENANTS,
            tenancy.id,
            tenancy.premises_id,
            tenancy.grid,
            [tenant.person_id for tenant in tenancy.tenants],
            receipts,
        )
        self._announce(tenancy)

    async def load(self, tenancy_id: UUID) -> tuple[Tenancy, tuple[Taken, ...]]:
        """Return a tenancy in sight of the caller, and the others of its room.

        Raises:
            NotFound: absent or out of sight; the answer is the same.
        """
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(_LOAD, tenancy_id, *sight_of(self._unit))
        if row is None:
            raise NotFound()
        return tenancy_of(row), taken_of(row["taken"])

    async def save(self, tenancy: Tenancy, expected_version: int) -> None:
        """Keep a changed tenancy and announce what happened.

        Raises:
            StaleVersion: somebody else changed it meanwhile.
            TenanciesOverlap: another registration took the room meanwhile.
        """
        driver = await driver_of(self._unit.connection)
        try:
            done = await driver.execute(
                _SAVE,
                tenancy.id,
                expected_version,
                tenancy.days.last,
                tenancy.ended,
                self._unit.now,
            )
        except asyncpg.ExclusionViolationError as error:
            raise TenanciesOverlap("last_day") from error
        if done != "UPDATE 1":
            raise StaleVersion()
        tenancy.version = expected_version + 1
        self._announce(tenancy)

    def _announce(self, tenancy: Tenancy) -> None:
        for event in tenancy.events:
            self._unit.publish(to_wire(event), tenancy.version)


def tenancy_of(row: Mapping[str, Any]) -> Tenancy:
    """Return a tenancy from its row, with landlord and tenants."""
    return Tenancy(
        id=row["tenancy_id"],
        premises_id=row["premises_id"],
        grid=row["grid"],
        room=row["room"],
        tenants=tuple(
            NamedPerson(person, receipt)
            for person, receipt in zip(row["persons"], row["receipts"], strict=True)
        ),
        days=Days(row["first_day"], row["last_day"]),
        landlord=landlord_of(row),
        registered_by=row["registered_by"],
        ended=row["ended_at"] is not None,
        version=row["version"],
    )
