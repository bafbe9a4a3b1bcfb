"""What a service must give back after faults: each kind of thing that is kept is seen."""

from dataclasses import replace

import pytest
from resources import Held, not_given_back

FIRST = {"rentals": Held(memory=100.0, descriptors=50, connections=10, stuck=0)}


def test_a_service_that_holds_as_much_as_after_the_first_round_has_given_everything_back():
    assert not_given_back(FIRST, FIRST) == []


@pytest.mark.parametrize(
    ("leak", "told"),
    [
        ({"memory": 161.0}, "rentals holds 161 MB of memory, at most 160 were due"),
        ({"descriptors": 91}, "rentals holds 91 open descriptors, at most 90 were due"),
        ({"connections": 23}, "rentals holds 23 connections, at most 22 were due"),
        ({"stuck": 1}, "rentals holds 1 stuck transactions, at most 0 were due"),
    ],
)
def test_what_a_service_keeps_is_told(leak, told):
    assert not_given_back(FIRST, {"rentals": replace(FIRST["rentals"], **leak)}) == [told]


def test_a_transaction_that_is_stuck_is_told_after_the_first_round_too():
    stuck = {"rentals": replace(FIRST["rentals"], stuck=1)}
    assert len(not_given_back(stuck, stuck)) == 1
