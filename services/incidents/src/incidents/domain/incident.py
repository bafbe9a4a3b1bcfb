"""An incident: what happened once, however many report it, with its on-scene clock."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from incidents.domain.classification import Classification
from incidents.domain.day_part import DayPart, day_part
from incidents.domain.desk import Desk
from incidents.domain.limits import Limits
from incidents.domain.report import Report, Source, expect
from lianfang_common.errors import RuleBroken

State = Literal["open", "closed"]
Outcome = Literal["resolved", "transferred", "unfounded"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The incident exists; what it is stands in the incident."""


@dataclass(frozen=True, slots=True)
class ReportLinked:
    """One more report tells of the incident."""

    report_id: UUID


@dataclass(frozen=True, slots=True)
class ReportUnlinked:
    """A report turned out to tell of something else."""

    report_id: UUID


@dataclass(frozen=True, slots=True)
class Arrived:
    """The officer is on the scene."""


@dataclass(frozen=True, slots=True)
class ArrivalMissed:
    """Nobody recorded an arrival in time."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The incident is done with."""


Fact = Opened | ReportLinked | ReportUnlinked | Arrived | ArrivalMissed | Closed


@dataclass(slots=True)
class Incident:
    """One incident. `arrive_by` is set for criminal ones; `reports` counts those that tell of it.

    Every change raises `version` by one and records one fact.
    """

    id: UUID
    classification: Classification
    grid: str
    premises_id: UUID | None
    source: Source
    opened_at: datetime
    day_part: DayPart
    method: str | None
    tip: str | None
    arrive_by: datetime | None
    reports: int = 1
    arrived_at: datetime | None = None
    arrived_by: Desk | None = None
    missed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: Desk | None = None
    outcome: Outcome | None = None
    version: int = 0
    facts: list[Fact] = field(default_factory=list, compare=False)

    @classmethod
    def opened_by(cls, report: Report, limits: Limits, now: datetime) -> "Incident":
        """Open the incident that a report tells of.

        Args:
            report: the report; it already carries the new incident's id.
            limits: how long the way to the scene may take.
            now: when the duty begins. For a report that was unlinked this is later than its
                receipt, since nobody was told before.
        """
        incident = cls(
            id=report.incident_id,
            classification=report.classification,
            grid=report.grid,
            premises_id=report.premises_id,
            source=report.source,
            opened_at=report.received_at,
            day_part=day_part(report.occurred_at),
            method=report.method,
            tip=report.tip,
            arrive_by=limits.arrive_by(report.classification.criminal, now),
        )
        incident._changed(Opened())
        return incident

    @property
    def state(self) -> State:
        """Say whether somebody still has to act."""
        return "open" if self.closed_at is None else "closed"

    @property
    def clock_runs(self) -> bool:
        """Say whether an arrival is owed and can still be missed."""
        return (
            self.arrive_by is not None
            and self.arrived_at is None
            and self.missed_at is None
            and self.closed_at is None
        )

    def takes(self, report: Report, limits: Limits) -> bool:
        """Say whether a report tells of this incident: same class and premises, soon after."""
        return (
            self.closed_at is None
            and report.premises_id is not None
            and self.premises_id == report.premises_id
            and self.classification == report.classification
            and self.opened_at >= limits.same_incident_since(report.received_at)
        )

    def link(self, report: Report) -> None:
        """Add a report to the incident."""
        self.reports += 1
        self._changed(ReportLinked(report.id))

    def unlink(self, report: Report) -> None:
        """Take a report out again; the incident is then as if it had never been added."""
        self.reports -= 1
        self._changed(ReportUnlinked(report.id))

    def arrive(self, by: Desk | None, now: datetime, expected_version: int | None) -> None:
        """Record that the officer is on the scene.

        Args:
            by: the desk whose officer it is.
            now: when.
            expected_version: what the caller saw.

        Raises:
            VersionRequired, StaleVersion: the caller did not name the newest version.
            RuleBroken: the incident is closed, or the arrival was recorded before.
        """
        expect(self.version, expected_version)
        self._must_be_open()
        if self.arrived_at is not None:
            raise RuleBroken("already-arrived")
        self.arrived_at, self.arrived_by = now, by
        self._changed(Arrived())

    def miss_arrival(self, now: datetime) -> None:
        """State that the time for the way to the scene has passed; said once."""
        if self.clock_runs and self.arrive_by is not None and self.arrive_by <= now:
            self.missed_at = now
            self._changed(ArrivalMissed())

    def close(
        self, outcome: Outcome, by: Desk | None, now: datetime, expected_version: int | None
    ) -> None:
        """End the incident.

        Args:
            outcome: how.
            by: the desk that ends it.
            now: when.
            expected_version: what the caller saw.

        Raises:
            VersionRequired, StaleVersion: the caller did not name the newest version.
            RuleBroken: it is closed already, or a criminal one is called resolved though nobody
                was on the scene.
        """
        expect(self.version, expected_version)
        self._must_be_open()
        if outcome == "resolved" and self.classification.criminal and self.arrived_at is None:
            raise RuleBroken("arrival-not-recorded")
        self.closed_at, self.closed_by = now, by
        self.outcome = outcome
        self._changed(Closed())

    def _must_be_open(self) -> None:
        if self.closed_at is not None:
            raise RuleBroken("incident-closed")

    def _changed(self, fact: Fact) -> None:
        self.version += 1
        self.facts.append(fact)
