"""Broken glass: readings without an open item, with their sealed reason and their review."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, false, insert, or_, select, update

from lianfang_common.errors import NotFound, StaleVersion
from lianfang_common.unit import Unit
from population.domain.purposes import Glass
from population.storage.tables import break_glass, offices
from population.storage.vault import Vault


class BrokenGlass:
    """Stores breakings; seen by who broke and by the superiors of the office."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    async def add(self, glass: Glass, reason: str) -> None:
        """Store a breaking with its reason."""
        await self._unit.connection.execute(
            insert(break_glass).values(
                glass_id=glass.id,
                account=glass.account,
                office=glass.office,
                person_id=glass.person_id,
                reason_sealed=self._vault.fields.seal(reason, _reason_place(glass.id)),
                broken_at=glass.broken_at,
                open_until=glass.open_until,
                review_due_at=glass.review_due_at,
                version=glass.version,
            )
        )

    async def of_account(self, account: UUID, now: datetime) -> list[Glass]:
        """Return what an account broke and what is open still or not reviewed yet."""
        query = select(break_glass).where(
            break_glass.c.account == account,
            or_(break_glass.c.open_until > now, break_glass.c.reviewed_at.is_(None)),
        )
        return [_glass(row) for row in await self._unit.connection.execute(query)]

    async def get(self, glass_id: UUID) -> Glass:
        """Return a breaking of the caller's office or of one that it leads, locked.

        Raises:
            NotFound: there is none, or it is none of the caller's business.
        """
        query = self._below().where(break_glass.c.glass_id == glass_id).with_for_update()
        row = (await self._unit.connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound
        return _glass(row)

    async def to_review(self, limit: int) -> Sequence[Row[Any]]:
        """Return what waits for a review by the caller's office, the oldest first."""
        query = self._below().where(break_glass.c.reviewed_at.is_(None))
        query = query.order_by(break_glass.c.glass_id).limit(limit)
        return (await self._unit.connection.execute(query)).all()

    def reason_of(self, row: Row[Any]) -> str:
        """Open why the glass was broken."""
        return self._vault.fields.open(row.reason_sealed, _reason_place(row.glass_id))

    async def save(self, glass: Glass) -> None:
        """Store a review.

        Raises:
            StaleVersion: somebody else reviewed it.
        """
        changed = await self._unit.connection.execute(
            update(break_glass)
            .where(break_glass.c.glass_id == glass.id)
            .where(break_glass.c.version == glass.version - 1)
            .values(
                reviewed_at=glass.reviewed_at,
                reviewed_by=glass.reviewed_by,
                version=glass.version,
            )
        )
        if changed.rowcount != 1:
            raise StaleVersion

    def _below(self) -> Any:
        principal = self._unit.principal
        if principal is None or principal.office is None:
            return select(break_glass).where(false())
        led = select(offices.c.office_id).where(offices.c.lead_parent == principal.office)
        own = break_glass.c.office == principal.office
        return select(break_glass).where(or_(own, break_glass.c.office.in_(led)))


def _reason_place(glass_id: UUID) -> str:
    return f"break_glass.reason.{glass_id}"


def _glass(row: Row[Any]) -> Glass:
    return Glass(
        id=row.glass_id,
        account=row.account,
        office=row.office,
        person_id=row.person_id,
        broken_at=row.broken_at,
        open_until=row.open_until,
        review_due_at=row.review_due_at,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        version=row.version,
    )
