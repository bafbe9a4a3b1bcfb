"""A ground is statutory, dated and reviewed; an entry ends by itself on the day after its end."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang_common.errors import Invalid, RuleBroken
from population.domain.supervision import (
    CATEGORIES,
    REVIEW_DAYS_MAX,
    Delisted,
    Entry,
    Ground,
    ReviewMissed,
)

TODAY = date(2026, 11, 22)


def a_ground(**changed) -> Ground:
    facts = {
        "category": "community_correction",
        "statute": "community-correction-law-17",
        "deciding_organ": "示范区人民法院",
        "document_number": "示刑执1号",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=300),
        "review_due_on": TODAY + timedelta(days=90),
    }
    return Ground(**{**facts, **changed})


def an_entry(**changed) -> Entry:
    return Entry.listed(a_ground(**changed), uuid4(), uuid4(), None)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_each_category_is_carried_by_its_own_statutes_alone(category):
    every = {statute for each in CATEGORIES.values() for statute in each.statutes}
    for statute in every:
        ground = a_ground(category=category, statute=statute)
        if statute in CATEGORIES[category].statutes:
            ground.check(TODAY)
        else:
            with pytest.raises(Invalid) as refused:
                ground.check(TODAY)
            assert refused.value.field == "statute"


@pytest.mark.parametrize(
    "category",
    ["key_population", "petitioner", "religion", "ethnicity", "health", "drug_user", "migrant", ""],
)
def test_what_no_statute_names_cannot_be_entered(category):
    with pytest.raises(Invalid) as refused:
        a_ground(category=category).check(TODAY)
    assert refused.value.slug == "category-unknown"


@given(st.integers(-400, 400), st.integers(-400, 400), st.integers(-400, 400))
def test_a_ground_that_passes_has_its_days_in_order(start, end, review):
    days = [TODAY + timedelta(days=offset) for offset in (start, end, review)]
    ground = a_ground(starts_on=days[0], ends_on=days[1], review_due_on=days[2])
    try:
        ground.check(TODAY)
    except Invalid as refused:
        assert refused.field in ("ends_on", "review_due_on")
    else:
        assert days[0] <= days[1] and TODAY <= days[2] <= days[1]
        assert days[2] <= TODAY + timedelta(days=REVIEW_DAYS_MAX)


def test_a_term_is_no_longer_than_the_law_allows():
    with pytest.raises(Invalid) as refused:
        a_ground(
            category="community_drug_treatment",
            statute="narcotics-control-law-33",
            ends_on=TODAY + timedelta(days=3 * 366 + 1),
        ).check(TODAY)
    assert (refused.value.slug, refused.value.params) == ("term-too-long", {"years": 3})


@given(st.integers(-10, 10))
def test_an_entry_ends_on_the_day_after_its_last_day_and_not_before(offset):
    entry = an_entry()
    entry.end_by_date(entry.ends_on + timedelta(days=offset))
    assert (entry.state == "delisted") == (offset > 0)
    assert sum(isinstance(fact, Delisted) for fact in entry.facts) == (offset > 0)


def test_a_missed_review_is_said_once_and_again_after_the_next_review():
    entry = an_entry()
    for day in range(91, 95):
        entry.miss_review(TODAY + timedelta(days=day))
    entry.review(TODAY + timedelta(days=120), TODAY + timedelta(days=95), entry.version)
    for day in range(119, 125):
        entry.miss_review(TODAY + timedelta(days=day))
    assert sum(isinstance(fact, ReviewMissed) for fact in entry.facts) == 2


def test_a_delisted_entry_takes_no_act():
    entry = an_entry()
    entry.delist(1)
    for act in (
        lambda: entry.delist(2),
        lambda: entry.review(TODAY + timedelta(days=3), TODAY, 2),
        lambda: entry.move_to(uuid4(), uuid4()),
    ):
        with pytest.raises(RuleBroken, match="entry-delisted"):
            act()
    entry.end_by_date(TODAY + timedelta(days=999))
    assert entry.version == 2
