"""The files that Apache Kafka is started with: settings, log, identity, first administrator."""

import base64
import uuid
from pathlib import Path

from lianfang_local.secretfiles import SecretFiles

ADMIN = "admin"
MECHANISM = "SCRAM-SHA-256"

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=SASL_PLAINTEXT://{bind}:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SASL_PLAINTEXT://{host}:{broker}
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL_PLAINTEXT
listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-256,PLAIN
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
sasl.mechanism.controller.protocol=PLAIN
listener.name.sasl_plaintext.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required \
username="{admin}" password="{password}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required \
username="{admin}" password="{controller_password}" user_{admin}="{controller_password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin}
allow.everyone.if.no.acl.found=false
log.dirs={data}
num.partitions=1
num.network.threads=2
num.io.threads=2
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
offsets.retention.minutes=57600
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=4194304
"""
LOGGING = """\
rootLogger.level=WARN
rootLogger.appenderRef.c.ref=C
appender.c.type=Console
appender.c.name=C
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d] %p %m (%c)%n
logger.k.name=kafka.server
logger.k.level=INFO
logger.a.name=kafka.authorizer.logger
logger.a.level=WARN
"""


def properties_text(secrets: SecretFiles, *, host: str, ports: tuple[int, int], data: Path) -> str:
    """Return the broker's settings.

    Args:
        secrets: holds the administrator's passwords.
        host: name under which clients reach the broker; any but the loopback address makes it
            listen on every interface. The controller never leaves the machine.
        ports: of broker and controller.
        data: folder of the log.
    """
    return PROPERTIES.format(
        host=host,
        bind=host if host == "127.0.0.1" else "",
        broker=ports[0],
        controller=ports[1],
        admin=ADMIN,
        password=secrets.password("kafka"),
        controller_password=secrets.password("kafka-controller"),
        data=data,
    )


def scram_argument(secrets: SecretFiles) -> str:
    """Return how the storage tool is told the first administrator."""
    return f"{MECHANISM}=[name={ADMIN},password={secrets.password('kafka')}]"


def cluster_id() -> str:
    """Return a new id in the form that the storage tool takes: it must not begin with a dash."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text
