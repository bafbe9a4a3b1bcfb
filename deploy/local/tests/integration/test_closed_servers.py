"""What the launcher sets up on real servers lets each service do its own part and nothing else."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import redis
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, ConfigResource

from lianfang_common.testing.eventually import eventually
from lianfang_local.broker import Broker
from lianfang_local.databases import Role, ensure_databases, ensure_roles
from lianfang_local.faults import Fault
from lianfang_local.kafka import client_settings
from lianfang_local.profiles import state_root
from lianfang_local.rights import BrokerPlan, Topic, rights_of
from lianfang_local.valkey import user_line

_METADATA, _SASL_HANDSHAKE, _SASL_AUTHENTICATE = 3, 17, 36
_LOGIN_FAILED = 58

pytestmark = pytest.mark.servers

_DENIED = {
    "TOPIC_AUTHORIZATION_FAILED",
    "GROUP_AUTHORIZATION_FAILED",
    "CLUSTER_AUTHORIZATION_FAILED",
}


class _Probes:
    """A writer, a reader and a stranger on the broker, and what is planned for them."""

    def __init__(self, servers: dict[str, Any]) -> None:
        mark = uuid4().hex[:8]
        self.writer, self.reader, self.stranger = (f"{n}-{mark}" for n in ("w", "r", "s"))
        self.topic, self.alike = f"probe.{mark}", f"probe.{mark}-more"
        self.group = f"{self.reader}.main"
        self._servers = servers
        self.plan = BrokerPlan(
            (self.writer, self.reader, self.stranger),
            (Topic(self.topic, 2, 35), Topic(self.alike, 1, 7)),
            (
                *rights_of(self.writer, {"write": [self.topic]}),
                *rights_of(self.reader, {"read": [self.topic], "groups": [self.group]}),
            ),
        )
        self.admin = self.settings(servers["kafka_username"], servers["kafka_password"])

    def settings(self, user: str, password: str | None = None) -> dict[str, Any]:
        chosen = password if password is not None else f"pw{user}"
        return dict(client_settings(self._servers["kafka_bootstrap"], user, chosen))

    def apply(self, plan: BrokerPlan) -> None:
        Broker(self.admin).apply(plan, {user: f"pw{user}" for user in plan.users})

    def topic_settings(self, topic: str) -> dict[str, str]:
        """Return a topic's settings as the broker has them."""
        admin = AdminClient(self.admin)  # kept until the answer is there
        (asked,) = admin.describe_configs([ConfigResource("topic", topic)]).values()
        return {name: entry.value for name, entry in asked.result(10).items()}

    def write(self, user: str, topic: str, *, idempotent: bool = False) -> str:
        """Return `ok`, or the name of the error that writing met."""
        met: list[str] = []
        producer = Producer(
            {**self.settings(user), "enable.idempotence": idempotent, "message.timeout.ms": 30_000},
            error_cb=lambda error: met.append(error.name()),
        )
        outcome: list[str] = []
        with contextlib.suppress(KafkaException):
            producer.produce(topic, b"x", on_delivery=lambda e, _: outcome.append(_name(e)))
        producer.flush(35)
        return next((name for name in [*met, *outcome] if name in _DENIED), (outcome or met)[0])

    def read(self, user: str, topic: str, group: str) -> str:
        """Return `ok`, or the name of the error that reading met."""
        consumer = Consumer(
            {**self.settings(user), "group.id": group, "auto.offset.reset": "earliest"}
        )
        try:
            consumer.subscribe([topic])
            for _ in range(60):
                message = consumer.poll(0.25)
                if message is not None and (
                    message.error() is None or _name(message.error()) in _DENIED
                ):
                    return _name(message.error())
        except KafkaException as error:
            return _name(error.args[0])
        finally:
            consumer.close()
        return "nothing"


def _ask_until(ask: Callable[[], str], *expected: str) -> None:
    """Ask until an expected answer comes: the broker applies what it took on a little later."""
    asyncio.run(eventually(ask, until=lambda answer: answer in expected, within_seconds=15))


