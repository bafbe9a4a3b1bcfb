"""Nothing personal leaves by a log line or a span, and one trace goes through everything."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from lianfang_common.telemetry import (
    current_trace_id,
    current_traceparent,
    get_logger,
    start_span,
)
from lianfang_edge import observing
from lianfang_edge.observing import redact, setup_telemetry

_NUMBER = "99010119900101123X"
_PHONE = "19900012345"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[io.BytesIO]:
    """What the process writes, with logs set up as in production."""
    out = io.BytesIO()
    monkeypatch.setattr(observing.sys, "stdout", SimpleNamespace(buffer=out))
    before = logging.getLogger().handlers[:]
    settings: Any = SimpleNamespace(log_level="info", otlp_endpoint=None, trace_file=None)
    setup_telemetry("demo", settings)
    yield out
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


def _lines(out: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"number {_NUMBER}, call {_PHONE}", "number [hidden], call [hidden]"),
        (f"+86{_PHONE}.", "+[hidden]."),
        ("990101199001011237", "[hidden]"),
        (f"中{_NUMBER}国", "中[hidden]国"),
        ("2026-11-22T06:21:11.889048Z took 12 ms", "2026-11-22T06:21:11.889048Z took 12 ms"),
        ("01a201ea-7331-77ac-bff4-838469012345", "01a201ea-7331-77ac-bff4-838469012345"),
        ("4d7a7065ddfe04007d117cbc0a7fac12", "4d7a7065ddfe04007d117cbc0a7fac12"),
        ("12345678901234567890123456789012", "[hidden]"),
    ],
)
def test_long_runs_of_digits_are_hidden_and_ids_are_kept(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_a_log_line_hides_personal_fields_and_patterns(written: io.BytesIO) -> None:
    get_logger().info(
        "demo.happened",
        full_name="张三",
        document_number=_NUMBER,
        note=f"seen {_NUMBER}",
        plain=5,
        big=int(_PHONE),
        nested={"phone": "x", "list": [_PHONE, 1.5, None, True]},
        path=Path(_PHONE),
    )
    line = _lines(written)[-1]
    assert line["event"] == "demo.happened"
    assert line["service"] == "demo"
    assert line["plain"] == 5
    assert line["nested"]["list"] == ["[hidden]", 1.5, None, True]
    whole = written.getvalue().decode()
    for secret in ("张三", _NUMBER, _PHONE):
        assert secret not in whole


def test_what_libraries_log_has_no_message_of_an_exception(written: io.BytesIO) -> None:
    try:
        raise ValueError(f"Key (name)=(张三) {_NUMBER}")
    except ValueError:
        logging.getLogger("library").exception("it failed for %s", _PHONE)
    line = _lines(written)[-1]
    assert line["exception"] == "builtins.ValueError"
    assert "test_telemetry.py" in line["at"]
    whole = written.getvalue().decode()
    for secret in ("张三", _NUMBER, _PHONE):
        assert secret not in whole


def test_a_span_continues_a_remote_trace() -> None:
    _provide()
    remote = "00-4d7a7065ffddfe04007d117cbc0a7fac-1449dd7fdef5d579-01"
    with start_span("outer", remote):
        assert current_trace_id() == "4d7a7065ffddfe04007d117cbc0a7fac"
        outer = current_traceparent()
        with start_span("inner"):
            assert current_trace_id() == "4d7a7065ffddfe04007d117cbc0a7fac"
            assert current_traceparent() != outer


def test_a_new_trace_has_nothing_of_the_one_around_it() -> None:
    _provide()
    with start_span("outer"), start_span("apart", current_traceparent(), new_trace=True) as apart:
        assert apart.parent is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("broken", ["", "x", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "00-1-2-3"])
def test_a_broken_traceparent_starts_a_trace(broken: str) -> None:
    _provide()
    with start_span("outer", broken):
        assert current_trace_id() is not None


def test_outside_of_any_span_there_is_no_trace() -> None:
    assert current_traceparent() is None
    assert current_trace_id() is None


def test_a_failed_span_tells_the_type_alone(tmp_path: Path) -> None:
    _provide()
    with pytest.raises(ValueError, match="secret"), start_span("failing") as span:
        raise ValueError("secret")
    shown = span.to_json()  # type: ignore[attr-defined]
    assert "ValueError" in shown
    assert "secret" not in shown
    file = tmp_path / "spans" / "demo.jsonl"
    exporter = observing.JsonLinesExporter(file)
    exporter.export([span])  # type: ignore[list-item]
    exporter.shutdown()
    line = json.loads(file.read_text())
    assert (line["name"], line["failed"], line["parent_id"]) == ("failing", True, None)


def _provide() -> None:
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
