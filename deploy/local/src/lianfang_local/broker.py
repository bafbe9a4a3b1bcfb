"""Brings the broker to the plan: users, topics, retention and literal rights, nothing besides."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # re-exported, unsaid
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from lianfang_local.faults import Fault
from lianfang_local.rights import BrokerPlan, Right, Topic

_SECONDS = 30
_DAY_MS = 86_400_000
_SEGMENT_MS = _DAY_MS
_RESOURCES = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP}
_OPERATIONS = {
    "read": AclOperation.READ,
    "write": AclOperation.WRITE,
    "describe": AclOperation.DESCRIBE,
}
# The broker's own work factor; the passwords are 192 random bits, so more would only cost time.
_SCRAM_ITERATIONS = 4096


class Broker:
    """An administrator of the broker.

    Args:
        settings: librdkafka's settings of a super user.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._client = AdminClient(dict(settings), logger=_silent())

    def apply(self, plan: BrokerPlan, passwords: Mapping[str, str]) -> None:
        """Make users and topics that are missing, and rights exactly as planned.

        Raises:
            Fault: the broker refuses, or a topic stands with another number of partitions.
        """
        self._users({user: passwords[user] for user in plan.users})
        self._topics(plan.topics)
        self._rights(plan)
        self._wait_for_leaders({topic.name for topic in plan.topics})

    def _users(self, passwords: Mapping[str, str]) -> None:
        if passwords:
            info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, _SCRAM_ITERATIONS)
            wanted: list[Any] = [
                UserScramCredentialUpsertion(user, info, password.encode())
                for user, password in passwords.items()
            ]
            _wait("users", self._client.alter_user_scram_credentials(wanted).values())

    def _topics(self, topics: Iterable[Topic]) -> None:
        there = self._client.list_topics(timeout=_SECONDS).topics
        fresh = [topic for topic in topics if topic.name not in there]
        if fresh:
            made = self._client.create_topics([_new_topic(topic) for topic in fresh])
            _wait("topics", made.values())
        kept = [topic for topic in topics if topic.name in there]
        for topic in kept:
            if len(there[topic.name].partitions) != topic.partitions:
                raise Fault(
                    f"topic {topic.name} has {len(there[topic.name].partitions)} partitions where"
                    f" the contracts say {topic.partitions}, which would break its order",
                    "put the contracts back, or make reset if the data may go",
                )
        if kept:
            wanted = [_changed_retention(topic) for topic in kept]
            _wait("retention", self._client.incremental_alter_configs(wanted).values())

    def _rights(self, plan: BrokerPlan) -> None:
        wanted = {_binding(right) for right in plan.rights}
        ours = {f"User:{user}" for user in plan.users}
        granted = self._client.describe_acls(_everything()).result(_SECONDS)
        there = {binding for binding in granted if binding.principal in ours}
        if missing := wanted - there:
            _wait("rights", self._client.create_acls(list(missing)).values())
        if surplus := there - wanted:
            filters = [_exactly(binding) for binding in surplus]
            _wait("rights", self._client.delete_acls(filters).values())

    def _wait_for_leaders(self, names: set[str]) -> None:
        for _ in range(_SECONDS):
            there = self._client.list_topics(timeout=_SECONDS).topics
            leaders = (
                partition.leader
                for name in names
                if name in there
                for partition in there[name].partitions.values()
            )
            if names <= set(there) and all(leader >= 0 for leader in leaders):
                return
            self._client.poll(0.2)
        raise Fault("the broker has topics without a leader", "look at its log")


def _new_topic(topic: Topic) -> NewTopic:
    return NewTopic(
        topic.name,
        num_partitions=topic.partitions,
        replication_factor=1,
        config={"cleanup.policy": "delete", **_retention(topic)},
    )


def _retention(topic: Topic) -> dict[str, str]:
    """Return the settings under which a message is gone when its days are over.

    The broker deletes whole segments, and only when the newest message of one is too old: with the
    default of a week a message could outlive the claim that keeps it from a second effect.
    """
    return {
        "segment.ms": str(_SEGMENT_MS),
        "retention.ms": str(topic.retention_days * _DAY_MS - _SEGMENT_MS),
    }


def _changed_retention(topic: Topic) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in _retention(topic).items()
    ]
    return ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries)


def _binding(right: Right) -> AclBinding:
    return AclBinding(
        _RESOURCES[right.resource],
        right.name,
        ResourcePatternType.LITERAL,
        f"User:{right.user}",
        "*",
        _OPERATIONS[right.operation],
        AclPermissionType.ALLOW,
    )


def _everything() -> AclBindingFilter:
    anything: Any = None  # what the package's own types do not admit
    return AclBindingFilter(
        ResourceType.ANY,
        anything,
        ResourcePatternType.ANY,
        anything,
        anything,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def _exactly(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _wait(what: str, answers: Iterable[Any]) -> None:
    for answer in answers:
        try:
            answer.result(_SECONDS)
        except KafkaException as error:
            reason = f"the broker refused the {what} ({error.args[0]})"
            raise Fault(reason, "look at its log") from error


def _silent() -> logging.Logger:
    logger = logging.getLogger("lianfang_local.broker")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
