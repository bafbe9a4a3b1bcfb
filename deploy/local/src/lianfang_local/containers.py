"""What `docker compose up` needs of the launcher: files for the servers, then for the services.

Two one-shot containers call this. `container-files` writes what the servers start with, before
they start; `container-setup` then makes databases, topics, rights and data through them.
"""

import shlex
from pathlib import Path

from lianfang_local.brokerfiles import cluster_id, properties_text, scram_argument
from lianfang_local.keys import ensure_keys
from lianfang_local.members import OIDC_SECRET, Members
from lianfang_local.network import Network
from lianfang_local.profiles import SERVICES, Profile
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.valkey import access_file

# Where a container finds the one folder that it may see.
MOUNTED = Path("/run/lianfang")
_KAFKA_DATA = Path("/var/lib/kafka/data")
_KAFKA_PORTS = (9092, 9093)


def write_server_files(profile: Profile) -> None:
    """Write passwords, keys and settings, a folder for each server; what exists stays."""
    secrets = SecretFiles(profile.secrets)
    ensure_keys(secrets)
    servers = SecretFiles(profile.state / "servers")
    servers.write("postgres/password", secrets.password("postgres") + "\n")
    servers.write("grafana/password", secrets.password("grafana") + "\n")
    servers.write("keycloak/password", secrets.password("keycloak") + "\n")
    servers.write("keycloak/client-secret", secrets.password(OIDC_SECRET) + "\n")
    servers.write("valkey/users.acl", access_file(secrets, SERVICES).read_text())
    servers.write("kafka/scram", scram_argument(secrets) + "\n")
    if not (servers.folder / "kafka/cluster-id").is_file():
        servers.write("kafka/cluster-id", cluster_id() + "\n")
    servers.write(
        "kafka/server.properties",
        properties_text(secrets, host="kafka", ports=_KAFKA_PORTS, data=_KAFKA_DATA),
    )


def set_up(network: Network) -> None:
    """Fill the servers, and write what each service's container reads when it starts."""
    members = network.prepare()
    for service in SERVICES:
        write_service_file(network.profile, members, service)


def write_service_file(profile: Profile, members: Members, service: str) -> None:
    """Write a service's settings as lines that its container's shell reads."""
    settings = members.contained(service, MOUNTED)
    lines = [f"{key}={shlex.quote(value)}\n" for key, value in sorted(settings.items())]
    SecretFiles(profile.secrets / service).write("service.env", "".join(lines))
