"""The three servers of a profile: started together, or outside where a setting names one.

What tests and services need to reach them stands in `servers.json`.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import redis

from lianfang_local import brokerfiles, kafka, postgres, valkey
from lianfang_local.databases import ensure_roles, roles
from lianfang_local.faults import Fault
from lianfang_local.jars import KAFKA
from lianfang_local.processes import Processes, demand_port
from lianfang_local.profiles import PORT_SETTINGS, SERVICES, Profile, demand_space
from lianfang_local.progress import Progress
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.statefiles import write_private

SERVERS = ("postgres", "valkey", "kafka")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How an administrator reaches the servers.

    Attributes:
        postgres_url: of a superuser, database `postgres`.
        valkey_url: of a user with every right.
        kafka_bootstrap: host:port of the broker.
        kafka_username: of a super user.
        kafka_password: his.
    """

    postgres_url: str
    valkey_url: str
    kafka_bootstrap: str
    kafka_username: str
    kafka_password: str


@contextmanager
def alone(profile: Profile) -> Iterator[None]:
    """Let one launcher at a time work on a profile; a second one waits."""
    with (profile.state / "launcher.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def addresses(profile: Profile, environ: Mapping[str, str] = os.environ) -> Addresses:
    """Return where the servers are: outside where settings say so, else our own."""
    secrets = SecretFiles(profile.secrets)
    postgres_url = environ.get("LIANFANG_POSTGRES_URL") or (
        f"postgresql://{postgres.ADMIN}@127.0.0.1:{profile.port('postgres')}/postgres"
    )
    valkey_url = environ.get("LIANFANG_VALKEY_URL") or (
        f"redis://{valkey.ADMIN}@127.0.0.1:{profile.port('valkey')}/0"
    )
    return Addresses(
        postgres_url=_with_password(postgres_url, secrets, "postgres"),
        valkey_url=_with_password(valkey_url, secrets, "valkey"),
        kafka_bootstrap=environ.get("LIANFANG_KAFKA_BOOTSTRAP")
        or f"127.0.0.1:{profile.port('kafka')}",
        kafka_username=environ.get("LIANFANG_KAFKA_USERNAME") or brokerfiles.ADMIN,
        kafka_password=environ.get("LIANFANG_KAFKA_PASSWORD") or secrets.password("kafka"),
    )


def _with_password(url: str, secrets: SecretFiles, name: str) -> str:
    """Return an address with the generated password, unless it names one itself."""
    parts = urlsplit(url)
    if parts.password is not None or not parts.username:
        return url
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{parts.username}:{secrets.password(name)}@{place}"
    return urlunsplit(parts._replace(netloc=netloc))


def external(environ: Mapping[str, str] = os.environ) -> set[str]:
    """Return the servers that settings place outside."""
    settings = {
        "postgres": "LIANFANG_POSTGRES_URL",
        "valkey": "LIANFANG_VALKEY_URL",
        "kafka": "LIANFANG_KAFKA_BOOTSTRAP",
    }
    return {name for name, setting in settings.items() if environ.get(setting)}


def start_servers(profile: Profile, processes: Processes, progress: Progress) -> Addresses:
    """Start what does not run yet, wait for all, and write `servers.json`."""
    secrets = SecretFiles(profile.secrets)
    found = addresses(profile)
    missing = [
        name for name in SERVERS if name not in external() and processes.running(name) is None
    ]
    if missing:
        demand_space(profile.state)
    setting = PORT_SETTINGS[profile.name][0]
    for name in missing:
        demand_port(name, profile.port(name), setting)
    if "kafka" in missing:
        demand_port("Kafka's controller", profile.port("controller"), setting)
    work = {
        "postgres": lambda: _start_postgres(profile, processes, secrets, progress, found),
        "valkey": lambda: _start_valkey(profile, processes, secrets, progress, found),
        "kafka": lambda: _start_kafka(profile, processes, secrets, progress, found),
    }
    if missing:
        with ThreadPoolExecutor(max_workers=len(missing)) as pool:
            for done in [pool.submit(work[name]) for name in missing]:
                done.result()
    running = [name for name in SERVERS if name not in missing]
    if running:
        progress.say(f"already there: {', '.join(running)}")
    logins = roles(secrets)
    ensure_roles(found.postgres_url, logins)
    write_addresses(profile, found, {role.name: role.password for role in logins})
    return found


def stop_servers(processes: Processes) -> list[str]:
    """Stop the servers that we started; return their names."""
    stops = {"kafka": kafka.stop, "valkey": valkey.stop, "postgres": postgres.stop}
    with ThreadPoolExecutor(max_workers=len(stops)) as pool:
        ended = list(pool.map(lambda stop: stop(processes), stops.values()))
    return [name for name, ran in zip(stops, ended, strict=True) if ran]


def _start_postgres(
    profile: Profile,
    processes: Processes,
    secrets: SecretFiles,
    progress: Progress,
    found: Addresses,
) -> None:
    with progress.step("PostgreSQL"):
        binaries, identity = postgres.prepare(profile, secrets)
        postgres.start(profile, processes, binaries, identity)
        asyncio.run(_wait_postgres(found.postgres_url, processes))


async def _wait_postgres(url: str, processes: Processes, seconds: float = 60) -> None:
    for _ in range(int(seconds / 0.05)):
        try:
            connection = await asyncpg.connect(url, timeout=5)
        except (OSError, asyncpg.PostgresError):
            if processes.running("postgres") is None:
                raise Fault(
                    f"PostgreSQL ended while starting:\n{processes.last_words('postgres')}\n",
                    "look at its log",
                ) from None
            await asyncio.sleep(0.05)
            continue
        try:
            # Under another locale the index for name search would be silently empty.
            locale = await connection.fetchval(
                "select datctype from pg_database where datname = current_database()"
            )
        finally:
            await connection.close()
        if "utf" not in str(locale).lower():
            raise Fault(f"PostgreSQL was set up with locale {locale}", "use C.UTF-8")
        return
    raise Fault("PostgreSQL does not answer", "look at its log")


def _start_valkey(
    profile: Profile,
    processes: Processes,
    secrets: SecretFiles,
    progress: Progress,
    found: Addresses,
) -> None:
    with progress.step("Valkey"):
        valkey.start(profile, processes, valkey.access_file(secrets, SERVICES))
        client = redis.Redis.from_url(found.valkey_url)
        for _ in range(400):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if processes.running("valkey") is None:
                    break
                asyncio.run(asyncio.sleep(0.05))
        words = processes.last_words("valkey")
        raise Fault(f"Valkey did not start:\n{words}\n", "look at its log")


def _start_kafka(
    profile: Profile,
    processes: Processes,
    secrets: SecretFiles,
    progress: Progress,
    found: Addresses,
) -> None:
    if not KAFKA.cached(profile.cache):
        progress.say(f"fetching {KAFKA.title} …")
    with progress.step("Apache Kafka"):
        kafka.start(profile, processes, kafka.prepare(profile, secrets))
        kafka.wait_until_ready(
            found.kafka_bootstrap, found.kafka_username, found.kafka_password, processes
        )


def write_addresses(profile: Profile, found: Addresses, logins: Mapping[str, str]) -> None:
    """Write `servers.json`: the administrators' addresses, and the services' database logins."""
    parts = urlsplit(found.postgres_url)
    content: dict[str, Any] = {
        **asdict(found),
        "profile": profile.name,
        "kafka_security_protocol": "SASL_PLAINTEXT",
        "kafka_mechanism": brokerfiles.MECHANISM,
        "postgres_host": parts.hostname,
        "postgres_port": parts.port or 5432,
        "postgres_roles": dict(logins),
    }
    write_private(profile.state / "servers.json", content)
