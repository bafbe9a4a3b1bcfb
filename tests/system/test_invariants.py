"""Each rule about the network finds what is planted, and is silent where nothing is wrong."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from evidence import Evidence, Fact
from invariants import all_invariants, broken_rules
from receivers import District
from topics import Message

BEGIN, END = datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC)
GRID = "990101001001001"
DISTRICT = District(
    {
        "offices": [
            {"kind": "room", "office_id": "room-1", "grids": [GRID]},
            {"kind": "committee", "office_id": "committee-1", "grids": [GRID]},
        ]
    }
)
TENANCY = Fact(
    service="rentals",
    id="e1",
    topic="rentals.tenancy",
    key="t1",
    type="rentals.tenancy.registered.v1",
    version=1,
    sent=True,
    body={
        "grid": GRID,
        "tenants": [{"person_id": "p1", "receipt_id": "r1"}],
        "last_day": "2026-12-01",
    },
)


def _message(fact: Fact, offset: int = 0, told_at: str = "2026-11-22T08:30:00+00:00") -> Message:
    headers = {
        "ce_id": fact.id,
        "ce_type": fact.type,
        "ce_aggregateversion": str(fact.version),
        "ce_time": told_at,
    }
    return Message(fact.topic, 0, offset, fact.key, headers, b"{}")


def _notice(number: int, office: str, role: str) -> dict[str, object]:
    return {
        "id": f"n{number}",
        "ce_id": TENANCY.id,
        "rule_id": f"rule-of-{role}",
        "event_type": TENANCY.type,
        "office_id": office,
        "role": role,
        "state": "raised",
        "escalated_from": None,
    }


def _raised(notice: dict[str, object]) -> Fact:
    return Fact(
        "notifications", f"e-{notice['id']}", "notifications.notice", str(notice["id"]),
        "notifications.notice.raised.v1", 1, True, {"notice_id": notice["id"]},
    )  # fmt: skip


def _line(notice: dict[str, object], number: int) -> dict[str, object]:
    return {
        "ce_id": f"e-{notice['id']}",
        "office": notice["office_id"],
        "role": notice["role"],
        "number": number,
        "kind": "raised",
        "notice_id": notice["id"],
    }


@pytest.fixture
def sound() -> Evidence:
    """One tenancy with all that follows from it."""
    notices = [_notice(1, "room-1", "officer"), _notice(2, "committee-1", "committee")]
    facts = [TENANCY, *map(_raised, notices)]
    by_topic: dict[str, list[Message]] = {}
    for fact in facts:
        by_topic.setdefault(fact.topic, []).append(_message(fact))
    home = {"receipt_id": "r1", "tenancy_id": "t1", "person_id": "p1", "last_day": "2026-12-01"}
    return Evidence(
        begin=BEGIN,
        end=END,
        facts=facts,
        messages=by_topic,
        waiting={"rentals": 0},
        dead_letters={"rentals": []},
        notices=notices,
        feed=[_line(notice, 7) for notice in notices],
        residences=[home],
        answered_for=[_term("room-1", 8, 9), _term("room-2", 9, None)],
    )


def _term(office: str, since: int, until: int | None) -> dict[str, object]:
    return {
        "entry_id": "s1",
        "state": "active",
        "office_id": office,
        "since": datetime(2026, 11, 22, since, tzinfo=UTC),
        "until": until and datetime(2026, 11, 22, until, tzinfo=UTC),
    }


def _broken(evidence: Evidence) -> list[str]:
    return [line.split(":")[0] for line in broken_rules(evidence, all_invariants(DISTRICT))]


def test_a_sound_network_breaks_no_rule(sound):
    assert _broken(sound) == []


def test_a_fact_sent_twice_breaks_no_rule(sound):
    sound.messages["rentals.tenancy"].append(_message(TENANCY, offset=1))
    assert _broken(sound) == []


def test_a_lost_fact_is_found(sound):
    sound.messages["rentals.tenancy"].clear()
    assert _broken(sound) == ["EveryFactIsOnItsTopic"]


def test_a_fact_that_still_waits_is_found(sound):
    sound.waiting["rentals"] = 1
    assert _broken(sound) == ["EveryFactIsOnItsTopic"]


def test_an_event_that_nobody_committed_is_found(sound):
    sound.messages["rentals.tenancy"].append(_message(replace(TENANCY, id="e9", key="t9"), 1))
    assert _broken(sound) == ["NothingElseIsOnATopic"]


def test_a_version_that_came_late_is_found(sound):
    first = replace(TENANCY, id="e0", type="rentals.tenancy.ended.v1", version=2)
    sound.facts.append(first)
    sound.messages["rentals.tenancy"].insert(0, _message(first))
    sound.messages["rentals.tenancy"][1] = _message(TENANCY, offset=1)
    assert "EachKeyIsInOrder" in _broken(sound)


def test_a_fact_from_before_the_span_that_is_sent_again_within_it_breaks_no_rule(sound):
    ended = replace(TENANCY, id="e2", version=2, type="rentals.tenancy.ended.v1")
    sound.facts.append(ended)
    before = replace(TENANCY, id="e0", version=0)
    sound.messages["rentals.tenancy"] += [
        _message(ended, 1),
        _message(before, 2, told_at="2026-11-22T07:59:59+00:00"),
    ]
    assert "EachKeyIsInOrder" not in _broken(sound)


def test_a_version_told_twice_is_found(sound):
    again = replace(TENANCY, id="e2", type="rentals.tenancy.ended.v1")
    sound.facts.append(again)
    sound.messages["rentals.tenancy"].append(_message(again, 1))
    assert "EachVersionIsToldOnce" in _broken(sound)


@pytest.mark.parametrize("number", [0, 2])
def test_a_missing_and_a_second_residence_are_found(sound, number):
    sound.residences = sound.residences * number
    assert _broken(sound) == ["EachTenantHasOneResidence"]


def test_a_residence_that_ends_on_another_day_is_found(sound):
    sound.residences[0]["last_day"] = "2026-12-02"
    assert _broken(sound) == ["EachTenantHasOneResidence"]


def test_a_desk_that_was_not_told_is_found(sound):
    del sound.notices[1], sound.feed[1], sound.facts[2]
    sound.messages["notifications.notice"].pop()
    assert _broken(sound) == ["EachDeskHasItsNotices"]


def test_a_desk_that_has_no_business_with_it_is_found(sound):
    stranger = _notice(3, "room-2", "officer")
    sound.notices.append(stranger)
    sound.feed.append(_line(stranger, 1))
    assert "EachDeskHasItsNotices" in _broken(sound)


@pytest.mark.parametrize("counted", [0, 2])
def test_a_digest_that_counts_nothing_or_twice_is_found(sound, counted):
    body = {"grid": GRID, "against_person": True, "classification": "assault"}
    opened = replace(TENANCY, id="e5", key="i1", type="incidents.incident.opened.v1", body=body)
    sound.facts.append(opened)
    sound.messages["rentals.tenancy"].append(_message(opened, 1))
    notice = {**_notice(5, "room-1", "officer"), "ce_id": "e5"}
    sound.notices.append(notice)
    sound.feed.append(_line(notice, 8))
    sound.counted["committee-1"] = 1
    assert _broken(sound) == []
    sound.counted["committee-1"] = counted
    assert _broken(sound) == ["EachDigestCountsOnce"]


def test_a_second_notice_is_found(sound):
    second = {**sound.notices[0], "id": "n3"}
    sound.notices.append(second)
    sound.feed.append(_line(second, 8))
    assert {"EachDeskHasItsNotices", "NoNoticeTwice"} <= set(_broken(sound))


def test_an_escalation_without_a_follower_is_found(sound):
    sound.notices[0]["state"] = "escalated"
    assert _broken(sound) == ["EachEscalationHasOneFollower"]


def test_a_notice_that_no_live_view_has_is_found(sound):
    sound.feed.pop()
    assert set(_broken(sound)) == {"EachDeskReadsItOnce"}


def test_a_notice_on_a_strangers_live_view_is_found(sound):
    sound.feed.append({**sound.feed[0], "office": "room-2"})
    assert "EachDeskReadsItOnce" in _broken(sound)


def test_a_gap_in_a_live_view_is_found(sound):
    sound.feed.append({**_line(_notice(9, "room-1", "officer"), 9)})
    assert "EachFeedIsWithoutGaps" in _broken(sound)


def _parked(evidence: Evidence, *letters: str) -> None:
    """Park messages as a service does: a row for each, and a fact on a dead-letter topic."""
    topic = "population.rentals.tenancy.dlq"
    evidence.dead_letters["population"] = [
        {"ce_id": each, "type": "x", "reason": "unknown-type", "state": "failed"}
        for each in letters
    ]
    told = [
        Fact("population", f"d{n}", topic, f"k{n}", "x.dead-letter.parked.v1", 1, True, {})
        for n, _ in enumerate(letters)
    ]
    evidence.facts += told
    evidence.messages[topic] = [_message(fact, n) for n, fact in enumerate(told)]


def test_a_dead_letter_is_found(sound):
    _parked(sound, "e9")
    assert _broken(sound) == ["NothingElseIsParked"]


def test_a_parked_message_that_no_topic_tells_of_is_found(sound):
    sound.planted = {"p1": 1}
    _parked(sound, "p1")
    assert _broken(sound) == []
    sound.messages.popitem()
    assert "NothingElseIsParked" in _broken(sound)


@pytest.mark.parametrize("letters", [[], ["p1"], ["p1", "p1", "p1"]])
def test_a_planted_message_that_is_not_parked_once_by_each_reader_is_found(sound, letters):
    sound.planted = {"p1": 2}
    _parked(sound, *letters)
    assert _broken(sound) == ["NothingElseIsParked"]


def test_an_entry_with_a_gap_with_two_offices_and_with_none_is_found(sound):
    sound.answered_for[1] = _term("room-2", 10, None)
    assert _broken(sound) == ["OneOfficeAnswers"]
    sound.answered_for[:] = [_term("room-1", 8, None), _term("room-2", 9, None)]
    assert "OneOfficeAnswers" in _broken(sound)
    sound.answered_for[:] = [_term("room-1", 8, 9)]
    assert _broken(sound) == ["OneOfficeAnswers"]
