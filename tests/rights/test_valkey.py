"""Valkey gives each service its own keys and channels, and nobody a way around them."""

import time
from typing import Any

import pytest
import redis
from deployed import SERVICES, Deployed

pytestmark = pytest.mark.system

ADMINISTRATION = (
    ("ACL", "LIST"),
    ("CONFIG", "GET", "*"),
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("KEYS", "*"),
    ("MONITOR",),
    ("SHUTDOWN", "NOSAVE"),
    ("REPLICAOF", "NO", "ONE"),
    ("CLIENT", "KILL", "TYPE", "normal"),
    ("EVAL", "return 1", "0"),
    ("FUNCTION", "LIST"),
    ("INFO",),
    # These would tell the names of others' keys and channels.
    ("SCAN", "0"),
    ("RANDOMKEY",),
    ("DBSIZE",),
    ("PUBSUB", "CHANNELS"),
    ("CLIENT", "TRACKING", "ON", "BCAST"),
)


def client_of(deployed: Deployed, service: str) -> Any:
    password = deployed.password(f"{service}/valkey")
    return redis.Redis.from_url(deployed.valkey_url(service, password))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_its_own_keys_and_channels_and_no_others(
    deployed: Deployed, service: str
):
    client = client_of(deployed, service)
    mark = f"rights-{time.monotonic_ns()}"
    assert client.set(f"{service}:{mark}", "1", ex=5)
    assert client.publish(f"{service}:{mark}", "1") == 0
    others = [name for name in SERVICES if name != service]
    for other in (*others, "", f"{service}s", service.upper()):
        for command in (
            ("SET", f"{other}:{mark}", "1"),
            ("GET", f"{other}:{mark}"),
            ("DEL", f"{other}:{mark}"),
            ("COPY", f"{service}:{mark}", f"{other}:{mark}"),
            ("RENAME", f"{service}:{mark}", f"{other}:{mark}"),
            ("PUBLISH", f"{other}:{mark}", "1"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command)
        for subscribe in ("subscribe", "psubscribe"):
            listener = client.pubsub()
            with pytest.raises(redis.exceptions.NoPermissionError):
                getattr(listener, subscribe)(f"{other}:{mark}")
                listener.parse_response()
            listener.close()
    listener = client.pubsub()
    with pytest.raises(redis.exceptions.NoPermissionError):
        listener.psubscribe("*")
        listener.parse_response()
    listener.close()
    client.delete(f"{service}:{mark}")
    client.close()


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_administers_valkey_or_looks_around_in_it(deployed: Deployed, service: str):
    client = client_of(deployed, service)
    for command in ADMINISTRATION:
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*command)
    client.close()


def test_a_stranger_and_a_wrong_password_are_not_let_in(deployed: Deployed):
    right = deployed.password("rentals/valkey")
    for user, password in (("default", ""), ("rentals", "wrong"), ("gateway", right), ("x", right)):
        client: Any = redis.Redis.from_url(deployed.valkey_url(user, password))
        with pytest.raises((redis.AuthenticationError, redis.exceptions.NoPermissionError)):
            client.ping()
        client.close()
