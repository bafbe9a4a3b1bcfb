"""Who is told of what: the whole matrix of the package's rules, desk by desk."""

from dataclasses import replace
from uuid import uuid4

import pytest
from notifications_builders import (
    BOOK,
    COMMITTEE,
    COMMUNITY_ID,
    GRID,
    JUSTICE,
    OTHER_COMMITTEE,
    OTHER_GRID,
    OTHER_ROOM,
    ROOM,
    RULES,
    STATION,
    a_directory,
    a_draft,
    a_fact,
    an_incident,
    desks,
    routed,
)

from notifications.domain.desk import Desk
from notifications.domain.routing import route
from notifications.domain.rule import Condition

OFFICER, HEAD, TOLD_COMMITTEE = (
    Desk(ROOM, "officer"),
    Desk(ROOM, "room_head"),
    Desk(COMMITTEE, "committee"),
)
SINGLE_FOR_COMMITTEES = {
    "burglary",
    "theft",
    "fraud",
    "lost_property",
    "noise",
    "public_disorder",
    "traffic_obstruction",
    "fire_hazard",
    "blocked_exit",
    "gas_hazard",
}
CLASSES = sorted(BOOK.vocabulary.labels["classification"])


@pytest.mark.parametrize("change", ["registered", "extended", "ended"])
def test_a_tenancy_is_told_to_the_room_and_the_committee_of_its_grid_and_to_nobody_else(change):
    fact = a_fact(f"rentals.tenancy.{change}.v1")
    assert desks(fact) == {OFFICER, TOLD_COMMITTEE}
    assert {d.subject_kind for d in routed(fact).drafts} == {"tenancy", "community"}


def test_a_tenancy_elsewhere_is_told_elsewhere():
    fact = a_fact("rentals.tenancy.registered.v1", grid=OTHER_GRID)
    assert desks(fact) == {Desk(OTHER_ROOM, "officer"), Desk(OTHER_COMMITTEE, "committee")}


def test_a_committee_hears_that_a_tenancy_was_registered_and_not_which():
    fact = a_fact("rentals.tenancy.registered.v1")
    draft = a_draft(fact, "committee")
    assert draft.rendered.body.en == "Community: Heping community\nDay: 2026-03-02"
    assert (draft.subject_kind, draft.subject_id, draft.grid) == ("community", COMMUNITY_ID, None)


@pytest.mark.parametrize("classification", CLASSES)
def test_a_committee_gets_single_notices_for_the_allow_listed_classes_alone(classification):
    told = desks(an_incident(classification))
    expected = {OFFICER} | ({TOLD_COMMITTEE} if classification in SINGLE_FOR_COMMITTEES else set())
    assert told == expected


@pytest.mark.parametrize("classification", CLASSES)
def test_an_incident_against_a_person_is_counted_and_never_told_singly(classification):
    """Also where the class alone would not say it: a theft can be against a person."""
    found = routed(an_incident(classification, against_person=True))
    assert TOLD_COMMITTEE not in {draft.desk for draft in found.drafts}
    assert [each.desk for each in found.counted] == [TOLD_COMMITTEE]


def test_no_rule_can_tell_a_committee_singly_of_an_incident_against_a_person():
    """The stage holds it too: here a rule's condition has been forgotten."""
    careless = replace(RULES["incident.committee"], condition=Condition())
    fact = an_incident("assault")
    found = route(fact, [careless], BOOK, a_directory())
    assert found.drafts == ()
    assert found.skipped[0].reason == "against-persons-never-singly"


def test_an_incident_against_nobody_is_not_counted():
    assert routed(an_incident("noise")).counted == ()


def test_the_officer_of_a_criminal_incident_reads_until_when():
    draft = a_draft(an_incident("burglary", arrive_by="2026-03-02T08:10:00Z"), "officer")
    assert draft.rule.urgency == "high"
    assert "Be on the scene by 2026-03-02 16:10" in draft.rendered.body.en
    assert "请于 2026-03-02 16:10 前到达现场" in draft.rendered.body.zh


def test_an_incident_without_premises_or_duty_has_no_line_for_them():
    draft = a_draft(an_incident("noise", premises_id=None, arrive_by=None), "officer")
    assert draft.rendered.body.en.splitlines() == ["Reported: 2026-03-01 14:10"]


def test_a_missed_arrival_is_told_to_the_room_head():
    assert desks(a_fact("incidents.incident.arrival-missed.v1")) == {HEAD}


