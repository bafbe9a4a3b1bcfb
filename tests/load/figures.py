"""What the bench tells: figures, each beside what it is held against, as a table and as a file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
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


COLUMNS = ("what", "value", "ratio", "spread", "against", "target", "")


def rows(figures: Iterable[Figure]) -> list[tuple[str, ...]]:
    """Return the table's rows as text, in the order of `COLUMNS`."""
    return [
        (
            figure.name,
            f"{_short(figure.value)} {figure.unit}",
            "" if figure.ratio is None else _short(figure.ratio),
            "" if figure.spread is None else " to ".join(_short(end) for end in figure.spread),
            figure.against,
            _target(figure),
            _verdict(figure),
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


def markdown(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows(figures)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(
    path: Path, figures: Sequence[Figure], versions: Mapping[str, str], machine: Mapping[str, Any]
) -> None:
    """Write the figures of one run with the versions and the machine that made them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "machine": dict(machine),
        "versions": dict(versions),
        "figures": [asdict(figure) for figure in figures],
    }
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def read(path: Path) -> list[Figure]:
    """Return the figures that a run has written."""
    return [
        Figure(**{**each, "spread": tuple(each["spread"]) if each["spread"] else None})
        for each in json.loads(path.read_text())["figures"]
    ]


def _short(value: float) -> str:
    """Return three digits that count, and thousands in groups."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {_short(figure.target)}"


def _verdict(figure: Figure) -> str:
    verdict = {True: "met", False: "missed", None: ""}[figure.met] if figure.valid else "void"
    return "; ".join(part for part in (verdict, figure.note) if part)
