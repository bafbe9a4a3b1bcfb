"""A small district, facts that happen in it, and the rulebook of the package."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from notifications.consumed import FACT_READERS
from notifications.domain.desk import Desk, OfficeKind, Role
from notifications.domain.directory import Area, Directory, Office
from notifications.domain.fact import Fact
from notifications.domain.routing import Draft, Routed, route, rules_by_event
from notifications.storage.rulebook import packaged_rules

BOOK = packaged_rules()
BY_EVENT = rules_by_event(BOOK.current())
RULES = {rule.id: rule for rule in BOOK.current()}

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
COMMUNITY, OTHER_COMMUNITY = "990101001001", "990101001002"
GRID, GRID_2 = f"{COMMUNITY}001", f"{COMMUNITY}002"
OTHER_GRID = f"{OTHER_COMMUNITY}001"

BUREAU, STATION, ROOM, OTHER_ROOM, COMMITTEE, OTHER_COMMITTEE, JUSTICE = (
    UUID(f"01990101-0000-7000-8000-0000000000{n:02d}") for n in range(1, 8)
)
COMMUNITY_ID = UUID("01990101-0000-7000-8000-000000000020")


def an_area(code: str, **changed: Any) -> Area:
    level = {6: "county", 9: "street", 12: "community", 15: "grid"}[len(code)]
    values: dict[str, Any] = {
        "area_id": uuid4(),
        "code": code,
        "level": level,
        "parent_code": code[:-3] if len(code) > 6 else None,
        "name_zh": "和平社区",
        "name_en": "Heping community",
        "version": 1,
    }
    return Area(**{**values, **changed})


def an_office(office_id: UUID, kind: OfficeKind, *grids: str, **changed: Any) -> Office:
    values: dict[str, Any] = {
        "office_id": office_id,
        "kind": kind,
        "name_zh": "单位",
        "name_en": "Office",
        "lead_parent": None,
        "guide_parent": None,
        "grids": grids,
        "valid_from": date(2026, 1, 1),
        "version": 1,
    }
    return Office(**{**values, **changed})


def district() -> tuple[list[Area], list[Office]]:
    """Two communities, a room and a committee for each, one station, one bureau, one justice."""
    all_grids = (GRID, GRID_2, OTHER_GRID)
    areas = [an_area(COMMUNITY, area_id=COMMUNITY_ID), an_area(OTHER_COMMUNITY)]
    areas += [an_area(code) for code in ("990101", "990101001", *all_grids)]
    offices = [
        an_office(BUREAU, "bureau", *all_grids),
        an_office(STATION, "station", *all_grids, lead_parent=BUREAU),
        an_office(ROOM, "room", GRID, GRID_2, lead_parent=STATION),
        an_office(OTHER_ROOM, "room", OTHER_GRID, lead_parent=STATION),
        an_office(COMMITTEE, "committee", GRID, GRID_2),
        an_office(OTHER_COMMITTEE, "committee", OTHER_GRID),
        an_office(JUSTICE, "justice", *all_grids),
    ]
    return areas, offices


def a_directory() -> Directory:
    return Directory(*district())


def a_body(event_type: str, **changed: Any) -> dict[str, Any]:
    """Return the body of an event as its publisher would send it, with the example's values."""
    body = dict.fromkeys(BOOK.events[event_type].fields)
    return {**body, **BOOK.events[event_type].example, **changed}


def a_fact(event_type: str, *, at: datetime = NOW, **changed: Any) -> Fact:
    body = a_body(event_type, **changed)
    event = FACT_READERS[event_type].model_validate(body)
    return Fact(uuid4(), event_type, at, event.model_dump())


def an_incident(classification: str = "burglary", **changed: Any) -> Fact:
    criminal = classification in {"burglary", "theft", "fraud", "robbery", "assault"}
    person = classification in {
        "robbery",
        "assault",
        "domestic_violence",
        "sexual_offence",
        "missing_person",
    }
    values = {"classification": classification, "criminal": criminal, "against_person": person}
    return a_fact("incidents.incident.opened.v1", **{**values, **changed})


def routed(fact: Fact, directory: Directory | None = None) -> Routed:
    return route(fact, BY_EVENT.get(fact.type, ()), BOOK, directory or a_directory())


def a_draft(fact: Fact, role: Role) -> Draft:
    return next(draft for draft in routed(fact).drafts if draft.desk.role == role)


def desks(fact: Fact, directory: Directory | None = None) -> set[Desk]:
    return {draft.desk for draft in routed(fact, directory).drafts}
