"""What a user was told is done: each rule finds what is planted, and is silent otherwise."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from acknowledged import forgotten, other_tenancies, taken_back, untold
from commands import Command, CommandLog
from evidence import Evidence, Fact

BEGIN = datetime(2026, 11, 22, 8, tzinfo=UTC)
REGISTERED = "POST /api/v1/rentals/tenancies"
ACKNOWLEDGED = "POST /api/v1/notifications/notices/n1/acknowledgements"


@dataclass
class Kept:
    """What the network's databases hold."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    tenancies: list[str] = field(default_factory=list)
    accounts: dict[str, Any] = field(default_factory=lambda: {"officer": {"account_id": "a1"}})

    async def query(self, service: str, sql: str, *_: Any) -> list[dict[str, Any]]:
        if "from tenancy" in sql:
            return [{"id": each} for each in self.tenancies]
        return self.answers if service == "rentals" else []


@pytest.fixture
def log():
    answer = {"id": "t1", "version": 1}
    return CommandLog([Command("officer", REGISTERED, "k1", "acknowledged", 2, 201, answer)])


@pytest.fixture
def kept():
    name = f"a1{REGISTERED}k1"
    answer = {"name": name, "status": 201, "id": "t1", "version": 1}
    return Kept([answer], ["t1"])


FACT = Fact("rentals", "e1", "rentals.tenancy", "t1", "rentals.tenancy.registered.v1", 1, True, {})


async def test_what_is_kept_and_told_breaks_no_rule(kept, log):
    assert await forgotten(kept, log, BEGIN) == []
    assert untold(log, [FACT]) == []
    assert await other_tenancies(kept, log, ["p1"]) == []


async def test_an_answer_before_a_commit_that_failed_is_found(kept, log):
    kept.answers.clear()
    kept.tenancies.clear()
    assert len(await forgotten(kept, log, BEGIN)) == 1
    assert await other_tenancies(kept, log, ["p1"]) == ["tenancy t1"]


@pytest.mark.parametrize("other", [{"status": 200}, {"id": "t2"}, {"version": 2}])
async def test_another_answer_to_the_second_asking_is_found(kept, log, other):
    kept.answers[0] |= other
    assert len(await forgotten(kept, log, BEGIN)) == 1


@pytest.mark.parametrize("facts", [[], [replace(FACT, version=2)], [replace(FACT, key="t2")]])
def test_a_change_without_its_fact_is_found(log, facts):
    assert len(untold(log, facts)) == 1


async def test_a_second_tenancy_of_one_command_is_found(kept, log):
    kept.tenancies.append("t2")
    assert await other_tenancies(kept, log, ["p1"]) == ["tenancy t2"]


def _noticed(state: str) -> Evidence:
    return Evidence(BEGIN, BEGIN, notices=[{"id": "n1", "state": state}])


@pytest.mark.parametrize("state", ["raised", "escalated", "stale"])
def test_an_acknowledgement_that_was_lost_or_overtaken_is_found(state):
    log = CommandLog([Command("officer", ACKNOWLEDGED, "k2", "acknowledged", 1, 201)])
    assert taken_back(log, _noticed("acknowledged")) == []
    assert taken_back(log, _noticed(state)) == [f"notice n1 was acknowledged and is {state}"]
