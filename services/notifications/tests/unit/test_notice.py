"""A notice's life: raised, acknowledged, told to the next desk, or stale."""

from datetime import timedelta

from notifications_builders import (
    BOOK,
    NOW,
    ROOM,
    RULES,
    STATION,
    a_directory,
    a_draft,
    an_incident,
)

from notifications.domain.desk import Desk
from notifications.domain.notice import Notice
from notifications.use_cases.escalate_notice import next_desk

RULE = RULES["incident-criminal.room"]
HEAD, STATION_HEAD = Desk(ROOM, "room_head"), Desk(STATION, "station_head")


def a_notice(*, late: timedelta = timedelta(0), scale: float = 1.0) -> Notice:
    return Notice.of(a_draft(an_incident("burglary"), "officer"), NOW + late, scale)


def escalated(notice: Notice, desk: Desk) -> Notice:
    return notice.escalate(desk, RULE, BOOK.vocabulary.escalated, NOW, 1.0)


def test_a_notice_waits_for_the_time_of_its_rule():
    assert a_notice().acknowledge_by == NOW + timedelta(minutes=5)
    assert a_notice(scale=0.1).acknowledge_by == NOW + timedelta(seconds=30)


def test_a_fact_older_than_its_limit_is_stale_at_once_and_waits_for_nobody():
    stale = a_notice(late=timedelta(hours=12))
    assert (stale.state, stale.acknowledge_by) == ("stale", None)
    assert a_notice(late=timedelta(hours=12) - timedelta(seconds=1)).state == "raised"


def test_the_first_acknowledgement_counts():
    notice = a_notice()
    assert notice.acknowledge(NOW)
    assert not notice.acknowledge(NOW + timedelta(hours=1))
    assert (notice.acknowledged_at, notice.version) == (NOW, 2)


def test_a_notice_that_went_on_or_went_stale_can_still_be_acknowledged():
    gone_on, stale = a_notice(), a_notice()
    escalated(gone_on, HEAD)
    stale.go_stale()
    assert gone_on.acknowledge(NOW) and stale.acknowledge(NOW)


def test_the_next_desk_gets_the_same_words_marked_once():
    first = a_notice()
    second = escalated(first, HEAD)
    third = escalated(second, STATION_HEAD)
    assert second.title.en == f"Escalated: {first.title.en}" == third.title.en
    assert second.title.zh == f"（升级）{first.title.zh}"
    assert (second.body, second.subject_id) == (first.body, first.subject_id)
    assert (second.escalated_from, third.escalated_from) == (first.notice_id, second.notice_id)
    assert (first.state, second.state, third.state) == ("escalated", "escalated", "raised")
    assert third.ce_id == first.ce_id


def test_an_escalation_goes_to_room_head_and_station_head_and_ends_there():
    directory = a_directory()
    assert next_desk(Desk(ROOM, "officer"), RULE, directory) == HEAD
    assert next_desk(HEAD, RULE, directory) == STATION_HEAD
    assert next_desk(STATION_HEAD, RULE, directory) is None


def test_a_desk_outside_the_chain_is_its_end():
    assert next_desk(Desk(STATION, "bureau"), RULE, a_directory()) is None