def _name(error: Any) -> str:
    return "ok" if error is None else str(error.name())


@pytest.fixture(scope="module")
def probes(servers: dict[str, Any]) -> Iterator[_Probes]:
    """Users and topics that this module makes and takes away."""
    made = _Probes(servers)
    made.apply(made.plan)
    _ask_until(lambda: made.write(made.writer, made.topic), "ok")
    _ask_until(lambda: made.read(made.reader, made.topic, made.group), "ok")
    yield made
    made.apply(BrokerPlan(made.plan.users, (), ()))
    admin = AdminClient(made.admin)
    for done in admin.delete_topics([made.topic, made.alike]).values():
        done.result(10)


def test_the_writer_writes_and_the_reader_reads(probes: _Probes):
    assert probes.write(probes.writer, probes.topic, idempotent=True) == "ok"
    assert probes.read(probes.reader, probes.topic, probes.group) == "ok"


def test_a_right_opens_no_topic_that_only_begins_alike(probes: _Probes):
    assert probes.write(probes.writer, probes.alike) in _DENIED
    assert probes.read(probes.reader, probes.alike, probes.group) in _DENIED


def test_nobody_reads_who_may_write_and_nobody_writes_who_may_read(probes: _Probes):
    assert probes.write(probes.reader, probes.topic) in _DENIED
    assert probes.read(probes.writer, probes.topic, probes.group) in _DENIED
    assert probes.read(probes.reader, probes.topic, "another.group") in _DENIED


def test_a_user_without_rights_can_do_nothing(probes: _Probes):
    assert probes.write(probes.stranger, probes.topic) in _DENIED
    assert probes.read(probes.stranger, probes.topic, probes.group) in _DENIED


def test_what_the_contracts_no_longer_say_is_taken_away_and_comes_back(probes: _Probes):
    kept = tuple(right for right in probes.plan.rights if right.user != probes.writer)
    probes.apply(BrokerPlan(probes.plan.users, probes.plan.topics, kept))
    _ask_until(lambda: probes.write(probes.writer, probes.topic), *_DENIED)
    probes.apply(probes.plan)
    _ask_until(lambda: probes.write(probes.writer, probes.topic), "ok")


def test_another_number_of_partitions_is_refused(probes: _Probes):
    with pytest.raises(Fault, match="2 partitions where the contracts say 6"):
        probes.apply(BrokerPlan((), (Topic(probes.topic, 6, 35),), ()))


def test_no_message_outlives_its_days_by_the_length_of_a_segment(probes: _Probes) -> None:
    day_ms = 86_400_000
    probes.apply(probes.plan)  # a second time: what stands already is changed as well
    for topic, days in ((probes.topic, 35), (probes.alike, 7)):
        settings = probes.topic_settings(topic)
        segment, kept = int(settings["segment.ms"]), int(settings["retention.ms"])
        assert segment <= day_ms
        assert (days - 1) * day_ms <= kept <= days * day_ms - segment


def test_nobody_enters_the_broker_without_a_password(servers: dict[str, Any], probes: _Probes):
    for settings in (
        {"bootstrap.servers": servers["kafka_bootstrap"]},
        probes.settings(servers["kafka_username"], "wrong"),
    ):
        with pytest.raises(KafkaException):
            AdminClient(settings, logger=None).list_topics(timeout=2)


class _Controller:
    """Speaks the first words of Kafka's protocol to the controller's port."""

    def __init__(self, servers: dict[str, Any]) -> None:
        host, _, port = servers["kafka_bootstrap"].partition(":")
        self._socket = socket.create_connection((host, int(port) + 1), timeout=5)

    def ask(self, api: int, version: int, body: bytes) -> bytes:
        """Send a request with an old header; return the answer's body, empty if hung up on."""
        header = struct.pack(">hhi", api, version, 1) + struct.pack(">h", 5) + b"probe"
        self._socket.sendall(struct.pack(">i", len(header + body)) + header + body)
        try:
            answered = self._socket.recv(4096)
        except ConnectionError:
            return b""
        return answered[8:]

    def log_in(self, user: str, password: str) -> int:
        """Return the error code of a plain login, 0 if it was accepted."""
        mechanism = b"PLAIN"
        self.ask(_SASL_HANDSHAKE, 1, struct.pack(">h", len(mechanism)) + mechanism)
        words = f"\0{user}\0{password}".encode()
        answer = self.ask(_SASL_AUTHENTICATE, 0, struct.pack(">i", len(words)) + words)
        return int(struct.unpack(">h", answer[:2])[0])


