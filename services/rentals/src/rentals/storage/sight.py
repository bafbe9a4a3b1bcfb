"""What a caller may see, as a filter of every query: an area of the scope, or a grant.

Row-level security states the same rule once more; each guard holds alone.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ColumnElement, and_, column, false, func, or_, select, table
from sqlalchemy.types import DateTime, Uuid

from lianfang_common.principal import Principal

_grants = table(
    "grants",
    column("subject", Uuid),
    column("office", Uuid),
    column("account", Uuid),
    column("until", DateTime(timezone=True)),
)

IN_SIGHT_SQL = """(exists (
        select 1 from unnest({firsts}::text[], {ends}::text[]) as area_in_sight (first, past)
        where {grid} >= area_in_sight.first and {grid} < area_in_sight.past)
    or {subject} in (
        select subject from grants where (account = {account} or office = {office})
        and (until is null or until > now())))"""


@dataclass(frozen=True, slots=True)
class Sight:
    """The places and grants of one caller.

    Attributes:
        firsts: first place code of each area.
        ends: place code after each area.
        account: whose grants count.
        office: whose grants count, too.
    """

    firsts: tuple[str, ...]
    ends: tuple[str, ...]
    account: UUID
    office: UUID | None

    @classmethod
    def of(cls, principal: Principal) -> "Sight":
        """Return what a caller may see."""
        return cls(
            tuple(area.first for area in principal.areas),
            tuple(area.end for area in principal.areas),
            principal.account,
            principal.office,
        )

    def filter(self, grid: Column[str], subject: Column[UUID]) -> ColumnElement[bool]:
        """Return the condition that a row is in sight.

        Args:
            grid: where the row is.
            subject: whose grants open it.
        """
        in_area = [
            and_(grid >= first, grid < end)
            for first, end in zip(self.firsts, self.ends, strict=True)
        ]
        mine = _grants.c.account == self.account
        if self.office is not None:  # compared with None it would mean "granted to no office"
            mine = or_(mine, _grants.c.office == self.office)
        granted = select(_grants.c.subject).where(
            mine,
            or_(_grants.c.until.is_(None), _grants.c.until > func.now()),
        )
        return or_(false(), *in_area, subject.in_(granted))
