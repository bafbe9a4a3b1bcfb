"""Reads for the screens: incidents of the caller's areas, with their reports, never a narrative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.domain.incident import Incident, State
from incidents.storage.desks import desk_of
from incidents.storage.incidents import incident_of
from incidents.storage.scope import visible_to
from incidents.storage.tables import incidents, reports
from lianfang_common.errors import NotFound
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What a list asks for; `after` is the id of the last incident of the page before."""

    state: State | None
    classification: str | None
    after: UUID | None
    limit: int


class Queries:
    """Reads within one unit of work, of what its caller may know."""

    def __init__(self, unit: Unit) -> None:
        self._connection: AsyncConnection = unit.connection
        self._principal: Principal | None = unit.principal

    async def list_incidents(self, wanted: IncidentFilter) -> list[Incident]:
        """Return up to `limit + 1` incidents, the newest first; the one too many tells of more."""
        query = select(incidents).where(visible_to(self._principal, incidents))
        if wanted.state == "open":
            query = query.where(incidents.c.closed_at.is_(None))
        elif wanted.state == "closed":
            query = query.where(incidents.c.closed_at.is_not(None))
        if wanted.classification is not None:
            query = query.where(incidents.c.classification == wanted.classification)
        if wanted.after is not None:
            query = query.where(incidents.c.id < wanted.after)
        found = await self._connection.execute(
            query.order_by(incidents.c.id.desc()).limit(wanted.limit + 1)
        )
        return [incident_of(row) for row in found]

    async def incident(self, incident_id: UUID) -> tuple[Incident, Sequence[Mapping[str, Any]]]:
        """Return an incident and its reports without what they tell, in order of receipt.

        Raises:
            NotFound: there is none, or the caller may not know of it.
        """
        found = await self._connection.execute(
            select(incidents).where(
                incidents.c.id == incident_id, visible_to(self._principal, incidents)
            )
        )
        row = found.first()
        if row is None:
            raise NotFound
        told = await self._connection.execute(
            select(
                reports.c.id,
                reports.c.version,
                reports.c.source,
                reports.c.received_at,
                reports.c.received_by_office,
                reports.c.received_by_role,
                reports.c.occurred_at,
                reports.c.linked,
            )
            .where(reports.c.incident_id == incident_id, visible_to(self._principal, reports))
            .order_by(reports.c.id)
        )
        return incident_of(row), [_told(each) for each in told.mappings()]

    async def report(self, report_id: UUID) -> Mapping[str, Any]:
        """Return a report without what it tells.

        Raises:
            NotFound: there is none, or the caller may not know of it.
        """
        found = await self._connection.execute(
            select(
                reports.c.id,
                reports.c.version,
                reports.c.incident_id,
                reports.c.grid,
                reports.c.premises_id,
                reports.c.source,
                reports.c.external_id,
                reports.c.classification,
                reports.c.occurred_at,
                reports.c.received_at,
                reports.c.received_by_office,
                reports.c.received_by_role,
                reports.c.method,
                reports.c.tip,
                reports.c.linked,
            ).where(reports.c.id == report_id, visible_to(self._principal, reports))
        )
        row = found.mappings().first()
        if row is None:
            raise NotFound
        return _told(row)


def _told(row: RowMapping) -> dict[str, Any]:
    """Return a report's row with the desk that took it in."""
    received_by = desk_of(row["received_by_office"], row["received_by_role"])
    return {**row, "received_by": received_by}