def test_the_controller_answers_nobody_who_did_not_log_in(servers: dict[str, Any], probes: _Probes):
    every_topic = struct.pack(">i", 0)
    assert _Controller(servers).ask(_METADATA, 0, every_topic) == b""
    assert _Controller(servers).log_in(probes.writer, f"pw{probes.writer}") == _LOGIN_FAILED
    secret = state_root() / "test/secrets/kafka-controller.password"
    assert _Controller(servers).log_in("admin", secret.read_text().strip()) == 0


def _url(servers: dict[str, Any], role: Role, database: str) -> str:
    return urlunsplit(urlsplit(role.url(servers["postgres_url"]))._replace(path=f"/{database}"))


def test_a_service_enters_its_own_database_and_no_other(servers: dict[str, Any]):
    mark = uuid4().hex[:8]
    names = (f"probe_a_{mark}", f"probe_b_{mark}")
    wanted = [Role(name, part, "pw") for name in names for part in ("owner", "app", "system")]

    async def enter(role: Role, database: str) -> str:
        try:
            connection = await asyncpg.connect(_url(servers, role, database))
        except asyncpg.InsufficientPrivilegeError:
            return "refused"
        try:
            await connection.execute("create table t (id int)")
        except asyncpg.InsufficientPrivilegeError:
            return "entered"
        else:
            await connection.execute("drop table t")
            return "owns"
        finally:
            await connection.close()

    async def look() -> dict[tuple[str, str], set[str]]:
        return {
            (role.part, "own" if database == role.service else "other"): {
                await enter(role, database)
            }
            for role in wanted
            for database in (*names, "postgres", "template1")
        }

    try:
        ensure_roles(servers["postgres_url"], wanted)
        assert ensure_databases(servers["postgres_url"], wanted) == list(names)
        assert ensure_databases(servers["postgres_url"], wanted) == []
        assert asyncio.run(look()) == {
            ("owner", "own"): {"owns"},
            ("app", "own"): {"entered"},
            ("system", "own"): {"entered"},
            ("owner", "other"): {"refused"},
            ("app", "other"): {"refused"},
            ("system", "other"): {"refused"},
        }
    finally:
        asyncio.run(_drop(servers, names, wanted))


async def _drop(servers: dict[str, Any], names: tuple[str, ...], wanted: list[Role]) -> None:
    admin = await asyncpg.connect(servers["postgres_url"])
    for name in names:
        await admin.execute(f"drop database if exists {name}")
    for role in wanted:
        await admin.execute(f"drop role if exists {role.name}")
    await admin.close()


def test_a_service_reaches_its_own_keys_and_channels_only(servers: dict[str, Any]):
    admin: Any = redis.Redis.from_url(servers["valkey_url"])
    name = f"probe{uuid4().hex[:8]}"
    words = user_line(name, "pw", name).split()
    admin.execute_command("ACL", "SETUSER", *words[1:])
    parts = urlsplit(servers["valkey_url"])
    place = parts.netloc.rpartition("@")[2]
    client: Any = redis.Redis.from_url(f"redis://{name}:pw@{place}/0")
    try:
        client.set(f"{name}:key", "1", ex=5)
        client.publish(f"{name}:wake", "1")
        for call in (
            lambda: client.get("rentals:key"),
            lambda: client.publish("rentals:wake", "1"),
            lambda: client.flushall(),
            lambda: client.keys("*"),
            lambda: client.execute_command("ACL", "LIST"),
            lambda: client.config_get("*"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                call()
        stranger: Any = redis.Redis.from_url(f"redis://{place}/0")
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
    finally:
        admin.execute_command("ACL", "DELUSER", name)
