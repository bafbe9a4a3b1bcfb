"""Topics and rights on the broker, out of what each service publishes and reads.

A service writes its own topics and its own dead letters, reads what it subscribes to, and has
nothing else; every name is literal.
"""

from collections.abc import Mapping
from typing import Any

from lianfang_common.events import Topic, topic_of
from lianfang_contracts.declared import DeclarationWrong, Declared

DEAD_LETTER_DAYS_MIN = 7
"""A weekend and a holiday pass before somebody looks at a parked message."""


def dead_letter_topic(service: str, source: str) -> str:
    """Return where a service parks what it cannot read of a topic."""
    return f"{service}.{source}.dlq"


def topics_file(declared: Declared, topics: Mapping[str, Topic]) -> dict[str, Any]:
    """Return the topics that a service owns, dead letters included.

    Args:
        declared: the service.
        topics: all topics of all services by name; dead letters keep their topic's horizon.

    Raises:
        DeclarationWrong: the service reads a topic that nobody declares.
    """
    own = [
        _topic(topic.name, topic.partitions, topic.retention_days, topic)
        for topic in declared.topics
    ]
    parked = []
    for name in _read_topics(declared):
        source = topics.get(name)
        if source is None:
            raise DeclarationWrong(f"{declared.name} reads {name}, which nobody declares")
        days = max(DEAD_LETTER_DAYS_MIN, source.retention_days)
        parked.append(_topic(dead_letter_topic(declared.name, name), 1, days, source))
    return {"topics": sorted(own + parked, key=lambda topic: str(topic["name"]))}


def rights_file(declared: Declared) -> dict[str, Any]:
    """Return what a service may write and read, and its consumer groups."""
    read = _read_topics(declared)
    return {
        "service": declared.name,
        "write": sorted(
            [topic.name for topic in declared.topics]
            + [dead_letter_topic(declared.name, name) for name in read]
        ),
        "read": read,
        "groups": sorted({f"{declared.name}.{each.group}" for each in declared.subscriptions}),
    }


def _read_topics(declared: Declared) -> list[str]:
    return sorted({topic_of(each.type) for each in declared.subscriptions})


def _topic(name: str, partitions: int, days: int, source: Topic) -> dict[str, Any]:
    return {
        "name": name,
        "partitions": partitions,
        "retention_days": days,
        "restricted": source.restricted,
        "counted": source.counted and not source.restricted,
    }
