"""A published schema may gain a field and nothing else; a break names whom it would break."""

import json

import pytest

from lianfang_contracts.check import drift, incompatible
from lianfang_contracts.compatibility import breaks

TEXT = {"type": "string"}
DAY = {"type": "string", "format": "date"}
NULL = {"type": "null"}
KIND = {"type": "string", "enum": ["flat", "house"]}
ROOM = {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}


def a_schema(optional=(), **fields):
    """Return a schema of an event with the given fields, all guaranteed but the optional ones."""
    return {
        "type": "object",
        "x-topic": "rentals.premises",
        "x-key": "premises_id",
        "properties": fields,
        "required": [name for name in fields if name not in optional],
    }


BEFORE = a_schema(
    grid=TEXT, kind=KIND, last_day={"anyOf": [DAY, NULL]}, rooms={"type": "array", "items": ROOM}
)
FIELDS = BEFORE["properties"]
MORE = {"type": "string", "enum": ["flat", "house", "shop"]}
SMALLER = {**ROOM, "properties": {}}


@pytest.mark.parametrize(
    ("now", "field", "change"),
    [
        (a_schema(**{k: v for k, v in FIELDS.items() if k != "grid"}), "grid", "was removed"),
        (a_schema(optional=["grid"], **FIELDS), "grid", "is no longer guaranteed"),
        (a_schema(**{**FIELDS, "grid": {"type": "integer"}}), "grid", "changed its type"),
        (a_schema(**{**FIELDS, "grid": {**TEXT, "format": "uuid"}}), "grid", "changed its type"),
        (a_schema(**{**FIELDS, "grid": {"anyOf": [TEXT, NULL]}}), "grid", "changed its type"),
        (a_schema(**{**FIELDS, "last_day": {"anyOf": [TEXT, NULL]}}), "last_day", "changed its"),
        (a_schema(**{**FIELDS, "kind": MORE}), "kind", "takes more values"),
        (a_schema(**{**FIELDS, "kind": TEXT}), "kind", "takes more values"),
        (
            a_schema(**{**FIELDS, "rooms": {"type": "array", "items": SMALLER}}),
            "rooms.*.size",
            "was removed",
        ),
        ({**BEFORE, "x-key": "grid"}, "", "has another key"),
        ({**BEFORE, "x-topic": "rentals.other"}, "", "has another topic"),
        (None, "", "is published no more"),
    ],
)
def test_a_change_that_a_reader_could_not_bear_is_named(now, field, change):
    [found] = breaks("rentals.premises.filed.v1", BEFORE, now)
    assert found.field == field
    assert found.change.startswith(change)


@pytest.mark.parametrize(
    "now",
    [
        BEFORE,
        a_schema(**FIELDS, floor={"type": "integer"}),
        a_schema(**{**FIELDS, "last_day": DAY}),
        a_schema(**{**FIELDS, "kind": {"type": "string", "enum": ["flat"]}}),
        a_schema(**{**FIELDS, "grid": {**TEXT, "description": "said better"}}),
    ],
)
def test_a_change_that_every_reader_bears_is_allowed(now):
    assert breaks("rentals.premises.filed.v1", BEFORE, now) == []


def test_refs_are_followed_on_both_sides():
    inline = a_schema(rooms={"type": "array", "items": ROOM})
    apart = {
        **a_schema(rooms={"type": "array", "items": {"$ref": "#/$defs/Room"}}),
        "$defs": {"Room": ROOM},
    }
    assert breaks("rentals.premises.filed.v1", inline, apart) == []
    [found] = breaks("rentals.premises.filed.v1", inline, {**apart, "$defs": {"Room": SMALLER}})
    assert found.field == "rooms.*.size"


def files(schema, **readers):
    """Return contract files of a publisher and of readers of the given fields."""
    kind = "rentals.premises.filed.v1"
    made = {f"services/rentals/contracts/publishes/{kind}/schema.json": json.dumps(schema)}
    for service, fields in readers.items():
        need = {"type": kind, "schema": a_schema(**{name: FIELDS[name] for name in fields})}
        made[f"services/{service}/contracts/consumes/{kind}.json"] = json.dumps(need)
    return made


def test_a_break_names_the_readers_of_the_field_and_no_others():
    before = files(BEFORE, incidents=["grid"], population=["kind"])
    now = files(a_schema(**{k: v for k, v in FIELDS.items() if k != "grid"}))
    [told] = incompatible(now, before, before)
    assert told == ("rentals.premises.filed.v1: grid was removed; this breaks incidents")


def test_a_reader_inside_of_a_list_is_named():
    before = files(BEFORE, incidents=["rooms"], population=["kind"])
    smaller = {"type": "array", "items": SMALLER}
    [told] = incompatible(files(a_schema(**{**FIELDS, "rooms": smaller})), before, before)
    assert told.endswith("rooms.*.size was removed; this breaks incidents")


def test_a_reader_that_the_same_change_adapted_is_still_running_and_named():
    before = files(BEFORE, incidents=["grid"])
    now = files(a_schema(kind=KIND, last_day=FIELDS["last_day"], rooms=FIELDS["rooms"]))
    assert "breaks incidents" in incompatible(now, before, now)[0]


def test_a_type_that_is_published_no_more_names_every_reader():
    before = files(BEFORE, incidents=["grid"], population=["kind"])
    assert incompatible({}, before, before) == [
        "rentals.premises.filed.v1: the type is published no more;"
        " this breaks incidents, population"
    ]


def test_a_break_that_nobody_here_reads_is_still_one():
    assert "was promised" in incompatible({}, files(BEFORE), {})[0]


def test_another_number_of_partitions_is_a_break():
    def laid_out(count):
        topics = {"topics": [{"name": "rentals.premises", "partitions": count}]}
        return {"services/rentals/contracts/topics.json": json.dumps(topics)}

    assert incompatible(laid_out(6), laid_out(6), {}) == []
    [told] = incompatible(laid_out(12), laid_out(6), {})
    assert told.startswith("rentals.premises: 12 partitions where there were 6")


def test_drift_names_missing_changed_and_orphaned_files():
    assert drift({"a": "1", "b": "2"}, {"b": "3", "c": "4"}) == [
        "a is missing",
        "b is not as the source makes it",
        "c belongs to nothing that the source declares",
    ]
    assert drift({"a": "1"}, {"a": "1"}) == []
