"""What may be concluded from alternating rounds."""

import pytest
from rounds import alternate, judged, percentile, ratios


def sides(calls, *names):
    async def call(name):
        calls.append(name)
        return len(calls)

    return {name: (lambda name=name: call(name)) for name in names}


async def test_rounds_run_forwards_and_backwards_in_turn():
    calls: list[str] = []
    await alternate(sides(calls, "a", "b", "c"), 3, warm_up=False)
    assert "".join(calls) == "abccbaabc"


async def test_a_warm_up_is_done_and_does_not_count():
    calls: list[str] = []
    found = await alternate(sides(calls, "a", "b"), 2)
    assert "".join(calls) == "baabba"
    assert found == {"a": [3, 6], "b": [4, 5]}


def figure(ours, ceiling, **options):
    return judged("x", "ms", ours, ceiling, against="bare", samples=1, **options)


def test_the_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_the_medians():
    found = figure([2.0, 30.0, 40.0], [1.0, 10.0, 1.0])
    assert (found.value, found.ratio, found.spread) == (30.0, 3.0, (2.0, 40.0))
    assert ratios([2.0, 30.0], [1.0, 10.0]) == [2.0, 3.0]


@pytest.mark.parametrize(
    ("last", "valid"), [(1.25, True), (0.75, True), (1.26, False), (0.7, False)]
)
def test_a_ceiling_that_moves_by_more_than_a_quarter_voids_the_figure(last, valid):
    found = figure([1.0, 1.0, 1.0], [1.0, 9.0, last], target=100.0)
    assert found.valid is valid
    assert found.met is (True if valid else None)
    assert ("moved by" in found.note) is not valid


def test_a_figure_that_does_not_hold_meets_no_target():
    found = figure([1.0], [1.0], target=2.0, holds=False, note="lost")
    assert (found.valid, found.met, found.note) == (False, None, "lost")


@pytest.mark.parametrize(
    ("target", "at_least", "met"),
    [
        (2.0, False, True),
        (1.9, False, False),
        (2.0, True, True),
        (2.1, True, False),
        (None, False, None),
    ],
)
def test_a_target_is_a_ceiling_unless_it_is_said_to_be_a_floor(target, at_least, met):
    assert figure([2.0], [1.0], target=target, at_least=at_least).met is met


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 50), (0.99, 99), (0.999, 100), (1.0, 100), (0.0, 1)]
)
def test_a_percentile_is_a_value_that_was_seen(share, value):
    assert percentile(range(100, 0, -1), share) == value
