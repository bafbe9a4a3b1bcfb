"""Logs, traces: JSON lines without personal data, and one W3C trace through HTTP and Kafka.

Redaction here is the net, not the rule: nothing personal is logged in the first place. An
exception's message is never logged, since a driver puts rejected values into it.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import extract_tb
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_tracer = trace.get_tracer("lianfang")


def failure_facts(failure: BaseException) -> dict[str, str]:
    """Return what may be logged of an exception: its type and where it was raised."""
    frames = extract_tb(failure.__traceback__)
    facts = {"exception": f"{type(failure).__module__}.{type(failure).__qualname__}"}
    if frames:
        facts["at"] = f"{frames[-1].filename}:{frames[-1].lineno}"
    if failure.__cause__ is not None:
        cause = type(failure.__cause__)
        facts["cause"] = f"{cause.__module__}.{cause.__qualname__}"
    return facts


def get_logger(**fields: Any) -> Any:
    """Return a logger: `logger.info("outbox.sent", rows=3)`; events are constants with fields."""
    return structlog.get_logger().bind(**fields) if fields else structlog.get_logger()


@contextmanager
def start_span(
    name: str,
    traceparent: str | None = None,
    new_trace: bool = False,
    kind: SpanKind = SpanKind.INTERNAL,
    recorded: bool = True,
    **attributes: str | int,
) -> Iterator[Span]:
    """Run a block as a span; exceptions mark it as failed, without their message.

    Args:
        name: constant, such as `relay.send`.
        traceparent: remote parent (W3C); None continues the current span.
        new_trace: begin a trace of its own, whatever is current.
        kind: server and client for HTTP, producer and consumer for messages.
        recorded: False leaves no span, nor does anything that the block calls, here or elsewhere:
            the trace goes on as one that is not sampled.
        attributes: codes and counts; never an id of a person.
    """
    context: Context | None = Context() if new_trace else None
    if traceparent and not new_trace and (parent := _parse(traceparent)):
        context = trace.set_span_in_context(NonRecordingSpan(parent), Context())
    if not recorded:
        with trace.use_span(_unrecorded(context), record_exception=False) as span:
            yield span
        return
    with _tracer.start_as_current_span(
        name,
        context,
        kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as failure:
            span.set_status(trace.Status(trace.StatusCode.ERROR))
            span.set_attribute("error.type", type(failure).__qualname__)
            raise


def _unrecorded(context: Context | None) -> Span:
    parent = trace.get_current_span(context).get_span_context()
    trace_id = parent.trace_id if parent.is_valid else random.getrandbits(127) + 1
    span_id = random.getrandbits(63) + 1
    return NonRecordingSpan(SpanContext(trace_id, span_id, is_remote=False))


def _parse(traceparent: str) -> SpanContext | None:
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return context if context.is_valid else None


def current_traceparent() -> str | None:
    """Return the current span as a W3C `traceparent`, or None outside any."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def current_trace_id() -> str | None:
    """Return the current trace's id, or None outside any."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
