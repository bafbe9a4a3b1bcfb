"""Who read what a report tells, written in the transaction that reads it."""

from sqlalchemy import insert

from incidents.domain.report import Report
from incidents.storage.tables import disclosures
from lianfang_common.ids import new_id
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher

SEALED = (
    *("id", "report_id", "incident_id", "grid", "account", "office", "role"),
    *("break_glass", "reason_sealed", "disclosed_at"),
)
"""What a seal covers of a row, beside its position."""


class Disclosures:
    """The audit rows of narratives and callers' phones."""

    def __init__(self, unit: Unit, cipher: FieldCipher) -> None:
        self._unit = unit
        self._cipher = cipher

    async def add(self, report: Report, break_glass: bool, reason: str | None) -> None:
        """Write down that the caller reads a report.

        Args:
            report: what is read.
            break_glass: no open item of the reader's desk was named.
            reason: in the reader's words; sealed like a narrative.
        """
        caller = self._unit.principal
        if caller is None:
            raise ValueError("only a caller reads")
        row_id = new_id()
        place = f"disclosures.reason.{row_id}"
        await self._unit.connection.execute(
            insert(disclosures).values(
                id=row_id,
                report_id=report.id,
                incident_id=report.incident_id,
                grid=report.grid,
                account=caller.account,
                office=caller.office,
                role=caller.role,
                break_glass=break_glass,
                reason_sealed=None if reason is None else self._cipher.seal(reason, place),
                disclosed_at=self._unit.now,
            )
        )
