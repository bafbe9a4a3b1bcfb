"""Logs and traces of a process: JSON lines without personal data, spans to a file or a collector.

Redaction here is the net, not the rule: nothing personal is logged in the first place. An
exception's message is never logged, since a driver puts rejected values into it.
"""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased

from lianfang_common.telemetry import current_trace_id, failure_facts
from lianfang_edge.settings import ServiceSettings

_HIDDEN_WORDS = {
    *("address", "authorization", "birth", "body", "comment", "cookie", "email", "name"),
    *("number", "password", "phone", "secret", "text", "token"),
}
_HIDDEN = "[hidden]"
# An id in hexadecimal may hold long runs of digits and is kept; other runs of 11 digits and more
# are phone numbers, document numbers (the last sign may be X) or card numbers.
_PERSONAL = re.compile(
    r"\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32})\b|\d{11,}[Xx]?"
)


def redact(text: str) -> str:
    """Return a text without phone numbers, document numbers and other long runs of digits."""
    return _PERSONAL.sub(
        lambda found: found[0] if "-" in found[0] or _is_hex(found[0]) else _HIDDEN, text
    )


def _is_hex(text: str) -> bool:
    return len(text) == 32 and not text.isdigit()


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**10 else _HIDDEN
    if isinstance(value, dict):
        return {str(k): _HIDDEN if _hidden_key(str(k)) else _redacted(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item) for item in value]
    return value if isinstance(value, float) else redact(str(value))


@lru_cache(maxsize=1_024)  # the names of fields are few
def _hidden_key(key: str) -> bool:
    return not _HIDDEN_WORDS.isdisjoint(key.lower().split("_"))


def _redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    redacted: dict[str, Any] = _redacted(dict(event))
    return redacted


def _add_trace(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if trace_id := current_trace_id():
        event.setdefault("trace_id", trace_id)
    return event


class _JsonLibraryHandler(logging.Handler):
    """Gives what libraries log the same shape, without the messages of exceptions."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"logger": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= failure_facts(record.exc_info[1])
        structlog.get_logger().log(max(record.levelno, logging.INFO), "library", **fields)


def setup_telemetry(service: str, settings: ServiceSettings) -> None:
    """Configure logs and traces of this process, once, before anything else."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_trace,
            _redact_event,
            # After redaction: none of these can hold personal data.
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            lambda _l, _m, event: {"service": service, **event},
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_JsonLibraryHandler()], level=logging.WARNING, force=True)
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        # Not left to the environment: what one service does not record, the next one must not.
        sampler=ParentBased(ALWAYS_ON),
    )
    if settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter: SpanExporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    if settings.trace_file:
        provider.add_span_processor(
            BatchSpanProcessor(JsonLinesExporter(settings.trace_file), schedule_delay_millis=500)
        )
    trace.set_tracer_provider(provider)


class JsonLinesExporter(SpanExporter):
    """Appends each finished span to a file as one line of JSON."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._lock = threading.Lock()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write the spans; called on the exporter's own thread."""
        lines = b"".join(orjson.dumps(_span_facts(span)) + b"\n" for span in spans)
        with self._lock:
            self._file.write(lines)
            self._file.flush()
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        self._file.close()


def _span_facts(span: ReadableSpan) -> dict[str, Any]:
    context, start, end = span.get_span_context(), span.start_time or 0, span.end_time or 0
    assert context is not None
    return {
        "trace_id": f"{context.trace_id:032x}",
        "span_id": f"{context.span_id:016x}",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "service": span.resource.attributes.get("service.name"),
        "name": span.name,
        "kind": span.kind.name.lower(),
        "started_at_us": start // 1_000,
        "duration_us": (end - start) // 1_000,
        "failed": not span.status.is_ok,
        "attributes": dict(span.attributes or {}),
    }
