"""The rules of linking and of the on-scene clock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incidents_builders import LIMITS, NOON, ROOM, a_report, an_incident

from incidents.domain.classification import CLASSIFICATIONS
from incidents.domain.incident import ArrivalMissed, Arrived, Closed, Incident
from lianfang_common.errors import RuleBroken, StaleVersion, VersionRequired
from lianfang_common.ids import new_id

CODES = st.sampled_from(sorted(CLASSIFICATIONS))
PREMISES = (new_id(), new_id(), None)
SECONDS = st.integers(0, 3600)


@given(CODES, CODES, st.sampled_from(PREMISES), st.sampled_from(PREMISES), SECONDS)
def test_a_report_is_linked_by_class_and_premises_within_the_window(
    first, second, premises, other, seconds
):
    incident = an_incident(first, premises_id=premises)
    later = a_report(second, other, NOON + timedelta(seconds=seconds))
    expected = first == second and premises == other and premises is not None and seconds <= 30 * 60
    assert incident.takes(later, LIMITS) is expected


def test_the_window_ends_after_its_last_moment():
    incident = an_incident(premises_id=PREMISES[0])
    last = NOON + LIMITS.link_within
    assert incident.takes(a_report("noise", PREMISES[0], last), LIMITS)
    too_late = last + timedelta(microseconds=1)
    assert not incident.takes(a_report("noise", PREMISES[0], too_late), LIMITS)


def test_two_reports_of_one_grid_without_a_premises_are_two_incidents():
    assert not an_incident(premises_id=None).takes(a_report(), LIMITS)


def test_a_closed_incident_takes_no_more_reports():
    incident = an_incident(premises_id=PREMISES[0])
    incident.close("resolved", ROOM, NOON, 1)
    assert not incident.takes(a_report("noise", PREMISES[0]), LIMITS)


@given(CODES)
def test_only_criminal_incidents_start_the_clock(code):
    incident = an_incident(code)
    criminal = CLASSIFICATIONS[code].criminal
    assert incident.arrive_by == (NOON + timedelta(minutes=10) if criminal else None)
    assert incident.clock_runs is criminal


@given(CODES, st.integers(-1200, 1200), st.booleans(), st.booleans())
def test_an_arrival_is_missed_only_when_it_is_owed_and_late(code, seconds, arrives, closes):
    incident = an_incident(code)
    if arrives:
        incident.arrive(ROOM, NOON, incident.version)
    if closes:
        incident.close("unfounded", ROOM, NOON, incident.version)
    incident.facts.clear()
    now = NOON + timedelta(seconds=seconds)
    incident.miss_arrival(now)
    missed = CLASSIFICATIONS[code].criminal and not arrives and not closes and seconds >= 600
    assert incident.facts == ([ArrivalMissed()] if missed else [])


def test_a_missed_arrival_is_said_once():
    incident = an_incident("burglary")
    for minutes in (10, 11, 12):
        incident.miss_arrival(NOON + timedelta(minutes=minutes))
    assert incident.facts == [ArrivalMissed()]


def test_an_arrival_after_the_miss_is_still_recorded():
    incident = an_incident("burglary")
    incident.miss_arrival(NOON + timedelta(minutes=10))
    incident.arrive(ROOM, NOON + timedelta(minutes=12), incident.version)
    assert incident.facts[-1] == Arrived()
    with pytest.raises(RuleBroken, match="already-arrived"):
        incident.arrive(ROOM, NOON + timedelta(minutes=13), incident.version)


def test_a_criminal_incident_is_not_resolved_before_somebody_was_there():
    incident = an_incident("burglary")
    with pytest.raises(RuleBroken, match="arrival-not-recorded"):
        incident.close("resolved", ROOM, NOON, 1)
    incident.close("unfounded", ROOM, NOON, 1)
    assert incident.facts == [Closed()]


def test_nothing_happens_to_a_closed_incident():
    incident = an_incident()
    incident.close("resolved", ROOM, NOON, 1)
    for act in (
        lambda: incident.close("resolved", ROOM, NOON, 2),
        lambda: incident.arrive(ROOM, NOON, 2),
    ):
        with pytest.raises(RuleBroken, match="incident-closed"):
            act()


@pytest.mark.parametrize(("version", "error"), [(None, VersionRequired), (2, StaleVersion)])
def test_every_change_names_the_newest_version(version, error):
    incident = an_incident("burglary")
    report = a_report(linked=True)
    for act in (
        lambda: incident.arrive(ROOM, NOON, version),
        lambda: incident.close("unfounded", ROOM, NOON, version),
        lambda: report.unlink(new_id(), version),
    ):
        with pytest.raises(error):
            act()


@given(CODES, st.lists(SECONDS, min_size=1, max_size=5))
def test_unlinking_every_report_leaves_the_incident_as_it_was(code, offsets):
    premises = PREMISES[0]
    incident = an_incident(code, premises_id=premises)
    before = an_incident(code, premises_id=premises)
    linked = [a_report(code, premises, NOON + timedelta(seconds=each)) for each in offsets]
    for report in linked:
        incident.link(report)
    for report in linked:
        incident.unlink(report)
    assert incident.reports == 1
    assert incident.version == 1 + 2 * len(linked)
    incident.version, before.id = 1, incident.id
    assert incident == before


@given(CODES, SECONDS)
def test_an_unlinked_report_opens_the_incident_that_it_would_have_opened(code, seconds):
    received = NOON + timedelta(seconds=seconds)
    report = a_report(code, PREMISES[0], received, tip="lock_doors_and_windows")
    alone = Incident.opened_by(report, LIMITS, received)
    unlinked_at = received + timedelta(minutes=5)
    own = Incident.opened_by(report, LIMITS, unlinked_at)
    if own.arrive_by is not None:
        assert own.arrive_by == unlinked_at + LIMITS.arrive_within
        own.arrive_by = alone.arrive_by
    assert own == alone
