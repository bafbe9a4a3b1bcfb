"""Use cases on a unit of work in memory: who may, what is answered, what is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from incidents_builders import GRID, NOON, a_caller, a_command
from incidents_fakes import FakeUnit

from incidents.domain.incident import Opened, ReportLinked, ReportUnlinked
from incidents.use_cases.close_incident import CloseIncident, close_incident
from incidents.use_cases.disclose_report import DiscloseReport, disclose_report
from incidents.use_cases.miss_arrival import miss_arrival
from incidents.use_cases.receive_report import receive_report
from incidents.use_cases.record_arrival import RecordArrival, record_arrival
from incidents.use_cases.unlink_report import UnlinkReport, unlink_report
from lianfang_common.errors import Forbidden, Invalid
from lianfang_common.ids import new_id


def a_place_of(uow: FakeUnit):
    premises = new_id()
    uow.places.premises[premises] = GRID
    return premises


async def test_a_second_post_of_one_feed_id_answers_the_first():
    uow = FakeUnit(a_caller("feed"))
    command = a_command(source="feed_110", external_id="110-1")
    first = await receive_report(command, uow)
    second = await receive_report(command, uow)
    assert (first.status, second.status) == (201, 200)
    assert (first.id, first.facts) == (second.id, second.facts)
    assert [type(fact) for _, fact in uow.incidents.published] == [Opened]


async def test_a_second_caller_is_linked_and_an_officer_can_undo_it():
    uow = FakeUnit()
    command = a_command(premises_id=a_place_of(uow), grid=None)
    first = await receive_report(command, uow)
    uow.now = NOON + timedelta(minutes=5)
    second = await receive_report(command, uow)
    assert second.facts == {"incident_id": first.facts["incident_id"], "linked": True}
    undone = await unlink_report(UnlinkReport(second.id, second.version), uow)
    assert undone.facts["incident_id"] != first.facts["incident_id"]
    assert [type(fact) for _, fact in uow.incidents.published] == [
        Opened, ReportLinked, ReportUnlinked, Opened,
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["feed", "committee", "landlord", "station_head", "bureau"])
async def test_only_who_works_on_incidents_changes_them(role):
    uow = FakeUnit(a_caller(role))
    for act in (
        record_arrival(RecordArrival(uuid4(), 1), uow),
        close_incident(CloseIncident(uuid4(), "unfounded", 1), uow),
        unlink_report(UnlinkReport(uuid4(), 1), uow),
        disclose_report(DiscloseReport(uuid4(), uuid4()), uow),
    ):
        with pytest.raises(Forbidden):
            await act


@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("feed_110", "officer"),
        ("feed_110", "committee"),
        ("walk_in", "feed"),
        ("walk_in", "committee"),
        ("committee", "officer"),
        ("committee", "landlord"),
    ],
)
async def test_a_role_reports_from_its_own_source_only(source, role):
    with pytest.raises(Forbidden):
        await receive_report(a_command(source=source), FakeUnit(a_caller(role)))


@pytest.mark.parametrize("classification", ["assault", "noise"])
async def test_a_committee_that_reports_learns_of_no_incident(classification):
    uow = FakeUnit(a_caller("committee"))
    command = a_command(source="committee", classification=classification)
    assert (await receive_report(command, uow)).facts == {}
    assert uow.incidents.kept


async def test_the_premises_decides_the_grid():
    uow = FakeUnit()
    premises = a_place_of(uow)
    answer = await receive_report(a_command(premises_id=premises, grid=None), uow)
    assert uow.reports.kept[answer.id].grid == GRID
    with pytest.raises(Invalid, match="grid-not-of-premises"):
        await receive_report(a_command(premises_id=premises, grid=GRID[:-1] + "9"), uow)


async def test_a_timer_that_finds_an_arrival_says_nothing():
    uow = FakeUnit()
    answer = await receive_report(a_command(classification="burglary"), uow)
    [incident] = uow.incidents.kept.values()
    await record_arrival(RecordArrival(incident.id, 1), uow)
    uow.now = NOON + timedelta(hours=1)
    before = list(uow.incidents.published)
    await miss_arrival(incident.id, uow)
    assert uow.incidents.published == before
    assert answer.status == 201


def test_what_was_told_stands_in_no_text_of_a_command():
    told = repr(a_command(narrative="争吵", caller_phone="19900000001"))
    assert "争吵" not in told
    assert "19900000001" not in told
