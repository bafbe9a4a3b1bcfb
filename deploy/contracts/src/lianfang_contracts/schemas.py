"""JSON schemas of both sides: what a writer guarantees, and what a reader needs."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from lianfang_common.events import ConsumedEvent, PublishedEvent

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Guaranteed(GenerateJsonSchema):
    """Every field of a published event is in every message, with or without a default."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return not field.get("serialization_exclude")


def writer_schema(event: type[PublishedEvent]) -> Schema:
    """Return what is true of every message of a type."""
    schema = event.model_json_schema(mode="serialization", schema_generator=_Guaranteed)
    return {
        "$schema": DIALECT,
        "$id": event.TYPE,
        "x-topic": event.TOPIC.name,
        "x-key": event.KEY,
        **_open_to_more(without_titles(schema)),
        "title": event.__name__,
    }


def _open_to_more(schema: Any) -> Any:
    # The class refuses unknown fields so that none slips in; a reader has to bear new ones.
    if isinstance(schema, list):
        return [_open_to_more(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _open_to_more(value)
        for name, value in schema.items()
        if not (name == "additionalProperties" and value is False)
    }


def reader_schema(event: type[ConsumedEvent]) -> Schema:
    """Return what a reader accepts of a type; it lets through what it does not name."""
    schema = without_titles(event.model_json_schema(mode="validation"))
    return {"$schema": DIALECT, **schema, "title": event.__name__}


def without_titles(schema: Any) -> Any:
    """Drop the titles that repeat a field's name; a field called `title` stays."""
    if isinstance(schema, list):
        return [without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for name, value in schema.items():
        if name == "title" and isinstance(value, str):
            continue
        if name in ("properties", "$defs"):
            kept[name] = {field: without_titles(each) for field, each in value.items()}
        else:
            kept[name] = without_titles(value)
    return kept


def resolved(schema: Schema, root: Schema) -> Schema:
    """Return a schema with its own `$ref` followed; refs lead into `$defs` of the root."""
    while "$ref" in schema:
        target: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """Return the ways in which a value may look: the arms of `anyOf`, each resolved."""
    schema = resolved(schema, root)
    if "anyOf" not in schema:
        return [schema]
    return [arm for each in schema["anyOf"] for arm in alternatives(each, root)]
