"""Topics and rights on the broker, read from the generated contracts of the services.

`contracts/topics.json` says what a service publishes, `contracts/rights.json` what it may write
and read. Nothing here names a topic: what the contracts do not name cannot be reached.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT, SERVICES

_DEAD_LETTERS = ".dlq"
_DEFAULT_RETENTION_DAYS = 35


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """A topic to be: partitions are fixed at its making, retention follows the contracts."""

    name: str
    partitions: int
    retention_days: int


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """What one user may do with one literally named resource.

    Attributes:
        user: name of the service.
        resource: `topic` or `group`.
        name: literal name; a prefix would also open topics that only begin alike.
        operation: `read`, `write` or `describe`.
    """

    user: str
    resource: str
    name: str
    operation: str


@dataclass(frozen=True, slots=True)
class BrokerPlan:
    """Everything that the broker is to know of the services."""

    users: tuple[str, ...]
    topics: tuple[Topic, ...]
    rights: tuple[Right, ...]


def read_plan(root: Path = ROOT, services: Sequence[str] = SERVICES) -> BrokerPlan:
    """Return the plan that the contracts of all services make together."""
    topics: dict[str, Topic] = {}
    rights: list[Right] = []
    written: list[str] = []
    for service in services:
        folder = root / "services" / service / "contracts"
        for row in _read(folder / "topics.json").get("topics", []):
            topic = Topic(row["name"], int(row["partitions"]), int(row["retention_days"]))
            topics[topic.name] = topic
        declared = _read(folder / "rights.json")
        rights += rights_of(service, declared)
        written += declared.get("write", [])
    for name in written:
        topics.setdefault(name, _dead_letter_topic(name, topics.values()))
    return BrokerPlan(tuple(services), tuple(sorted(topics.values())), tuple(sorted(rights)))


def rights_of(service: str, declared: dict[str, Any]) -> list[Right]:
    """Return the rights that one service's `rights.json` asks for."""
    found = [
        Right(service, "topic", name, operation)
        for kind in ("write", "read")
        for name in declared.get(kind, [])
        for operation in (kind, "describe")
    ]
    found += [Right(service, "group", name, "read") for name in declared.get("groups", [])]
    return sorted(set(found))


def _dead_letter_topic(name: str, topics: Iterable[Topic]) -> Topic:
    """Dead letters keep the horizon of the topic they come from: `<consumer>.<topic>.dlq`."""
    source = name.removesuffix(_DEAD_LETTERS).partition(".")[2]
    days = {topic.name: topic.retention_days for topic in topics}
    return Topic(name, 1, days.get(source, _DEFAULT_RETENTION_DAYS))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Fault(f"{path} is no JSON", "run make contracts") from error
    if not isinstance(content, dict):
        raise Fault(f"{path} is no JSON object", "run make contracts")
    return content
