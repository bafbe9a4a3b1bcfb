"""Who operates the service can count no act on the register, no case and no broken glass."""

from uuid import uuid4

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from population_builders import GRID_A, HEAD_A, OFFICER_A, OFFICER_B, a_ground
from prometheus_client import generate_latest

from lianfang_common import telemetry
from lianfang_common.timers import TimerRunner
from lianfang_common.wakeup import Wakeup
from population.api.app import RESTRICTED_ROUTES
from population.timers import TIMERS


def shown() -> list[str]:
    """What /metrics tells of requests and deadlines."""
    lines = generate_latest().decode().splitlines()
    return [line for line in lines if line.startswith(("common_http_", "common_timers_"))]


def test_every_route_of_the_register_is_restricted_and_no_other(rig):
    def of_register(path: str) -> bool:
        return any(word in path for word in ("supervision", "case", "glass"))

    paths = {path for path in rig.api.openapi()["paths"] if not path.startswith("/health")}
    restricted = {path for path in paths if path.startswith(RESTRICTED_ROUTES)}
    assert restricted == {path for path in paths if of_register(path)}
    assert len(restricted) == 13


async def test_acts_on_the_register_leave_no_count_no_span_and_no_log_line(
    rig, monkeypatch, capsys
):
    person_id, _ = await rig.house(GRID_A)
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    capsys.readouterr()
    before, officer = shown(), rig.client(OFFICER_A)
    listed = await officer.post("/supervision-entries", a_ground(rig.today, person_id=person_id))
    assert listed.status == 201
    for path in ("/supervision-entries", "/residence-change-cases"):
        assert (await officer.get(path)).status == 200
    entry = f"/supervision-entries/{listed.body['id']}"
    assert (await rig.client(OFFICER_B).get(entry)).status == 404
    assert (await officer.post(f"{entry}/delistings", if_match='"9"')).status == 412
    assert (await officer.post(f"/residence-change-cases/{uuid4()}/acceptances")).status in (
        404,
        428,
    )
    assert (await rig.client(HEAD_A).get("/break-glass")).status == 200
    assert shown() == before
    assert exporter.get_finished_spans() == ()
    written = capsys.readouterr()
    assert written.out + written.err == ""
    assert (await officer.get("/areas")).status == 200
    assert shown() != before
    assert exporter.get_finished_spans() and "http.answered" in capsys.readouterr().out


async def test_deadlines_of_the_register_and_of_cases_fire_uncounted(rig):
    await rig.opened()
    before, service = shown(), rig.runtime.service
    rig.clock.forward(days=400)
    runner = TimerRunner(rig.runtime.units(), TIMERS, Wakeup(), service.restricted_timers)
    assert await runner.run_once(rig.clock.now()) >= 3
    assert shown() == before
