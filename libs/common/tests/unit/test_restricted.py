"""Of restricted facts and deadlines operators learn whether they are late, and nothing to count."""

from uuid import uuid4

import pytest
from facts import Reader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from worlds import MemoryWorld

from lianfang_common import telemetry
from lianfang_common.consumer import Consumer
from lianfang_common.errors import PoisonMessage
from lianfang_common.subscriptions import Subscription
from lianfang_common.testing.memory import MemorySource

TOPIC, GROUP = "hush.thing", "hush.main"


class Refusing(Reader):
    """Calls every message bad."""

    async def on_counted(self, events, uow) -> None:
        raise PoisonMessage("rule-broken")


@pytest.fixture
def spans(monkeypatch):
    """Names of the spans that were recorded."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    return lambda: [span.name for span in exporter.get_finished_spans()]


@pytest.mark.parametrize("reader", [Reader, Refusing])
@pytest.mark.parametrize(
    ("restricted", "counted"), [(True, True), (True, False), (False, False), (False, True)]
)
async def test_a_restricted_fact_leaves_no_count_and_no_span_an_uncounted_one_no_count(
    spans, reader, restricted, counted
):
    world, before = MemoryWorld(), _counts()
    world.topic = TOPIC
    subscriptions = [
        Subscription(each.type, each.model, each.handler, restricted=restricted, counted=counted)
        for each in reader(TOPIC).subscriptions
    ]
    source = MemorySource(world.log, [TOPIC], GROUP)
    await world.commit(uuid4(), 1)
    hidden = restricted or not counted
    await world.carry(world.relay(hidden=[TOPIC] if hidden else []))
    await Consumer(source, world.store, subscriptions, group=GROUP).run_once()
    assert await world.letters() == ([("failed", "rule-broken")] if reader is Refusing else [])
    assert len(await world.effects()) == (reader is Reader)
    assert (_counts() == before) is hidden
    assert (spans() == []) is restricted


def _counts() -> list[str]:
    lines = generate_latest().decode().splitlines()
    return [line for line in lines if "hush" in line and "_total" in line]
