"""Reports as rows; what was told is sealed on the way in and opened on the way out."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.domain.classification import CLASSIFICATIONS
from incidents.domain.report import Report, Source
from incidents.storage.desks import desk_of, desk_values
from incidents.storage.scope import visible_to
from incidents.storage.tables import reports
from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound, RuleBroken
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher

_LOCKS = "incidents"
_LOCK = "select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) as name"
_INSERT = """
insert into reports (id, version, incident_id, grid, premises_id, source, external_id,
    classification, against_person, occurred_at, received_at, method, tip, linked,
    narrative_sealed, caller_phone_sealed, received_by_office, received_by_role)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"""
_SAVE = """
update reports set version = $2, incident_id = $3, linked = $4
where id = $1 and version = $2 - 1"""


class Reports:
    """Loads, adds and saves reports within one unit of work."""

    def __init__(self, unit: Unit, cipher: FieldCipher) -> None:
        self._unit = unit
        self._connection: AsyncConnection = unit.connection
        self._principal: Principal | None = unit.principal
        self._cipher = cipher

    async def lock_intake(self, report: Report) -> None:
        """Let one report of a feed's id, and of a class and premises, in at a time.

        Without it two callers of the same moment would each find no incident and open two. The
        statement stands alone: the next one's snapshot is taken after the locks are held.
        """
        names = []
        if report.external_id is not None:
            names.append(f"{_LOCKS}:report:{report.source}:{report.external_id}")
        if report.premises_id is not None:
            names.append(f"{_LOCKS}:link:{report.classification.code}:{report.premises_id}")
        if names:
            driver = await driver_of(self._connection)
            await driver.execute(_LOCK, names)

    async def known(self, source: Source, external_id: str) -> Report | None:
        """Return the report that came before under a feed's own id, or None."""
        found = await self._connection.execute(
            select(reports).where(
                reports.c.source == source,
                reports.c.external_id == external_id,
                visible_to(self._principal, reports),
            )
        )
        row = found.first()
        return None if row is None else self._report_of(row)

    async def get(self, report_id: UUID) -> Report:
        """Return a report with what was told, locked until the transaction ends.

        Raises:
            NotFound: there is none, or the caller may not know of it.
        """
        found = await self._connection.execute(
            select(reports)
            .where(reports.c.id == report_id, visible_to(self._principal, reports))
            .with_for_update()
        )
        row = found.first()
        if row is None:
            raise NotFound
        return self._report_of(row)

    async def add(self, report: Report) -> None:
        """Insert a report at the end; its feed's id may be taken, in any area."""
        self._unit.write(
            _INSERT,
            report.id,
            report.version,
            report.incident_id,
            report.grid,
            report.premises_id,
            report.source,
            report.external_id,
            report.classification.code,
            report.classification.against_person,
            report.occurred_at,
            report.received_at,
            report.method,
            report.tip,
            report.linked,
            self._seal(report.narrative, "narrative", report.id),
            self._seal(report.caller_phone, "caller_phone", report.id),
            *desk_values(report.received_by),
            reports_once=RuleBroken("external-id-taken", "external_id"),
        )

    async def save(self, report: Report) -> None:
        """Write at the end that a report was unlinked; `get` locked it, so it is as it was read."""
        self._unit.write(_SAVE, report.id, report.version, report.incident_id, report.linked)

    def _seal(self, plain: str | None, column: str, report_id: UUID) -> bytes | None:
        return None if plain is None else self._cipher.seal(plain, _place(column, report_id))

    def _open(self, sealed: bytes | None, column: str, report_id: UUID) -> str | None:
        return None if sealed is None else self._cipher.open(sealed, _place(column, report_id))

    def _report_of(self, row: Row[Any]) -> Report:
        return Report(
            id=row.id,
            incident_id=row.incident_id,
            source=row.source,
            external_id=row.external_id,
            classification=CLASSIFICATIONS[row.classification],
            grid=row.grid,
            premises_id=row.premises_id,
            occurred_at=row.occurred_at,
            received_at=row.received_at,
            method=row.method,
            tip=row.tip,
            linked=row.linked,
            received_by=desk_of(row.received_by_office, row.received_by_role),
            narrative=self._open(row.narrative_sealed, "narrative", row.id),
            caller_phone=self._open(row.caller_phone_sealed, "caller_phone", row.id),
            version=row.version,
        )


def _place(column: str, row_id: UUID) -> str:
    return f"reports.{column}.{row_id}"
