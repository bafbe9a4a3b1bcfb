"""Reads the services' trace files: one finished span a line."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from network import Network


@dataclass(frozen=True)
class Span:
    """One span as a service wrote it; `started_at` in seconds since 1970."""

    trace_id: str
    span_id: str
    parent_id: str | None
    service: str
    name: str
    started_at: float
    attributes: dict[str, Any]


def spans_of(network: Network, trace_ids: Iterable[str]) -> list[Span]:
    """Return the spans of some traces, of all services."""
    wanted = set(trace_ids)
    return [span for span in all_spans(network) if span.trace_id in wanted]


def all_spans(network: Network) -> list[Span]:
    """Return every span that stands whole in a file; the last line may still be on its way."""
    return [span for path in trace_files(network) for span in _spans(path)]


def trace_files(network: Network) -> list[Path]:
    """Return the trace file of each service."""
    return sorted((network.state / "traces").glob("*.jsonl"))


def _spans(path: Path) -> list[Span]:
    spans: list[Span] = []
    for line in path.read_text().splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        spans.append(
            Span(
                row["trace_id"],
                row["span_id"],
                row["parent_id"],
                row["service"],
                row["name"],
                row["started_at_us"] / 1e6,
                row["attributes"],
            )
        )
    return spans
