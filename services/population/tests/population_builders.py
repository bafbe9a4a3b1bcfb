"""Values for tests: a small district, made-up identities, callers."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID, uuid4, uuid5

from lianfang_common.principal import AreaRange, Principal
from population.domain.documents import check_character
from population.domain.places import Area, District, Office

COUNTY, STREET = "990101", "990101001"
COMMUNITY_A, COMMUNITY_B = "990101001001", "990101001002"
GRID_A, GRID_A2 = "990101001001001", "990101001001002"
GRID_B, GRID_B2 = "990101001002001", "990101001002002"

_SPACE = UUID("00000000-0000-4000-8000-000000009901")
_ORDERS = count(1)


def office_id(name: str) -> UUID:
    return uuid5(_SPACE, name)


BUREAU = office_id("bureau")
STATION = office_id("station")
ROOM_A, ROOM_B = office_id("room-a"), office_id("room-b")
COMMITTEE_A, COMMITTEE_B = office_id("committee-a"), office_id("committee-b")
JUSTICE_A, JUSTICE_B = office_id("justice-a"), office_id("justice-b")

_KIND_ROLE = {"room": "officer", "committee": "committee", "justice": "justice"}


def a_district(**grids: set[str]) -> District:
    """Two communities with two grids each; a keyword replaces one office's grids."""
    codes = [
        *(COUNTY, STREET, COMMUNITY_A, COMMUNITY_B),
        *(GRID_A, GRID_A2, GRID_B, GRID_B2),
    ]
    in_a, in_b = {GRID_A, GRID_A2}, {GRID_B, GRID_B2}
    offices = [
        _office("bureau", "bureau", None, in_a | in_b),
        _office("station", "station", BUREAU, in_a | in_b),
        _office("room", "room-a", STATION, grids.get("room_a", in_a)),
        _office("room", "room-b", STATION, grids.get("room_b", in_b)),
        _office("committee", "committee-a", None, in_a),
        _office("committee", "committee-b", None, in_b),
        _office("justice", "justice-a", None, in_a),
        _office("justice", "justice-b", None, in_b),
    ]
    return District(
        areas=tuple(Area(code, f"区域{code}", f"Area {code}") for code in codes),
        offices=tuple(offices),
    )


def _office(kind, name: str, parent: UUID | None, grids: set[str]) -> Office:
    return Office(office_id(name), kind, f"机构{name}", name, parent, None, frozenset(grids))


def a_number(born: date = date(1990, 1, 7), order: int | None = None) -> str:
    """A resident id of a region that does not exist, never the same twice."""
    nth = next(_ORDERS) if order is None else order
    first_17 = f"990101{born:%Y%m%d}{nth % 1000:03}"
    if order is None and nth >= 1000:
        first_17 = f"990101{date.fromordinal(born.toordinal() + nth // 1000):%Y%m%d}{nth % 1000:03}"
    return first_17 + check_character(first_17)


def a_caller(
    role: str = "officer",
    *areas: str,
    office: UUID | None = None,
    account: UUID | None = None,
) -> Principal:
    """A caller whose areas begin with the given codes."""
    return Principal(
        account=account or uuid4(),
        role=role,
        office=office,
        areas=tuple(AreaRange.of_prefix(code) for code in areas),
    )


OFFICER_A = a_caller("officer", COMMUNITY_A, office=ROOM_A)
OFFICER_B = a_caller("officer", COMMUNITY_B, office=ROOM_B)
HEAD_A = a_caller("room_head", COMMUNITY_A, office=ROOM_A)
JUSTICE_OF_A = a_caller("justice", COMMUNITY_A, office=JUSTICE_A)
JUSTICE_OF_B = a_caller("justice", COMMUNITY_B, office=JUSTICE_B)
OF_COMMITTEE_A = a_caller("committee", COMMUNITY_A, office=COMMITTEE_A)
OF_COMMITTEE_B = a_caller("committee", COMMUNITY_B, office=COMMITTEE_B)
LANDLORD = a_caller("landlord")


def an_identity(number: str | None = None, **changed: object) -> dict[str, object]:
    """The body of an identity resolution."""
    return {
        "name": "张三",
        "document_kind": "resident_id",
        "document_number": number or a_number(),
        "audience": "rentals",
        "object_id": str(uuid4()),
        **changed,
    }


def a_ground(today: date, **changed: object) -> dict[str, object]:
    """The body of a listing: community correction for a year, reviewed in three months."""
    return {
        "person_id": str(uuid4()),
        "category": "community_correction",
        "statute": "community-correction-law-17",
        "deciding_organ": "示范区人民法院",
        "document_number": "（2026）示刑执字第1号",
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=365)),
        "review_due_on": str(today + timedelta(days=90)),
        **{key: str(value) if value is not None else None for key, value in changed.items()},
    }
