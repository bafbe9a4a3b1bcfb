"""Two examples of each event, made from its schema and the same at every run.

`minimal` leaves empty what may be empty; `full` fills every field. Places and words are invented;
nothing in them could be a person.
"""

from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from lianfang_common.events import PublishedEvent
from lianfang_contracts.schemas import Schema, alternatives, resolved, writer_schema

Variant = Literal["minimal", "full"]
VARIANTS: tuple[Variant, ...] = ("minimal", "full")

_WORDS: dict[str, tuple[str, str]] = {
    "grid": ("990101001001001", "990101002003004"),
    "grids": ("990101001001001", "990101002003004"),
    "code": ("990101", "990101002003004"),
    "parent_code": ("990101", "990101002003"),
    "name_zh": ("示例", "示例四网格"),
    "name_en": ("Example", "Example grid 4"),
    "classification": ("noise", "burglary"),
    "method": ("door_unlocked", "lock_picked"),
    "tip": ("lock_doors_and_windows", "change_the_lock"),
    "rule": ("incident-opened", "incident-opened"),
    "event_type": ("incidents.incident.opened.v1", "incidents.incident.opened.v1"),
    "subject_kind": ("incident", "incident"),
    "title_zh": ("新警情", "新警情：入室盗窃"),
    "title_en": ("New incident", "New incident: burglary"),
    "body_zh": ("", "夜间，示例社区"),
    "body_en": ("", "Night, example community"),
}
"""Texts by field name, for the minimal and the full example."""

_COHERENT: dict[str, dict[Variant, dict[str, Any]]] = {
    "incidents.incident.opened.v1": {
        "minimal": {"classification": "noise"},
        "full": {"classification": "robbery", "source": "feed_110"},
    },
}
"""Fields that depend on one another, where picking each alone would make nonsense."""


def example(event: type[PublishedEvent], variant: Variant) -> dict[str, Any]:
    """Return an example of an event as it stands on the wire."""
    schema = writer_schema(event)
    made = {
        name: _value(field, schema, variant, event.TYPE, name)
        for name, field in schema["properties"].items()
    }
    made |= _COHERENT.get(event.TYPE, {}).get(variant, {})
    return event.model_validate(made).model_dump(mode="json")


def _value(field: Schema, root: Schema, variant: Variant, kind: str, name: str) -> Any:
    arms = alternatives(field, root)
    null = [arm for arm in arms if arm.get("type") == "null"]
    if null and variant == "minimal":
        return None
    arm = resolved(next(arm for arm in arms if arm.get("type") != "null"), root)
    full = variant == "full"
    if "const" in arm:
        return arm["const"]
    if "enum" in arm:
        return arm["enum"][-1 if full else 0]
    match arm.get("type"):
        case "string":
            return _text(arm, variant, kind, name)
        case "boolean":
            return full
        case "integer" | "number":
            return max(3 if full else 1, arm.get("minimum", 0))
        case "array":
            inside: tuple[Variant, ...] = ("minimal", "full") if full else ()
            return [_value(arm["items"], root, each, kind, f"{name}.{each}") for each in inside]
        case "object":
            return {
                inner: _value(each, root, variant, kind, f"{name}.{inner}")
                for inner, each in arm.get("properties", {}).items()
            }
    raise TypeError(f"{kind}: no example can be made of {name}")


def _text(arm: Schema, variant: Variant, kind: str, name: str) -> str:
    match arm.get("format"):
        case "uuid":
            return str(uuid5(NAMESPACE_URL, f"lianfang:{kind}:{variant}:{name}"))
        case "date":
            return "2026-12-31" if name.startswith(("last", "review")) else "2026-11-22"
        case "date-time":
            return "2026-11-22T02:10:00Z" if name.endswith("by") else "2026-11-22T02:00:00Z"
    word = _WORDS.get(name.split(".", 1)[0], ("text", "longer text"))
    return word[1 if variant == "full" else 0]
