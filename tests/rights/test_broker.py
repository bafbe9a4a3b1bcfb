"""The broker lets each service do what its contracts say, topic by topic, and nothing else."""

import asyncio
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from deployed import SERVICES, Deployed, rights, topics
from kafka_wire import DENIED, Wire

from lianfang_local.kafka import client_settings
from lianfang_local.rights import read_plan

pytestmark = pytest.mark.system

ALLOWED = "UnknownTopicOrPartitionError"  # the right was there; the partition asked for is not
_METADATA, _SASL_HANDSHAKE, _SASL_AUTHENTICATE = 3, 17, 36
_LOGIN_FAILED = 58
_ANYTHING: Any = None


def wire_of(deployed: Deployed, service: str) -> Wire:
    return Wire(deployed.bootstrap, service, deployed.password(f"{service}/kafka"))


@pytest.fixture(scope="module")
async def there(deployed: Deployed) -> list[str]:
    """Every topic that the broker has, whoever made it, and every one of the contracts."""
    servers = deployed.network.servers
    user, password = servers["kafka_username"], servers["kafka_password"]
    async with Wire(deployed.bootstrap, user, password) as wire:
        return sorted(await wire.listed() | set(topics()))


async def test_every_service_writes_and_reads_the_topics_of_its_contracts_and_no_other(
    deployed: Deployed, there: list[str]
):
    async def tried(service: str) -> dict[str, dict[str, str]]:
        async with wire_of(deployed, service) as wire:
            return {"write": await wire.writes(there), "read": await wire.reads(there)}

    found = dict(zip(SERVICES, await asyncio.gather(*map(tried, SERVICES)), strict=True))
    for service in SERVICES:
        for kind, answers in found[service].items():
            assert set(answers) == set(there)
            allowed = {topic for topic, code in answers.items() if code == ALLOWED}
            assert allowed == rights(service, kind), (service, kind)
            assert {code for t, code in answers.items() if t not in allowed} <= DENIED
    assert len(there) >= len(topics()) > 15


async def test_a_right_to_read_gives_bytes_and_its_absence_none(deployed: Deployed):
    async with wire_of(deployed, "notifications") as wire:
        code, count = await wire.first_bytes("population.area")
        assert (code, count > 0) == ("ok", True)
    async with wire_of(deployed, "rentals") as wire:
        assert (await wire.first_bytes("population.area"))[0] == "ok"
        assert await wire.first_bytes("notifications.notice") == (
            "TopicAuthorizationFailedError",
            0,
        )


async def test_restricted_topics_are_open_to_their_writer_and_to_notifications_alone(
    deployed: Deployed,
):
    restricted = sorted(topic for topic, closed in topics().items() if closed)
    assert {"population.supervision", "population.residence-change"} <= set(restricted)
    for service in SERVICES:
        own = {topic for topic in restricted if topic.startswith(f"{service}.")}
        read = {"population.supervision", "population.residence-change"}
        known = own | (read if service == "notifications" else set())
        async with wire_of(deployed, service) as wire:
            assert await wire.listed() & set(restricted) == known, service
            for topic in set(restricted) - known:
                assert (await wire.first_bytes(topic))[0] in DENIED
        assert service in ("population", "notifications") or not known


async def test_a_service_sees_no_topic_that_it_neither_writes_nor_reads(deployed: Deployed):
    for service in SERVICES:
        async with wire_of(deployed, service) as wire:
            assert await wire.listed() == rights(service, "write") | rights(service, "read")


async def test_a_service_takes_part_in_its_own_consumer_groups_alone(deployed: Deployed):
    groups = {group: service for service in SERVICES for group in rights(service, "groups")}
    groups[f"console-{uuid4().hex[:8]}"] = ""
    for service in SERVICES:
        topic = min(rights(service, "read"))
        async with wire_of(deployed, service) as wire:
            for group, owner in groups.items():
                beat = await wire.heartbeat(group)
                if owner == service:
                    # Whatever the group says of a stranger, it is no question of rights.
                    assert beat not in DENIED and beat != "ok", (service, group)
                    continue
                assert beat in DENIED, (service, group)
                assert set((await wire.meddling(group, topic)).values()) <= DENIED


async def test_no_service_makes_a_topic_by_asking_or_begins_a_transaction(deployed: Deployed):
    for service in SERVICES:
        async with wire_of(deployed, service) as wire:
            assert await wire.made_by_asking(f"{service}.made-up") in DENIED
            assert await wire.begins_transaction(f"{service}.made-up") in DENIED


