"""Nobody needs what nobody promises; a red line here names the reader that would break."""

from typing import Any

import pytest
from contract_files import Consumed, arms, consumed, fields, follow, published, topic_of
from jsonschema import Draft202012Validator, FormatChecker
from unread import UNREAD

PUBLISHED = published()
CONSUMED = consumed()
PERSONAL = {
    "address", "birth", "birthday", "caller", "comment", "document", "hash", "hukou", "narrative",
    "number", "phone", "pinyin", "reason_text", "surname",
}  # fmt: skip
TEXTS = {
    # Codes of places and ids of lists.
    "grid", "grids", "code", "parent_code", "classification", "method", "tip",
    # Names of areas and offices, which are public.
    "name_zh", "name_en",
    # A notice: rendered from redacted fields alone, and codes of rules and types.
    "title_zh", "title_en", "body_zh", "body_en", "rule", "event_type", "subject_kind",
    "settled_by",
}  # fmt: skip
"""Fields that may hold text without a list of values; a new one is a decision."""


def reader_id(reader: Consumed) -> str:
    return f"{reader.service} reads {reader.type}"


def misfits(need: dict[str, Any], promise: dict[str, Any], root: Any, whole: Any, path: str = ""):
    """Yield what a reader needs of an object and the writer does not guarantee."""
    for name, field in need.get("properties", {}).items():
        at = f"{path}{name}"
        required = name in need.get("required", ())
        if name not in promise.get("properties", {}):
            if required:
                yield f"{at} is not published"
            continue
        if required and name not in promise.get("required", ()):
            yield f"{at} is not guaranteed"
        yield from value_misfits(field, promise["properties"][name], root, whole, at)


def value_misfits(need: Any, promise: Any, root: Any, whole: Any, at: str):
    """Yield the looks of a published value that the reader does not bear."""
    borne = {(arm.get("type"), arm.get("format")): arm for arm in arms(need, root)}
    for arm in arms(promise, whole):
        look = (arm.get("type"), arm.get("format"))
        if look not in borne:
            yield f"{at} may be {look}, the reader takes {sorted(map(str, borne))}"
            continue
        taken = borne[look]
        if "enum" in taken and not set(arm.get("enum", ["any text"])) <= set(taken["enum"]):
            yield f"{at} may have values that the reader does not know"
        if look[0] == "object":
            yield from misfits(taken, arm, root, whole, f"{at}.")
        if look[0] == "array":
            items = (follow(taken["items"], root), follow(arm["items"], whole))
            yield from value_misfits(*items, root, whole, f"{at}.*")


@pytest.mark.parametrize("reader", CONSUMED, ids=reader_id)
def test_every_reader_has_a_publisher_that_guarantees_what_it_needs(reader):
    assert reader.type in PUBLISHED, f"{reader.service} reads {reader.type}: nobody publishes it"
    promise = PUBLISHED[reader.type].schema
    found = list(misfits(reader.schema, promise, reader.schema, promise))
    assert not found, f"{reader.service} would break on {reader.type}: {found}"


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_both_examples_validate_for_the_writer_and_for_every_reader(kind):
    event = PUBLISHED[kind]
    assert set(event.examples) == {"minimal", "full"}
    schemas = [event.schema, *(each.schema for each in CONSUMED if each.type == kind)]
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        for example in event.examples.values():
            validator.validate(example)
            validator.validate({**example, "field_of_a_later_day": "x"})


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_an_example_says_nothing_that_the_schema_does_not(kind):
    event = PUBLISHED[kind]
    for example in event.examples.values():
        assert set(example) == set(event.schema["properties"])


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_every_field_of_an_event_is_guaranteed_and_described(kind):
    schema = PUBLISHED[kind].schema
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            assert set(part["required"]) == set(part["properties"])
            assert all(follow(each, schema).get("description") or each.get("description")
                       for each in part["properties"].values())  # fmt: skip
    assert schema["description"]


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_a_type_is_named_by_its_service_topic_and_version(kind):
    event = PUBLISHED[kind]
    assert kind.startswith(f"{event.service}.")
    assert kind.rsplit(".", 1)[1].removeprefix("v").isdigit()
    assert event.schema["x-topic"] == topic_of(kind)
    key = event.schema["properties"][event.schema["x-key"]]
    assert (key["type"], key["format"]) == ("string", "uuid")


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_no_event_has_room_for_personal_data_or_free_text(kind):
    schema = PUBLISHED[kind].schema
    for name, field in fields(schema):
        assert not PERSONAL & set(name.split("_")), f"{kind}: {name}"
        free = field.get("type") == "string" and not {"enum", "const", "format"} & set(field)
        assert not free or name in TEXTS, f"{kind}: {name} could hold any text"


def test_restricted_events_lead_to_no_person_tenancy_or_premises():
    for kind, event in PUBLISHED.items():
        if topic_of(kind) in {"population.supervision", "population.residence-change"}:
            words = {word for name, _ in fields(event.schema) for word in name.split("_")}
            assert not words & {"person", "tenancy", "premises", "category", "grid", "residence"}


def test_every_published_type_has_a_reader_or_says_why_not():
    read = {each.type for each in CONSUMED}
    unread = set(PUBLISHED) - read
    assert unread == set(UNREAD), "name the reason in unread.py, or take it out there"
    assert all(reason.strip() for reason in UNREAD.values())


def test_a_misfit_names_the_field():
    """The comparison itself sees each kind of misfit."""
    text = {"type": "string"}
    promise = {"properties": {"a": text, "b": {"type": "string", "enum": ["x", "y"]}},
               "required": ["b"]}  # fmt: skip

    def found(**need: Any) -> list[str]:
        schema = {"properties": need, "required": list(need)}
        return [each.split(" ", 1)[0] for each in misfits(schema, promise, schema, promise)]

    assert found(a=text) == ["a"]
    assert found(b=text) == []
    assert found(c=text) == ["c"]
    assert found(b={"type": "string", "format": "uuid"}) == ["b"]
    assert found(b={"type": "string", "enum": ["x"]}) == ["b"]
    assert found(b={"type": "string", "enum": ["x", "y", "z"]}) == []
