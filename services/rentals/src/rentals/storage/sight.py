"""What a caller may see, as a filter of every query: an area of the scope, or a grant.

Row-level security states the same rule once more; each guard holds alone.
"""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.principal import Principal
from rentals.storage.values import Values

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

    def condition(self, values: Values, grid: str, subject: str) -> str:
        """Return the condition that a row of a list is in sight.

        As `IN_SIGHT_SQL` says it, but with a term for each area: where few of many rows are in
        sight, a subquery for each of them takes half as long again.

        Args:
            values: of the query; those of the condition are added.
            grid: where the row is.
            subject: whose grants open it.
        """
        account, office = values.add(self.account), values.add(self.office)
        areas = [
            f"{grid} >= {values.add(first)} and {grid} < {values.add(end)}"
            for first, end in zip(self.firsts, self.ends, strict=True)
        ]
        granted = (
            f"{subject} in (select subject from grants"  # noqa: S608 - our own text
            f" where (account = {account} or office = {office})"
            " and (until is null or until > now()))"
        )
        return f"({' or '.join([*areas, granted])})"
