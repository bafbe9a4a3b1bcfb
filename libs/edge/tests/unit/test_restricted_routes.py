"""Of some routes operators learn nothing: no count, no span, no log line but of a failure.

And a door to the outside takes no caller's word for the trace.
"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

from lianfang_common import telemetry
from lianfang_common.telemetry import current_traceparent, start_span
from lianfang_common.testing.asgi import ask
from lianfang_edge.http import create_api

TRACE = "00-4d7a7065ffddfe04007d117cbc0a7fac-1449dd7fdef5d579-01"


@pytest.fixture
def app() -> FastAPI:
    nothing = (None, None)
    api = create_api("demo", {}, *nothing, restricted_routes=("/api/hush",))  # type: ignore[arg-type]

    async def answer(what: str) -> str | None:
        with start_span(f"execute {what}"):
            if what == "broken":
                raise LookupError("hush-secret")
            return current_traceparent()

    for path in ("hush", "plain"):
        api.get(f"/api/{path}-things/{{what}}")(answer)
    return api


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Names of the spans that were recorded."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    return lambda: [span.name for span in exporter.get_finished_spans()]


def counted() -> list[str]:
    """Every count of requests that the process shows."""
    shown = generate_latest().decode()
    return re.findall(r"^common_http_request.*$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("method", "what", "status"),
    [("GET", "one", 200), ("GET", "broken", 500), ("PUT", "one", 405), ("GET", "one/two", 404)],
)
async def test_a_request_to_a_restricted_route_leaves_no_count_and_no_span(
    app: FastAPI, spans: Callable[[], list[str]], method: str, what: str, status: int
) -> None:
    before = counted()
    answered = await ask(app, method, f"/api/hush-things/{what}", traceparent=TRACE)
    assert answered.status == status
    assert counted() == before
    assert spans() == []
    await ask(app, method, f"/api/plain-things/{what}", traceparent=TRACE)
    assert counted() != before
    assert spans()


async def test_its_trace_goes_on_as_one_that_nobody_records(
    app: FastAPI, spans: Callable[[], list[str]]
) -> None:
    told = (await ask(app, "GET", "/api/hush-things/one", traceparent=TRACE)).body
    assert told.split("-")[1] == TRACE.split("-")[1]
    assert told.endswith("-00")
    with start_span("handle thing.happened.v1", told):
        pass
    begun = (await ask(app, "GET", "/api/hush-things/one")).body
    assert begun.endswith("-00")
    assert spans() == []


@pytest.mark.parametrize("what", ["one", "broken"])
async def test_its_failure_alone_is_logged_and_without_the_route(
    app: FastAPI, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    await ask(app, "GET", f"/api/hush-things/{what}")
    written = capsys.readouterr()
    assert "hush" not in written.out + written.err
    if what == "broken":
        assert written.out.count("http.failed") == 1
        assert "LookupError" in written.out
    else:
        assert written.out == ""
    await ask(app, "GET", "/api/plain-things/one")
    assert "/api/plain-things/{what}" in capsys.readouterr().out


async def test_a_door_to_the_outside_follows_no_callers_trace(
    spans: Callable[[], list[str]],
) -> None:
    """Neither one that others' requests have, nor one that keeps the request out of sight."""
    nothing = (None, None)
    door = create_api("door", {}, *nothing, own_traces=True)  # type: ignore[arg-type]

    async def answer() -> str | None:
        return current_traceparent()

    door.get("/api/things")(answer)
    for named in (TRACE, TRACE[:-1] + "0"):
        told = (await ask(door, "GET", "/api/things", traceparent=named)).body
        assert told.split("-")[1] != TRACE.split("-")[1]
    assert len(spans()) == 2
