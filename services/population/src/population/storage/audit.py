"""The audit: who did or read what, for which purpose; rows are added and never changed.

What is read for the register's sake is audited under the entry or the case, never under the
person: whoever reads the audit cannot tell from it who is on the register.
"""

from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.unit import Unit

SEALED = (
    *("at", "account", "office", "role"),
    *("act", "subject_kind", "subject", "purpose_kind", "purpose_id"),
)
"""What a seal covers of a row, beside its position."""

# Who adds a row may not read one, so nothing is returned.
_ADD = """
insert into audit
    (subject, at, account, office, role, act, subject_kind, purpose_kind, purpose_id)
select subject, $2, $3, $4, $5, $6, $7, $8, $9
from unnest($1::uuid[]) with ordinality as s (subject, nth) order by nth"""


class Audit:
    """Adds rows in the transaction of what they tell of."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(
        self,
        act: str,
        subject_kind: str,
        *subjects: UUID | None,
        purpose: tuple[str, UUID | None] | None = None,
    ) -> None:
        """Record one act on each subject.

        Args:
            act: what was done: `read`, `search`, `disclose`, `list`, …
            subject_kind: `person`, `entry`, `case`.
            subjects: ids; None for a search, which has no single subject.
            purpose: kind and id of what it was done for; None where the act is its own purpose.
        """
        if not subjects:
            return
        principal = self._unit.principal
        kind, purpose_id = purpose or (None, None)
        driver = await driver_of(self._unit.connection)
        await driver.execute(
            _ADD,
            list(subjects),
            self._unit.now,
            principal.account if principal else None,
            principal.office if principal else None,
            principal.role if principal else "system",
            act,
            subject_kind,
            kind,
            purpose_id,
        )
