"""What a service may do on the broker follows from its contracts, literally and completely."""

import json
from pathlib import Path
from typing import Any

import pytest

from lianfang_local.faults import Fault
from lianfang_local.rights import Right, Topic, read_plan, rights_of


def _contracts(root: Path, service: str, name: str, content: dict[str, Any]) -> None:
    folder = root / "services" / service / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content))


def test_writing_reading_and_groups_become_literal_rights():
    declared = {
        "service": "rentals",
        "write": ["rentals.tenancy"],
        "read": ["population.area"],
        "groups": ["rentals.main"],
    }
    assert rights_of("rentals", declared) == [
        Right("rentals", "group", "rentals.main", "read"),
        Right("rentals", "topic", "population.area", "describe"),
        Right("rentals", "topic", "population.area", "read"),
        Right("rentals", "topic", "rentals.tenancy", "describe"),
        Right("rentals", "topic", "rentals.tenancy", "write"),
    ]


def test_every_topic_of_a_list_gets_the_whole_right():
    declared = {"write": ["a.one", "a.two"], "read": ["b.one", "b.two", "b.three"]}
    found = {(right.operation, right.name) for right in rights_of("a", declared)}
    assert {("write", name) for name in declared["write"]} <= found
    assert {("read", name) for name in declared["read"]} <= found
    assert len(found) == 10


def test_writing_gives_no_reading():
    operations = {right.operation for right in rights_of("a", {"write": ["a.b"]})}
    assert "read" not in operations


def test_missing_contracts_give_no_rights_and_no_topics(tmp_path: Path):
    plan = read_plan(tmp_path)
    assert plan.topics == ()
    assert plan.rights == ()
    assert set(plan.users) >= {"rentals", "gateway"}


def test_a_dead_letter_topic_keeps_the_horizon_of_its_source(tmp_path: Path):
    topic = {
        "name": "population.supervision",
        "partitions": 6,
        "retention_days": 7,
        "restricted": True,
    }
    _contracts(tmp_path, "population", "topics.json", {"topics": [topic]})
    dead = "notifications.population.supervision.dlq"
    _contracts(tmp_path, "notifications", "rights.json", {"write": [dead]})
    assert read_plan(tmp_path).topics == (
        Topic(dead, 1, 7),
        Topic("population.supervision", 6, 7),
    )


def test_a_damaged_contract_is_told(tmp_path: Path):
    folder = tmp_path / "services" / "rentals" / "contracts"
    folder.mkdir(parents=True)
    (folder / "rights.json").write_text("{")
    with pytest.raises(Fault, match="make contracts"):
        read_plan(tmp_path)
