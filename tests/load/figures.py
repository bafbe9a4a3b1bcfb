"""What the bench tells: figures, each beside what it is held against, as a table and as a file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value.

    Attributes:
        name: what was measured, with its load.
        value: median of the rounds, in `unit`.
        ratio: median of the rounds' ratios to what it is held against; None where there is none.
        against: what it is held against.
        target: what `ratio` must not exceed, or what it must reach where `at_least` is set; None
            where no target was given.
        met: whether the target is met; None where there is no target or the figure is void.
        spread: smallest and largest ratio of the rounds, or value where there is no ratio.
        samples: how many single measurements the value rests on.
        valid: False if what it is held against moved too far during the run: it counts for nothing.
        note: what a reader must know besides.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    target: float | None = None
    met: bool | None = None
    spread: tuple[float, float] | None = None
    samples: int = 0
    valid: bool = True
    note: str = ""
    at_least: bool = False


def plain(
    name: str, values: Sequence[float], unit: str, *, samples: int = 0, note: str = ""
) -> Figure:
    """Return a figure that is held against nothing: the median of values, with their spread."""
    return Figure(
        name,
        median(values),
        unit,
        spread=(min(values), max(values)),
        samples=samples or len(values),
        note=note,
    )


def failed(name: str, reason: str) -> Figure:
    """Return the void figure of a measure that did not come to its end.

    Args:
        name: of the measure.
        reason: of which the first line is told, since a table has no room for more.
    """
    return Figure(name, float("nan"), "", valid=False, note=reason.partition("\n")[0])


def void(figure: Figure, reason: str) -> Figure:
    """Return a figure that counts for nothing, with the reason."""
    note = "; ".join(part for part in (figure.note, reason) if part)
    return replace(figure, met=None, valid=False, note=note)


COLUMNS = ("what", "value", "target", "ratio", "spread", "met", "void", "held against", "note")


def rows(figures: Iterable[Figure]) -> list[tuple[str, ...]]:
    """Return the table's rows as text, in the order of `COLUMNS`."""
    return [
        (
            figure.name,
            f"{_short(figure.value)} {figure.unit}",
            _target(figure),
            "" if figure.ratio is None else _short(figure.ratio),
            "" if figure.spread is None else " to ".join(_short(end) for end in figure.spread),
            _met(figure),
            "" if figure.valid else "void",
            figure.against,
            figure.note,
        )
        for figure in figures
    ]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of a terminal."""
    lines = [COLUMNS, *rows(figures)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown(kept: Mapping[str, Any]) -> str:
    """Return what a run has written as Markdown: what made it, where, and a table.

    Args:
        kept: what `read` returned.
    """
    machine, versions = kept["machine"], kept["versions"]
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows(kept["figures"])]
    facts = (
        f"`{kept['command']}`, {kept['day']}; {machine['cores']} cores of {machine['processor']},"
        f" {machine['memory_gb']} GB, load {machine['load_at_start']} at the start and"
        f" {machine['load_at_end']} at the end; "
        + ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    )
    return "\n".join([facts, "", *(f"| {' | '.join(line)} |" for line in lines)])


def write(
    path: Path,
    figures: Sequence[Figure],
    *,
    command: str,
    day: str,
    versions: Mapping[str, str],
    machine: Mapping[str, Any],
) -> None:
    """Write the figures of one run with the command, day, versions and machine that made them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "command": command,
        "day": day,
        "machine": dict(machine),
        "versions": dict(versions),
        "figures": [asdict(figure) for figure in figures],
    }
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def read(path: Path) -> dict[str, Any]:
    """Return what a run has written, its figures as such."""
    kept: dict[str, Any] = json.loads(path.read_text())
    kept["figures"] = [
        Figure(**{**each, "spread": tuple(each["spread"]) if each["spread"] else None})
        for each in kept["figures"]
    ]
    return kept


def _short(value: float) -> str:
    """Return three digits that count, and thousands in groups."""
    if isnan(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {_short(figure.target)}"


def _met(figure: Figure) -> str:
    """Return what a reader may conclude; a void figure says nothing about its target."""
    if figure.target is None or not figure.valid:
        return ""
    return "met" if figure.met else "missed"
