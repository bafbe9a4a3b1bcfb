"""The weekly digest: which week, which moment, and no count below three."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from notifications_builders import BOOK, COMMITTEE, NOW, OTHER_COMMITTEE, RULES

from notifications.domain.digest import Week, compose_digest, digest_due

RULE = RULES["incident-against-person.committee"]
AT = time(8, 0)


def a_digest(count: int, committee=COMMITTEE, monday: date = date(2026, 2, 23)):
    return compose_digest(RULE, committee, Week(monday), count, BOOK, NOW)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_count_below_three_is_not_shown_and_all_of_them_look_the_same(count):
    digest = a_digest(count)
    assert digest.rendered == a_digest(0).rendered
    assert digest.rendered.body.en.endswith("fewer than 3")
    assert digest.rendered.body.zh.endswith("少于3件")


def test_a_count_from_three_upwards_is_shown():
    assert a_digest(3).rendered.body.en.endswith(": 3")
    assert a_digest(17).rendered.body.zh.endswith("：17件")


def test_a_digest_says_which_week_and_nothing_of_any_incident():
    digest = a_digest(3)
    assert "2026-02-23 to 2026-03-01" in digest.rendered.body.en
    assert (digest.subject_kind, digest.subject_id, digest.grid) == ("office", COMMITTEE, None)


def test_the_digest_of_one_committee_and_week_has_one_identity():
    assert a_digest(0).ce_id == a_digest(5).ce_id
    assert a_digest(0).ce_id != a_digest(0, OTHER_COMMITTEE).ce_id
    assert a_digest(0).ce_id != a_digest(0, monday=date(2026, 3, 2)).ce_id


def test_a_week_begins_on_monday_by_the_clock_of_shanghai():
    sunday_night_in_utc = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert Week.of(sunday_night_in_utc) == Week(date(2026, 3, 2))
    assert Week.of(sunday_night_in_utc - timedelta(seconds=1)) == Week(date(2026, 2, 23))
    assert Week(date(2026, 3, 2)).before().sunday == date(2026, 3, 1)


def test_a_digest_is_due_on_the_next_monday_at_eight_in_shanghai():
    monday_at_eight = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert digest_due(monday_at_eight - timedelta(seconds=1), AT) == monday_at_eight
    assert digest_due(monday_at_eight, AT) == monday_at_eight + timedelta(days=7)


def test_a_week_lasts_from_monday_midnight_to_the_next_in_shanghai():
    begins, ends = Week.with_day(date(2026, 3, 8)).bounds
    assert begins == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert ends - begins == timedelta(days=7)
    assert (Week.of(begins), Week.of(ends)) == (Week(date(2026, 3, 2)), Week(date(2026, 3, 9)))
