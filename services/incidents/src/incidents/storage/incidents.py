"""Incidents as rows, and their facts as events."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents import published
from incidents.domain.classification import CLASSIFICATIONS
from incidents.domain.incident import (
    ArrivalMissed,
    Arrived,
    Closed,
    Fact,
    Incident,
    Opened,
    ReportLinked,
    ReportUnlinked,
)
from incidents.domain.limits import Limits
from incidents.domain.report import Report
from incidents.storage.desks import desk_of, desk_values
from incidents.storage.scope import in_areas, visible_to
from incidents.storage.tables import incidents
from lianfang_common.errors import NotFound, StaleVersion
from lianfang_common.events import PublishedEvent
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit

ARRIVAL_TIMER = "arrival"
_COLUMNS = [column.name for column in incidents.columns]
_INSERT = (
    f"insert into incidents ({', '.join(_COLUMNS)})"  # noqa: S608 - the table's own columns
    f" values ({', '.join(f'${n}' for n in range(1, len(_COLUMNS) + 1))})"
)


_CHANGING = (
    "version",
    "arrive_by",
    "arrived_at",
    "arrived_by_office",
    "arrived_by_role",
    "missed_at",
    "closed_at",
    "closed_by_office",
    "closed_by_role",
    "outcome",
    "reports",
)
"""What a change may write; the place and the kind of an incident stay as they were opened."""


class Incidents:
    """Loads, adds and saves incidents within one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._connection: AsyncConnection = unit.connection
        self._principal: Principal | None = unit.principal

    async def get(self, incident_id: UUID) -> Incident:
        """Return an incident, locked until the transaction ends.

        Raises:
            NotFound: there is none, or the caller may not know of it.
        """
        found = await self._connection.execute(
            select(incidents)
            .where(incidents.c.id == incident_id, visible_to(self._principal, incidents))
            .with_for_update()
        )
        row = found.first()
        if row is None:
            raise NotFound
        return incident_of(row)

    async def that_takes(self, report: Report, limits: Limits) -> Incident | None:
        """Return the open incident that a report tells of, locked, or None.

        The caller holds the lock of `Intake.lock`, so no second one can be opened meanwhile.
        """
        if report.premises_id is None:
            return None
        found = await self._connection.execute(
            select(incidents)
            .where(
                incidents.c.premises_id == report.premises_id,
                incidents.c.classification == report.classification.code,
                incidents.c.closed_at.is_(None),
                incidents.c.opened_at >= limits.same_incident_since(report.received_at),
                in_areas(self._principal, incidents),
            )
            .order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
            .limit(1)
            .with_for_update()
        )
        row = found.first()
        return None if row is None else incident_of(row)

    async def add(self, incident: Incident) -> None:
        """Insert an incident at the end, publish its opening and start its clock."""
        self._unit.write(_INSERT, *map(_values(incident).get, _COLUMNS))
        self._announce(incident)

    async def save(self, incident: Incident) -> None:
        """Write a change, publish it and set or stop the clock.

        Raises:
            StaleVersion: somebody else changed the incident first.
        """
        before = incident.version - len(incident.facts)
        changed = await self._connection.execute(
            update(incidents)
            .where(incidents.c.id == incident.id, incidents.c.version == before)
            .values({name: _values(incident)[name] for name in _CHANGING})
        )
        if changed.rowcount != 1:
            raise StaleVersion
        self._announce(incident)

    def _announce(self, incident: Incident) -> None:
        first_version = incident.version - len(incident.facts) + 1
        for version, fact in enumerate(incident.facts, first_version):
            self._unit.publish(to_wire(incident, fact), version)
            if isinstance(fact, Opened) and incident.arrive_by is not None:
                self._unit.schedule(ARRIVAL_TIMER, incident.id, incident.arrive_by)
            elif isinstance(fact, Arrived | Closed):
                self._unit.cancel(ARRIVAL_TIMER, incident.id)
        incident.facts.clear()


def to_wire(incident: Incident, fact: Fact) -> PublishedEvent:
    """Return the published form of a fact about an incident."""
    about = {"incident_id": incident.id, "grid": incident.grid}
    match fact:
        case Opened():
            return _opened(incident)
        case ReportLinked(report_id):
            return published.ReportLinkedV1(**about, report_id=report_id, reports=incident.reports)
        case ReportUnlinked(report_id):
            return published.ReportUnlinkedV1(
                **about, report_id=report_id, reports=incident.reports
            )
        case Arrived():
            return published.IncidentArrivedV1(**about, arrived_at=incident.arrived_at)
        case ArrivalMissed():
            return published.IncidentArrivalMissedV1(
                **about,
                classification=incident.classification.code,
                arrive_by=incident.arrive_by,
            )
        case Closed():
            return published.IncidentClosedV1(**about, outcome=incident.outcome)


def _opened(incident: Incident) -> PublishedEvent:
    return published.IncidentOpenedV1.model_validate(
        {
            "incident_id": incident.id,
            "grid": incident.grid,
            "classification": incident.classification.code,
            "criminal": incident.classification.criminal,
            "against_person": incident.classification.against_person,
            "premises_id": incident.premises_id,
            "opened_at": incident.opened_at,
            "day_part": incident.day_part,
            "method": incident.method,
            "tip": incident.tip,
            "arrive_by": incident.arrive_by,
            "source": incident.source,
        }
    )


def _values(incident: Incident) -> dict[str, Any]:
    arrived_by_office, arrived_by_role = desk_values(incident.arrived_by)
    closed_by_office, closed_by_role = desk_values(incident.closed_by)
    return {
        "id": incident.id,
        "version": incident.version,
        "grid": incident.grid,
        "premises_id": incident.premises_id,
        "classification": incident.classification.code,
        "against_person": incident.classification.against_person,
        "source": incident.source,
        "opened_at": incident.opened_at,
        "day_part": incident.day_part,
        "method": incident.method,
        "tip": incident.tip,
        "arrive_by": incident.arrive_by,
        "arrived_at": incident.arrived_at,
        "arrived_by_office": arrived_by_office,
        "arrived_by_role": arrived_by_role,
        "missed_at": incident.missed_at,
        "closed_at": incident.closed_at,
        "closed_by_office": closed_by_office,
        "closed_by_role": closed_by_role,
        "outcome": incident.outcome,
        "reports": incident.reports,
    }


def incident_of(row: Row[Any]) -> Incident:
    """Return the incident that a whole row of the table holds."""
    return Incident(
        id=row.id,
        classification=CLASSIFICATIONS[row.classification],
        grid=row.grid,
        premises_id=row.premises_id,
        source=row.source,
        opened_at=row.opened_at,
        day_part=row.day_part,
        method=row.method,
        tip=row.tip,
        arrive_by=row.arrive_by,
        reports=row.reports,
        arrived_at=row.arrived_at,
        arrived_by=desk_of(row.arrived_by_office, row.arrived_by_role),
        missed_at=row.missed_at,
        closed_at=row.closed_at,
        closed_by=desk_of(row.closed_by_office, row.closed_by_role),
        outcome=row.outcome,
        version=row.version,
    )
