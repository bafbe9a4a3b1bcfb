"""Reports, callers and moments with sensible defaults; a test names what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from incidents.domain.classification import CLASSIFICATIONS
from incidents.domain.desk import Desk
from incidents.domain.incident import Incident
from incidents.domain.limits import Limits
from incidents.domain.report import Report, Source
from incidents.use_cases.receive_report import ReceiveReport
from lianfang_common.ids import new_id
from lianfang_common.principal import AreaRange, Principal

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Asia/Shanghai."""

GRID = "990101001001001"
OTHER_GRID = "990101002001001"
ROOM = Desk(new_id(), "officer")
LIMITS = Limits(arrive_within=timedelta(minutes=10), link_within=timedelta(minutes=30))


def a_caller(role: str = "officer", *areas: str) -> Principal:
    """Return a caller whose areas are all places below the given codes."""
    return Principal(
        account=new_id(),
        role=role,
        office=new_id(),
        areas=tuple(AreaRange.of_prefix(code) for code in areas or ("990101001001",)),
    )


def a_report(
    classification: str = "noise",
    premises_id: UUID | None = None,
    received_at: datetime = NOON,
    source: Source = "walk_in",
    **changes: object,
) -> Report:
    """Return a report that has not found its incident yet."""
    fields = {
        "id": new_id(),
        "incident_id": new_id(),
        "source": source,
        "external_id": None,
        "classification": CLASSIFICATIONS[classification],
        "grid": GRID,
        "premises_id": premises_id,
        "occurred_at": received_at,
        "received_at": received_at,
        "method": None,
        "tip": None,
        "linked": False,
        **changes,
    }
    return Report(**fields)  # type: ignore[arg-type]


def an_incident(classification: str = "noise", **changes: object) -> Incident:
    """Return an incident as its first report opened it, with its opening already told."""
    report = a_report(classification, **changes)  # type: ignore[arg-type]
    incident = Incident.opened_by(report, LIMITS, report.received_at)
    incident.facts.clear()
    return incident


def a_command(**changes: object) -> ReceiveReport:
    """Return a walk-in report of noise in a known grid."""
    fields = {
        "source": "walk_in",
        "external_id": None,
        "classification": "noise",
        "premises_id": None,
        "grid": GRID,
        "occurred_at": NOON,
        **changes,
    }
    return ReceiveReport(**fields)  # type: ignore[arg-type]


async def read_what_was_told(rig: Any, times: int) -> None:
    """Let an officer read what a report tells, again and again."""
    officer = rig.client()
    made = await officer.post(
        "/reports",
        {"source": "walk_in", "classification": "noise", "grid": GRID, "narrative": "楼上施工",
         "occurred_at": rig.clock.now()},
    )  # fmt: skip
    purpose = {"kind": "incident", "id": made.body["incident_id"], "reason": "核对"}
    for _ in range(times):
        path = f"/reports/{made.body['id']}/disclosures"
        assert (await officer.post(path, {"purpose": purpose})).status == 200
