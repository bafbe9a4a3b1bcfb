"""What a use case needs of its transaction; storage fits by shape, and so does a fake."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from incidents.domain.desk import Desk
from incidents.domain.incident import Incident
from incidents.domain.limits import Limits
from incidents.domain.report import Report, Source
from lianfang_common.errors import Forbidden
from lianfang_common.principal import Principal


class IncidentStore(Protocol):
    """Incidents, locked while they are changed."""

    async def get(self, incident_id: UUID) -> Incident: ...
    async def that_takes(self, report: Report, limits: Limits) -> Incident | None: ...
    async def add(self, incident: Incident) -> None: ...
    async def save(self, incident: Incident) -> None: ...


class ReportStore(Protocol):
    """Reports, with what was told."""

    async def known(self, source: Source, external_id: str) -> Report | None: ...
    async def get(self, report_id: UUID) -> Report: ...
    async def add(self, report: Report) -> None: ...
    async def save(self, report: Report) -> None: ...


class PlaceStore(Protocol):
    """Grids and premises, as their owners state them."""

    async def grid_of(self, premises_id: UUID) -> str | None: ...
    async def has_grid(self, code: str) -> bool: ...
    async def apply_areas(self, stated: Iterable[tuple[str, str, int]]) -> None: ...
    async def apply_premises(self, stated: Iterable[tuple[UUID, str, int]]) -> None: ...


class DisclosureStore(Protocol):
    """The audit of who read what was told."""

    async def add(self, report: Report, break_glass: bool, reason: str | None) -> None: ...


class UnitOfWork(Protocol):
    """One open transaction."""

    limits: Limits

    @property
    def incidents(self) -> IncidentStore: ...
    @property
    def reports(self) -> ReportStore: ...
    @property
    def places(self) -> PlaceStore: ...
    @property
    def disclosures(self) -> DisclosureStore: ...
    @property
    def now(self) -> datetime: ...
    @property
    def caller(self) -> Principal: ...
    async def begin_intake(self, report: Report) -> None: ...


HANDLING = frozenset({"officer", "room_head"})
"""Who works on incidents: the community's officer and the head of the room."""

READING = HANDLING | {"station_head", "bureau"}
"""Who sees incidents of the own areas. A committee has its notices: a list would tell it place,
minute and outcome, and by what is missing, where somebody was hurt."""


def desk_of(caller: Principal) -> Desk | None:
    """Return the desk that a caller acts for, or None where the account has no office."""
    return None if caller.office is None else Desk(caller.office, caller.role)


def require_role(caller: Principal, roles: frozenset[str]) -> None:
    """Refuse a caller whose role is not among `roles`."""
    if caller.role not in roles:
        raise Forbidden