def _administration(client: AdminClient, service: str, own: str) -> dict[str, Callable[[], Any]]:
    """Return what only the launcher may do; should one be allowed, it changes nothing here."""
    stranger = f"nobody-{uuid4().hex[:8]}"
    topic = ConfigResource(ResourceType.TOPIC, own)
    longer = ConfigResource(
        ResourceType.TOPIC,
        own,
        incremental_configs=[
            ConfigEntry("retention.ms", "1", incremental_operation=AlterConfigOpType.SET)
        ],
    )
    binding = AclBinding(
        *(ResourceType.TOPIC, stranger, ResourcePatternType.LITERAL, f"User:{stranger}", "*"),
        *(AclOperation.READ, AclPermissionType.DENY),
    )
    everything = AclBindingFilter(
        *(ResourceType.ANY, _ANYTHING, ResourcePatternType.ANY, _ANYTHING, _ANYTHING),
        *(AclOperation.ANY, AclPermissionType.ANY),
    )
    this_one = AclBindingFilter(
        *(ResourceType.TOPIC, stranger, ResourcePatternType.LITERAL, f"User:{stranger}", "*"),
        *(AclOperation.READ, AclPermissionType.DENY),
    )
    secret = UserScramCredentialUpsertion(
        stranger, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), b"x" * 16
    )
    return {
        "create topic": lambda: client.create_topics(
            [NewTopic(f"{service}.{stranger}", 1, 1)], validate_only=True
        ),
        "more partitions": lambda: client.create_partitions(
            [NewPartitions(own, 12)], validate_only=True
        ),
        "read configuration": lambda: client.describe_configs([topic]),
        "read the broker's configuration": lambda: client.describe_configs(
            [ConfigResource(ResourceType.BROKER, "1")]
        ),
        "change configuration": lambda: client.incremental_alter_configs(
            [longer], validate_only=True
        ),
        "read rights": lambda: {0: client.describe_acls(everything)},
        "give rights": lambda: client.create_acls([binding]),
        "take rights": lambda: client.delete_acls([this_one]),
        "set a password": lambda: client.alter_user_scram_credentials([secret]),
    }


def _outcome(call: Callable[[], Any]) -> str:
    try:
        given = [answer.result(10) for answer in call().values()]
    except KafkaException as error:
        return str(error.args[0].name())
    # The client turns the refusal to list rights into an empty list; there are rights to list.
    return "nothing" if given == [[]] else "allowed"


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_administers_the_broker(deployed: Deployed, service: str):
    settings = client_settings(deployed.bootstrap, service, deployed.password(f"{service}/kafka"))
    own = min(t for t in rights(service, "write"))
    client = AdminClient(dict(settings))
    acts = _administration(client, service, own)
    with ThreadPoolExecutor(len(acts)) as pool:
        found = dict(zip(acts, pool.map(_outcome, acts.values()), strict=True))
    assert found.pop("read rights") == "nothing"
    refusals = {"CLUSTER_AUTHORIZATION_FAILED", "TOPIC_AUTHORIZATION_FAILED"}
    assert set(found.values()) <= refusals, found


def test_the_broker_holds_exactly_the_rights_of_the_contracts(deployed: Deployed):
    servers = deployed.network.servers
    settings = client_settings(
        deployed.bootstrap, servers["kafka_username"], servers["kafka_password"]
    )
    everything = AclBindingFilter(
        *(ResourceType.ANY, _ANYTHING, ResourcePatternType.ANY, _ANYTHING, _ANYTHING),
        *(AclOperation.ANY, AclPermissionType.ANY),
    )
    client = AdminClient(dict(settings))
    held = client.describe_acls(everything).result(10)
    ours = [each for each in held if each.principal.removeprefix("User:") in SERVICES]
    assert {each.resource_pattern_type for each in ours} == {ResourcePatternType.LITERAL}
    assert {each.permission_type for each in ours} == {AclPermissionType.ALLOW}
    assert not [each for each in held if each.principal == "User:*" or each.name == "*"]
    assert {
        (
            each.principal.removeprefix("User:"),
            each.restype.name.lower(),
            each.name,
            each.operation.name.lower(),
        )
        for each in ours
    } == {(r.user, r.resource, r.name, r.operation) for r in read_plan().rights}


class _Controller:
    """Speaks the first words of Kafka's protocol to the controller's port."""

    def __init__(self, deployed: Deployed) -> None:
        host, _, port = deployed.bootstrap.partition(":")
        self._socket = socket.create_connection((host, int(port) + 1), timeout=5)

    def ask(self, api: int, version: int, body: bytes) -> bytes:
        """Send a request with an old header; return the answer's body, empty if hung up on."""
        header = struct.pack(">hhi", api, version, 1) + struct.pack(">h", 5) + b"probe"
        self._socket.sendall(struct.pack(">i", len(header + body)) + header + body)
        try:
            return self._socket.recv(4096)[8:]
        except ConnectionError:
            return b""

    def log_in(self, user: str, password: str) -> int:
        """Return the error code of a plain login, 0 if it was accepted."""
        self.ask(_SASL_HANDSHAKE, 1, struct.pack(">h", 5) + b"PLAIN")
        words = f"\0{user}\0{password}".encode()
        answer = self.ask(_SASL_AUTHENTICATE, 0, struct.pack(">i", len(words)) + words)
        return int(struct.unpack(">h", answer[:2])[0])


def test_the_controller_answers_nobody_without_its_own_password(deployed: Deployed):
    assert _Controller(deployed).ask(_METADATA, 0, struct.pack(">i", 0)) == b""
    for service in SERVICES:
        password = deployed.password(f"{service}/kafka")
        assert _Controller(deployed).log_in(service, password) == _LOGIN_FAILED
    administrator = deployed.network.servers["kafka_password"]
    assert _Controller(deployed).log_in("admin", administrator) == _LOGIN_FAILED


def test_nobody_enters_the_broker_without_or_with_anothers_password(deployed: Deployed):
    attempts = [{"bootstrap.servers": deployed.bootstrap}]
    attempts += [
        dict(client_settings(deployed.bootstrap, user, deployed.password(f"{other}/kafka")))
        for user, other in (("notifications", "rentals"), ("population", "gateway"))
    ]

    def enters(settings: dict[str, Any]) -> bool:
        try:
            AdminClient(settings).list_topics(timeout=2)
        except KafkaException:
            return False
        return True

    with ThreadPoolExecutor(len(attempts)) as pool:
        assert not any(pool.map(enters, attempts))
