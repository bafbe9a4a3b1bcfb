"""Why somebody may read a person unmasked: an item that is open to the reader, or broken glass."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from lianfang_common.clock import civil_date
from lianfang_common.errors import Forbidden, Invalid, RuleBroken
from lianfang_common.ids import new_id
from population.domain.limits import Limits, day_after
from population.domain.supervision import expect

PurposeKind = Literal[
    "residence", "tenancy", "residence_change_case", "supervision_entry", "break_glass"
]
REASON_CHARACTERS_MIN, REASON_CHARACTERS_MAX = 10, 500


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a reading is for.

    Attributes:
        id: the item; for broken glass the glass that is open still, or None to break one.
        reason: why glass is broken; required for that and for nothing else.
    """

    kind: PurposeKind
    id: UUID | None
    reason: str | None

    def check(self) -> None:
        """Raise `Invalid` naming the part of the purpose that is missing."""
        if self.kind == "break_glass":
            if self.id is None and not self._explains():
                raise Invalid("reason-required", "purpose.reason")
        elif self.id is None:
            raise Invalid("purpose-item-required", "purpose.id")

    def _explains(self) -> bool:
        length = len((self.reason or "").strip())
        return REASON_CHARACTERS_MIN <= length <= REASON_CHARACTERS_MAX


@dataclass(slots=True)
class Glass:
    """One breaking of the glass: a reading without an open item, to be looked at the next day.

    Attributes:
        open_until: how long the same account may read the same person by it.
        review_due_at: after this moment an unreviewed glass blocks the next one.
    """

    id: UUID
    account: UUID
    office: UUID | None
    person_id: UUID
    broken_at: datetime
    open_until: datetime
    review_due_at: datetime
    reviewed_at: datetime | None = None
    reviewed_by: UUID | None = None
    version: int = field(default=1)

    @classmethod
    def broken(
        cls, account: UUID, office: UUID | None, person_id: UUID, now: datetime, limits: Limits
    ) -> "Glass":
        """Break the glass."""
        tomorrow = civil_date(now) + timedelta(days=1)
        return cls(
            id=new_id(),
            account=account,
            office=office,
            person_id=person_id,
            broken_at=now,
            open_until=now + limits.glass_open_for,
            review_due_at=day_after(tomorrow),
        )

    def blocks(self, now: datetime) -> bool:
        """Say whether its missing review stands in the way of another one."""
        return self.reviewed_at is None and self.review_due_at <= now

    def review(self, by: UUID, now: datetime, expected_version: int | None) -> None:
        """Record that a superior looked at it.

        Raises:
            Forbidden: nobody reviews the own breaking.
            RuleBroken: it was reviewed before.
        """
        expect(self.version, expected_version)
        if by == self.account:
            raise Forbidden
        if self.reviewed_at is not None:
            raise RuleBroken("glass-reviewed")
        self.reviewed_at, self.reviewed_by = now, by
        self.version += 1
