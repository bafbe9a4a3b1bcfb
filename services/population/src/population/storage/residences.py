"""Residences, their facts on the wire, and the queue row that every new one leaves."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from lianfang_common.database import driver_of
from lianfang_common.errors import StaleVersion
from lianfang_common.events import PublishedEvent
from lianfang_common.unit import Unit
from population.domain.residence import (
    Fact,
    Residence,
    ResidenceEnded,
    ResidenceExtended,
    ResidenceRecorded,
)
from population.published import ResidenceEndedV1, ResidenceExtendedV1, ResidenceRecordedV1
from population.storage.identities import UNNAMED
from population.storage.scope import in_areas
from population.storage.tables import residences, resolutions

# The queue row is written with every residence, whoever it is about, and taken away by the
# matcher: that a row was there tells nothing.
_ADD = """
with fresh as (
    insert into residences (residence_id, person_id, grid, tenancy_id, receipt_id, first_day,
        last_day, ended, version)
    select r.* from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::date[],
        $7::date[], $8::boolean[], $9::int[])
        as r (residence_id, person_id, grid, tenancy_id, receipt_id, first_day, last_day, ended,
            version)
    on conflict (receipt_id) do nothing
    returning residence_id, person_id, grid
), queued as (
    insert into match_queue (residence_id, person_id, grid) select * from fresh
)
select residence_id from fresh"""


class Residences:
    """Stores residences and announces what happened to them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def issued(
        self, receipt_ids: Sequence[UUID], audience: str
    ) -> dict[UUID, tuple[UUID, UUID]]:
        """Return (person, object) of those receipts that this service issued to an audience."""
        found = await self._unit.connection.execute(
            select(resolutions.c.receipt_id, resolutions.c.person_id, resolutions.c.object_id)
            .where(resolutions.c.receipt_id.in_(receipt_ids))
            .where(resolutions.c.audience == audience)
        )
        return {row.receipt_id: (row.person_id, row.object_id) for row in found}

    async def add_all(self, recorded: Sequence[Residence]) -> int:
        """Store new residences; one whose receipt was used before is left out.

        Returns:
            how many were stored.
        """
        if not recorded:
            return 0
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(
            _ADD,
            [r.id for r in recorded],
            [r.person_id for r in recorded],
            [r.grid for r in recorded],
            [r.tenancy_id for r in recorded],
            [r.receipt_id for r in recorded],
            [r.first_day for r in recorded],
            [r.last_day for r in recorded],
            [r.ended for r in recorded],
            [r.version for r in recorded],
        )
        stored = {row["residence_id"] for row in rows}
        for residence in recorded:
            if residence.id in stored:
                self._unit.cancel(UNNAMED, residence.person_id)
                self._announce(residence)
        return len(stored)

    async def of_tenancy(self, tenancy_id: UUID) -> list[Residence]:
        """Return the residences that follow a tenancy, locked."""
        found = await self._unit.connection.execute(
            select(residences)
            .where(residences.c.tenancy_id == tenancy_id)
            .order_by(residences.c.residence_id)
            .with_for_update()
        )
        return [_residence(row) for row in found]

    async def on_day(self, person_id: UUID, day: date | None = None) -> list[Residence]:
        """Return where a person lives on a day, or ever, as far as the caller's areas reach."""
        query = select(residences).where(
            residences.c.person_id == person_id, in_areas(self._unit.principal)
        )
        if day is not None:
            still = residences.c.last_day.is_(None) | (residences.c.last_day >= day)
            query = query.where(residences.c.first_day <= day, still)
        order = (residences.c.first_day, residences.c.residence_id)
        found = await self._unit.connection.execute(query.order_by(*order))
        return [_residence(row) for row in found]

    async def save(self, residence: Residence) -> None:
        """Store the days of a changed residence.

        Raises:
            StaleVersion: somebody else changed it.
        """
        before = residence.version - len(residence.facts)
        changed = await self._unit.connection.execute(
            update(residences)
            .where(residences.c.residence_id == residence.id, residences.c.version == before)
            .values(last_day=residence.last_day, ended=residence.ended, version=residence.version)
        )
        if changed.rowcount != 1:
            raise StaleVersion
        self._announce(residence)

    def _announce(self, residence: Residence) -> None:
        first = residence.version - len(residence.facts) + 1
        for version, fact in enumerate(residence.facts, first):
            self._unit.publish(to_wire(residence, fact), version)


def _residence(row: Row[Any]) -> Residence:
    return Residence(
        id=row.residence_id,
        person_id=row.person_id,
        grid=row.grid,
        tenancy_id=row.tenancy_id,
        receipt_id=row.receipt_id,
        first_day=row.first_day,
        last_day=row.last_day,
        ended=row.ended,
        version=row.version,
    )


def to_wire(residence: Residence, fact: Fact) -> PublishedEvent:
    """Return a fact of a residence as it is published."""
    facts = {
        "residence_id": residence.id,
        "person_id": residence.person_id,
        "grid": residence.grid,
        "tenancy_id": residence.tenancy_id,
        "last_day": residence.last_day,
    }
    match fact:
        case ResidenceRecorded():
            return ResidenceRecordedV1.model_validate({**facts, "first_day": residence.first_day})
        case ResidenceExtended():
            return ResidenceExtendedV1.model_validate(facts)
        case ResidenceEnded():
            return ResidenceEndedV1.model_validate(facts)
