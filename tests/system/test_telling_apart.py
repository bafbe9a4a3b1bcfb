"""The comparison of two groups finds what tells them apart, and cries out at nothing else."""

from copy import deepcopy
from random import Random

import pytest
from telling_apart import Interval, View, interval_of_median, intervals, told_apart_by

EACH = 60


def views(seed: int) -> list[View]:
    """Return what sixty persons showed, with times as noisy as a busy machine makes them."""
    random = Random(seed)
    return [
        View(
            {"answer": (201, 180), "events": (("rentals.tenancy.registered.v1", 1),)},
            {"registration": 12 + random.expovariate(1 / 3), "resolution": random.gauss(9, 2)},
        )
        for _ in range(EACH)
    ]


def test_two_groups_of_one_kind_are_not_told_apart():
    assert not [seed for seed in range(0, 400, 2) if told_apart_by(views(seed), views(seed + 1))]


@pytest.mark.parametrize("channel", ["answer", "events"])
def test_one_answer_or_event_of_another_shape_is_found(channel):
    ones, others = views(1), views(2)
    ones[7].shapes[channel] = (*ones[7].shapes[channel], "more")
    assert told_apart_by(ones, others) == [channel]


def test_a_channel_that_one_group_alone_has_is_found():
    ones, others = views(1), views(2)
    ones[0].shapes["notice"] = "one"
    assert told_apart_by(ones, others) == ["notice"]


@pytest.mark.parametrize("channel", ["registration", "resolution"])
@pytest.mark.parametrize("group", [0, 1])
def test_a_few_milliseconds_more_are_found(channel, group):
    groups = views(3), views(4)
    for view in groups[group]:
        view.times[channel] += 6
    assert told_apart_by(*groups) == [channel]


def test_a_difference_beyond_the_reach_is_always_found():
    ones, others = views(5), views(6)
    for channel, interval in intervals(ones, others).items():
        slower = deepcopy(ones)
        for view in slower:
            view.times[channel] += interval.reach + 0.01
        assert told_apart_by(slower, others) == [channel]


def test_too_few_pairs_rule_nothing_out():
    assert interval_of_median([0.1] * 20) == Interval(float("-inf"), float("inf"))
    assert not interval_of_median([0.1] * 20).leaves_zero_out
    assert interval_of_median([0.1] * 21).leaves_zero_out
