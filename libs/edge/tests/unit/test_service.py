"""What the parts of a service are given, and what the API is not given."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import MetaData

from lianfang_common.events import ConsumedEvent, Topic
from lianfang_common.subscriptions import Subscription
from lianfang_common.testing.asgi import ask
from lianfang_common.unit import Unit
from lianfang_common.wakeup import Wakeup
from lianfang_edge.http import health_api
from lianfang_edge.service import Runtime, Service
from lianfang_edge.settings import KafkaSettings, PostgresSettings, ServiceSettings


@pytest.fixture
def service(tmp_path: Path) -> Service[Unit]:
    url = SecretStr("postgresql://demo:demo@127.0.0.1:1/demo")
    settings = ServiceSettings(
        postgres=PostgresSettings(app_url=url, system_url=url),
        kafka=KafkaSettings(bootstrap="127.0.0.1:1"),
        secrets_dir=tmp_path,
        jwks_file=tmp_path / "jwks.json",
    )
    return Service(
        name="demo",
        settings=settings,
        metadata=MetaData(),
        migrations=tmp_path,
        open_unit=lambda unit: unit,
        build_api=lambda _runtime: FastAPI(),
    )


async def test_the_api_has_no_way_to_the_system_role(service: Service[Unit]) -> None:
    runtime = Runtime(service)
    assert runtime.system is runtime.system
    web = runtime.for_api()
    with pytest.raises(PermissionError):
        _ = web.system
    with pytest.raises(PermissionError):
        async with web.unit():
            pass
    assert web.database is not runtime.system
    assert len(runtime._opened) == 2, "both are asked for readiness, and closed"
    await runtime.close()


def test_hidden_are_own_topics_and_the_dead_letters_of_those_that_it_reads(
    service: Service[Unit],
) -> None:
    async def handle(*_: object) -> None: ...

    declared = replace(
        service,
        topics=(
            Topic("demo.open", ""),
            Topic("demo.closed", "", restricted=True),
            Topic("demo.mixed", "", counted=False),
        ),
        subscriptions=(
            Subscription("other.open.done.v1", ConsumedEvent, handle),
            Subscription("other.closed.done.v1", ConsumedEvent, handle, restricted=True),
            Subscription("other.mixed.done.v1", ConsumedEvent, handle, counted=False),
        ),
    )
    assert declared.hidden_topics == [
        "demo.closed",
        "demo.mixed",
        "demo.other.closed.dlq",
        "demo.other.mixed.dlq",
    ]
    assert declared.hidden_reads == ["other.closed", "other.mixed"]


async def test_nothing_is_read_before_it_is_needed(service: Service[Unit], tmp_path: Path) -> None:
    runtime = Runtime(service)
    key = base64.b64encode(b"k" * 32).decode()
    (tmp_path / "cursor.key").write_text(key)
    assert runtime.cursors.read(runtime.cursors.write([1]), int) == [1]


async def test_a_commit_wakes_the_role_of_the_same_process(service: Service[Unit]) -> None:
    relay, timers = Wakeup(), Wakeup()
    runtime = Runtime(service, local={"relay": relay, "timers": timers})
    runtime.for_api().wake("timers")
    assert timers._event.is_set()
    assert not relay._event.is_set()


async def test_a_process_is_ready_when_every_check_passes(service: Service[Unit]) -> None:
    app, runtime = health_api("demo"), Runtime(service)
    app.state.health = runtime.health
    assert (await ask(app, "GET", "/health/live")).status == 200
    assert (await ask(app, "GET", "/health/ready")).body == {"status": "ok", "checks": {}}

    async def good() -> None: ...

    async def bad() -> None:
        raise ValueError("a secret")

    runtime.health.checks |= {"one": good, "two": bad}
    answered = await ask(app, "GET", "/health/ready")
    assert answered.status == 503
    assert answered.body == {"status": "failing", "checks": {"one": "ok", "two": "failing"}}


async def test_metrics_are_few_and_tell_no_moment_of_creation() -> None:
    content = (await ask(health_api("demo"), "GET", "/metrics")).content.decode()
    assert "common_http_requests_total" in content
    assert "_created" not in content
    assert len(content.splitlines()) < 400
