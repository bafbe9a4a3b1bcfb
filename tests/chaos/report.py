"""What a run saw: each fault with its moments, what was broken, and the table of it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

_ROUNDS_COMPARED = 2


@dataclass(frozen=True)
class Happened:
    """One fault that happened.

    Attributes:
        name: of the fault.
        began: seconds since the run's begin.
        ended: likewise, when whoever was gone was ready again.
        behind: seconds from then until everything committed had reached every consumer; None if
            that took too long.
    """

    name: str
    began: float
    ended: float
    behind: float | None

    def __str__(self) -> str:
        """Say it in a line."""
        late = "never caught up" if self.behind is None else f"caught up after {self.behind:.2f} s"
        return f"{self.began:7.1f} s to {self.ended:7.1f} s  {self.name:<44} {late}"


@dataclass
class Report:
    """A whole run.

    Attributes:
        seed: repeats it.
        minutes: how long faults were drawn.
        happened: each fault.
        commands: how many commands had which outcome.
        facts: how many facts were committed under the faults.
        notices: how many notices they led to.
        held: what each service held after each round.
        broken: a line for each thing that breaks an invariant.
    """

    seed: int
    minutes: float
    happened: list[Happened] = field(default_factory=list)
    commands: dict[str, int] = field(default_factory=dict)
    facts: int = 0
    notices: int = 0
    held: list[dict[str, dict[str, float]]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write it for `read`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Report":
        """Read what `write` wrote."""
        kept = json.loads(path.read_text())
        kept["happened"] = [Happened(**each) for each in kept["happened"]]
        return cls(**kept)

    def summary(self) -> str:
        """Say in one line how it went."""
        survived = sum(each.behind is not None for each in self.happened)
        return (
            f"LIANFANG_SEED={self.seed}: {survived} of {len(self.happened)} faults survived,"
            f" {self.facts} facts, {self.notices} notices, {len(self.broken)} breaches"
        )


def markdown(report: Report) -> str:
    """Return the table of faults with what was seen after them."""
    times: dict[str, list[float | None]] = defaultdict(list)
    for each in report.happened:
        times[each.name].append(each.behind)
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in report.commands.items())
    lines = [
        f"Seed {report.seed}, {report.minutes:g} minutes: {len(report.happened)} faults,"
        f" {report.facts} facts, {report.notices} notices; commands: {outcomes};"
        f" invariants broken: {len(report.broken)}.",
        "",
        "| fault | happened | survived | nothing behind after, median | longest |",
        "|---|---|---|---|---|",
    ]
    for name, behind in sorted(times.items()):
        known = [each for each in behind if each is not None]
        shown = _seconds(known)
        lines.append(f"| {name} | {len(behind)} | {len(known)} | {shown[0]} | {shown[1]} |")
    return "\n".join([*lines, *_held(report.held)])


def _held(rounds: list[dict[str, dict[str, float]]]) -> list[str]:
    """Return the table of what was held after the first round and at the end."""
    if len(rounds) < _ROUNDS_COMPARED:
        return []
    first, last = rounds[0], rounds[-1]
    kinds = ("memory", "descriptors", "connections")
    return [
        "",
        f"| held after the first and the last of {len(rounds)} rounds | memory, MB | descriptors |"
        " connections |",
        "|---|---|---|---|",
        *(
            f"| {service} | "
            + " | ".join(f"{first[service][k]:.0f}, {last[service][k]:.0f}" for k in kinds)
            + " |"
            for service in first
        ),
    ]


def _seconds(known: Sequence[float]) -> tuple[str, str]:
    return (f"{median(known):.2f} s", f"{max(known):.2f} s") if known else ("-", "-")
