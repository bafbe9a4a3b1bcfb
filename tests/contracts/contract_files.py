"""The committed contracts, read as JSON; no service and no generator is imported.

The rules are written here a second time, on purpose: a mistake of the generator shows.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")


@dataclass(frozen=True)
class Published:
    """One event type as its publisher promises it."""

    service: str
    type: str
    schema: dict[str, Any]
    examples: dict[str, Any]


@dataclass(frozen=True)
class Consumed:
    """One event type as a reader needs it."""

    service: str
    type: str
    group: str
    restricted: bool
    counted: bool
    schema: dict[str, Any]


def folder(service: str) -> Path:
    return ROOT / "services" / service / "contracts"


def load(service: str, name: str) -> Any:
    return json.loads((folder(service) / name).read_text())


def published() -> dict[str, Published]:
    """Return every published type of every service."""
    found = {}
    for service in SERVICES:
        for schema in sorted(folder(service).glob("publishes/*/schema.json")):
            home = schema.parent
            found[home.name] = Published(
                service=service,
                type=home.name,
                schema=json.loads(schema.read_text()),
                examples={
                    path.stem: json.loads(path.read_text())
                    for path in sorted(home.glob("examples/*.json"))
                },
            )
    return found


def consumed() -> list[Consumed]:
    """Return every reader of every service."""
    return [
        Consumed(service=service, **json.loads(path.read_text()))
        for service in SERVICES
        for path in sorted(folder(service).glob("consumes/*.json"))
    ]


def topics() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return every topic with the service that owns it."""
    return {
        topic["name"]: (service, topic)
        for service in SERVICES
        for topic in load(service, "topics.json")["topics"]
    }


def rights() -> dict[str, dict[str, Any]]:
    """Return each service's rights on the broker."""
    return {service: load(service, "rights.json") for service in SERVICES}


def topic_of(kind: str) -> str:
    service, aggregate, _ = kind.split(".", 2)
    return f"{service}.{aggregate}"


def follow(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its `$ref` followed."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def arms(schema: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the ways in which a value may look."""
    schema = follow(schema, root)
    return [follow(arm, root) for arm in schema["anyOf"]] if "anyOf" in schema else [schema]


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each field of an event, those of nested objects included."""

    def below(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, field in part.get("properties", {}).items():
            for arm in arms(field, schema):
                yield name, arm
                item = follow(arm.get("items", {}), schema)
                if item.get("type") == "string":
                    yield name, item
                yield from below(item)
                yield from below(arm)

    return below(schema)
