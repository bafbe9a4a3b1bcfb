"""A unit of work in memory: it keeps what was saved and what would be published."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from uuid import UUID

from incidents_builders import GRID, LIMITS, NOON, OTHER_GRID, a_caller

from incidents.domain.incident import Fact, Incident
from incidents.domain.limits import Limits
from incidents.domain.report import Report
from lianfang_common.errors import NotFound
from lianfang_common.principal import Principal


class FakeIncidents:
    """Incidents by id, and the facts in the order in which they were published."""

    def __init__(self) -> None:
        self.kept: dict[UUID, Incident] = {}
        self.published: list[tuple[UUID, Fact]] = []

    async def get(self, incident_id: UUID) -> Incident:
        if incident_id not in self.kept:
            raise NotFound
        return deepcopy(self.kept[incident_id])

    async def that_takes(self, report: Report, limits: Limits) -> Incident | None:
        takers = [each for each in self.kept.values() if each.takes(report, limits)]
        return deepcopy(max(takers, key=lambda each: each.opened_at)) if takers else None

    async def add(self, incident: Incident) -> None:
        await self.save(incident)

    async def save(self, incident: Incident) -> None:
        self.published += [(incident.id, fact) for fact in incident.facts]
        incident.facts.clear()
        self.kept[incident.id] = deepcopy(incident)


class FakeReports:
    """Reports by id."""

    def __init__(self) -> None:
        self.kept: dict[UUID, Report] = {}

    async def known(self, source: str, external_id: str) -> Report | None:
        return next(
            (
                deepcopy(each)
                for each in self.kept.values()
                if (each.source, each.external_id) == (source, external_id)
            ),
            None,
        )

    async def get(self, report_id: UUID) -> Report:
        if report_id not in self.kept:
            raise NotFound
        return deepcopy(self.kept[report_id])

    async def add(self, report: Report) -> None:
        self.kept[report.id] = deepcopy(report)

    async def save(self, report: Report) -> None:
        self.kept[report.id] = deepcopy(report)


class FakePlaces:
    """Two grids, and the premises that a test files."""

    def __init__(self) -> None:
        self.grids = {GRID, OTHER_GRID}
        self.premises: dict[UUID, str] = {}

    async def grid_of(self, premises_id: UUID) -> str | None:
        return self.premises.get(premises_id)

    async def has_grid(self, code: str) -> bool:
        return code in self.grids

    async def apply_areas(self, stated: Iterable[tuple[str, str, int]]) -> None:
        self.grids |= {code for code, level, _ in stated if level == "grid"}

    async def apply_premises(self, stated: Iterable[tuple[UUID, str, int]]) -> None:
        self.premises |= {premises_id: grid for premises_id, grid, _ in stated}


class FakeDisclosures:
    """Who read what."""

    def __init__(self) -> None:
        self.kept: list[tuple[UUID, bool, str | None]] = []

    async def add(self, report: Report, break_glass: bool, reason: str | None) -> None:
        self.kept.append((report.id, break_glass, reason))


class FakeUnit:
    """Fits the port `UnitOfWork`; `as_caller` and `at` move it on."""

    def __init__(self, caller: Principal | None = None, now: datetime = NOON) -> None:
        self.caller = caller or a_caller()
        self.now = now
        self.limits = LIMITS
        self.incidents = FakeIncidents()
        self.reports = FakeReports()
        self.places = FakePlaces()
        self.disclosures = FakeDisclosures()

    async def begin_intake(self, report: Report) -> None:
        """One task at a time: nothing to lock."""
