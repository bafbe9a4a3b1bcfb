"""A service's events as an AsyncAPI 3.0 document; the payloads are the contract's own files."""

from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

from lianfang_common.events import Topic, topic_of
from lianfang_contracts.declared import Declared

_DAY_MS = 86_400_000

_HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in Kafka's binary mode.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_type",
        "ce_source",
        "ce_time",
        "ce_subject",
        "ce_aggregateversion",
        "content-type",
    ],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "One id for one fact."},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "pattern": "^/lianfang/[a-z]+$"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "format": "uuid", "description": "The message's key."},
        "ce_aggregateversion": {"type": "string", "pattern": "^[0-9]+$"},
        "ce_accountid": {"type": "string", "format": "uuid"},
        "traceparent": {"type": "string"},
        "content-type": {"const": "application/json"},
    },
}


def document(
    declared: Declared, topics: Mapping[str, Topic], summaries: Mapping[str, str]
) -> dict[str, Any]:
    """Return a service's AsyncAPI document.

    Args:
        declared: the service.
        topics: all topics of all services, by name.
        summaries: the first sentence about each published type, of all services.
    """
    sent = {event.TYPE: event.TOPIC.name for event in declared.events}
    received = {each.type: topic_of(each.type) for each in declared.subscriptions}
    names = sorted({*(topic.name for topic in declared.topics), *received.values()})
    channels = {name: _channel(topics[name], {**sent, **received}) for name in names}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"lianfang {declared.name}",
            "version": "1",
            "description": declared.description,
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            **_operations("send", sent),
            **_operations("receive", received),
        },
        "components": {
            "messages": {
                **{
                    event.TYPE: _message(
                        event.TYPE,
                        cleandoc(event.__doc__ or ""),
                        f"./publishes/{event.TYPE}/schema.json",
                    )
                    for event in declared.events
                },
                **{
                    kind: _message(
                        kind, summaries.get(kind, kind), f"./consumes/{kind}.json#/schema"
                    )
                    for kind in sorted(received)
                    if kind not in sent
                },
            },
            "schemas": {"headers": _HEADERS},
        },
    }


def _channel(topic: Topic, types: Mapping[str, str]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {
            kind: {"$ref": f"#/components/messages/{kind}"}
            for kind, name in sorted(types.items())
            if name == topic.name
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"retention.ms": topic.retention_days * _DAY_MS},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations(action: str, types: Mapping[str, str]) -> dict[str, Any]:
    return {
        f"{action}.{name}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{name}"},
            "messages": [
                {"$ref": f"#/channels/{name}/messages/{kind}"}
                for kind, topic in sorted(types.items())
                if topic == name
            ],
        }
        for name in sorted(set(types.values()))
    }


def _message(kind: str, description: str, payload: str) -> dict[str, Any]:
    summary, _, rest = description.partition("\n")
    message: dict[str, Any] = {"name": kind, "title": kind, "summary": summary}
    if rest.strip():
        message["description"] = rest.strip()
    return {
        **message,
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"$ref": payload},
    }
