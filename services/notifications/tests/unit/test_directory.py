"""Which office a grid belongs to, on which day, and who stands in."""

from datetime import date, timedelta

from notifications_builders import (
    BUREAU,
    COMMITTEE,
    GRID,
    GRID_2,
    JUSTICE,
    OTHER_GRID,
    OTHER_ROOM,
    ROOM,
    STATION,
    a_directory,
    an_office,
    district,
)

from notifications.domain.desk import Desk
from notifications.domain.directory import Directory, Office

DAY = date(2026, 3, 2)
SPLIT = date(2026, 3, 10)


def after_a_split() -> Directory:
    """From the 10th on, the second grid of the first room is the other room's."""
    areas, offices = district()
    offices += [
        an_office(ROOM, "room", GRID, lead_parent=STATION, valid_from=SPLIT, version=2),
        an_office(
            OTHER_ROOM, "room", OTHER_GRID, GRID_2, lead_parent=STATION, valid_from=SPLIT, version=2
        ),
    ]
    return Directory(areas, offices)


def test_each_kind_of_office_of_a_grid_is_found():
    directory = a_directory()
    found = {
        kind: directory.locate(kind, GRID, DAY).office.office_id
        for kind in ("room", "station", "bureau", "committee", "justice")
    }
    assert found == {
        "room": ROOM,
        "station": STATION,
        "bureau": BUREAU,
        "committee": COMMITTEE,
        "justice": JUSTICE,
    }


def test_a_fact_is_routed_by_the_offices_of_its_own_day():
    directory = after_a_split()
    assert directory.locate("room", GRID_2, SPLIT - timedelta(days=1)).office.office_id == ROOM
    assert directory.locate("room", GRID_2, SPLIT).office.office_id == OTHER_ROOM


def test_a_fact_older_than_everything_known_goes_to_the_earliest_known_office():
    located = after_a_split().locate("room", GRID, date(2020, 1, 1))
    assert (located.office.office_id, located.flagged) == (ROOM, False)


def test_a_grid_that_was_taken_from_an_office_and_given_to_none_is_flagged():
    areas, offices = district()
    offices.append(an_office(ROOM, "room", GRID, lead_parent=STATION, valid_from=DAY, version=2))
    located = Directory(areas, offices).locate("room", GRID_2, DAY)
    assert (located.office.office_id, located.flagged) == (ROOM, True)


def test_another_county_goes_to_the_bureau_flagged():
    located = a_directory().locate("room", "990999001001001", DAY)
    assert (located.office.office_id, located.flagged) == (BUREAU, True)


def test_nobody_stands_in_for_a_committee_of_another_community():
    assert a_directory().locate("committee", "990101001777001", DAY) is None


def test_the_superior_of_a_desk_follows_the_lead_parents():
    directory = a_directory()
    officer = Desk(ROOM, "officer")
    assert directory.superior(officer, "room_head") == Desk(ROOM, "room_head")
    assert directory.superior(officer, "station_head") == Desk(STATION, "station_head")
    assert directory.superior(officer, "bureau") == Desk(BUREAU, "bureau")
    assert directory.superior(Desk(JUSTICE, "justice"), "station_head") is None


def test_offices_that_lead_each_other_do_not_hang_an_escalation():
    a, b = an_office(ROOM, "room", lead_parent=OTHER_ROOM), an_office(OTHER_ROOM, "room")
    looped = Directory([], [a, Office(**{**_fields(b), "lead_parent": ROOM})])
    assert looped.superior(Desk(ROOM, "officer"), "station_head") is None


def _fields(office: Office) -> dict[str, object]:
    return {name: getattr(office, name) for name in office.__slots__}
