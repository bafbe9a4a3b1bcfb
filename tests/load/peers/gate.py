"""What every measured program is told, how it waits for its start, and how it notes what it did."""

import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Told:
    """One program's part in a round; travels as JSON in the environment variable `PART`.

    Args:
        postgres_url: the program's own database.
        kafka: bootstrap, username and password.
        valkey_url: the broker of tasks.
        topics: what to read.
        group: the consumer group.
        instance: this process among those of the group.
        seal_key: of the redaction seal, in hexadecimal; the same for all.
        moments: file for "which fact's notices were committed when", or an empty text.
        settings: environment of the real service.
    """

    postgres_url: str
    kafka: dict[str, str]
    valkey_url: str
    topics: list[str]
    group: str
    instance: str
    seal_key: str
    moments: str
    settings: dict[str, str]

    def kafka_options(self) -> dict[str, Any]:
        """Return the arguments of a bare client."""
        return {
            "bootstrap_servers": self.kafka["bootstrap"],
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": self.kafka["username"],
            "sasl_plain_password": self.kafka["password"],
        }


def told() -> Told:
    """Return this program's part."""
    return Told(**json.loads(os.environ["PART"]))


def wait_for_go() -> None:
    """Say that everything is imported and connected, and wait for the word."""
    print("ready", flush=True)
    if not sys.stdin.readline():
        raise SystemExit("nobody gave the word")


class Moments:
    """Notes after each commit which facts are now told of, by the clock all processes share."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if path else None

    def note(self, facts: Iterable[UUID | str]) -> None:
        """Write a line for each fact; one write for all of them."""
        if self._file is not None:
            now = time.clock_gettime(time.CLOCK_MONOTONIC)
            os.write(self._file, "".join(f"{fact} {now!r}\n" for fact in facts).encode())