SUPERVISION = "population.supervision."
CHANGE = "population.residence-change."
OFFICES = {
    "responsible_office": str(ROOM),
    "justice_office": str(JUSTICE),
    "assisting_committee": str(COMMITTEE),
    "receiving_office": str(OTHER_ROOM),
    "previous_office": str(OTHER_ROOM),
}
TOLD_JUSTICE, RECEIVING = Desk(JUSTICE, "justice"), Desk(OTHER_ROOM, "officer")


@pytest.mark.parametrize(
    ("event_type", "told"),
    [
        (SUPERVISION + "listed.v1", {OFFICER, TOLD_JUSTICE, TOLD_COMMITTEE}),
        (SUPERVISION + "reviewed.v1", {OFFICER}),
        (SUPERVISION + "review-overdue.v1", {HEAD}),
        (SUPERVISION + "delisted.v1", {OFFICER, TOLD_JUSTICE, TOLD_COMMITTEE}),
        (SUPERVISION + "moved.v1", {OFFICER, TOLD_JUSTICE, TOLD_COMMITTEE}),
        (CHANGE + "opened.v1", {OFFICER}),
        (CHANGE + "review-overdue.v1", {HEAD}),
        (CHANGE + "confirmed.v1", {RECEIVING, TOLD_JUSTICE}),
        (CHANGE + "acceptance-overdue.v1", {Desk(OTHER_ROOM, "room_head")}),
        (CHANGE + "accepted.v1", {RECEIVING, OFFICER, TOLD_JUSTICE}),
        (CHANGE + "refused.v1", {OFFICER, TOLD_JUSTICE}),
        (CHANGE + "closed.v1", {OFFICER, RECEIVING, TOLD_JUSTICE}),
    ],
)
def test_a_restricted_event_is_told_to_the_offices_that_it_names_and_to_nobody_else(
    event_type, told
):
    fields = set(OFFICES) & set(BOOK.events[event_type].fields)
    assert desks(a_fact(event_type, **{name: OFFICES[name] for name in fields})) == told


@pytest.mark.parametrize("change", ["listed", "delisted", "moved"])
def test_a_committee_that_no_document_names_hears_of_no_entry(change):
    fact = a_fact(f"{SUPERVISION}{change}.v1", assisting_committee=None)
    assert "committee" not in {desk.role for desk in desks(fact)}


def test_a_closed_case_is_told_only_to_those_who_had_been_told():
    fact = a_fact(CHANGE + "closed.v1", receiving_office=None, justice_office=None)
    assert {desk.role for desk in desks(fact)} == {"officer"}
    assert len(desks(fact)) == 1


def test_a_place_that_is_not_on_file_goes_to_the_office_of_its_community_flagged():
    draft = a_draft(a_fact("rentals.tenancy.registered.v1", grid="990101001001777"), "officer")
    assert draft.desk == OFFICER
    assert draft.flagged
    assert draft.rendered.title.en.endswith("(place not on file; sent to the office above)")


def test_a_place_in_an_unknown_community_goes_to_the_station_flagged_and_to_no_committee():
    fact = a_fact("rentals.tenancy.registered.v1", grid="990101001777001")
    found = routed(fact)
    assert [(d.desk, d.flagged) for d in found.drafts] == [(Desk(STATION, "station_head"), True)]
    assert ("tenancy-registered.committee", "no-such-office") in {
        (each.rule_id, each.reason) for each in found.skipped
    }


def test_every_rule_that_tells_nobody_says_why():
    found = routed(an_incident("help_request"))
    reasons = {each.rule_id: each.reason for each in found.skipped}
    assert reasons == {
        "incident-criminal.room": "condition-not-met",
        "incident.committee": "condition-not-met",
        "incident-against-person.committee": "condition-not-met",
    }


def test_an_office_that_the_directory_does_not_know_is_told_all_the_same():
    stranger = uuid4()
    fact = a_fact(CHANGE + "opened.v1", responsible_office=str(stranger))
    assert desks(fact) == {Desk(stranger, "officer")}


def test_an_unknown_code_becomes_a_word_and_is_never_repeated():
    fact = an_incident("noise", grid=GRID, method="王某 19900000000", tip=None)
    draft = a_draft(fact, "committee")
    assert "How: other" in draft.rendered.body.en
    assert "王某" not in draft.rendered.body.zh
