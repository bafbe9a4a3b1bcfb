"""What processes have used of the processor and of memory, out of /proc."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """Processor seconds used so far, by name, and by the whole machine."""

    seconds: dict[str, float]
    machine: float

    def since(self, before: "Usage") -> "Usage":
        """Return what was used after an earlier look; a process that is gone counts as idle."""
        return Usage(
            {name: max(0.0, used - before.seconds[name]) for name, used in self.seconds.items()},
            self.machine - before.machine,
        )

    @property
    def total(self) -> float:
        """Seconds of all that is named."""
        return sum(self.seconds.values())

    @property
    def foreign(self) -> float:
        """Share of the machine's used seconds that nobody named here has used."""
        return max(0.0, 1 - self.total / self.machine) if self.machine else 0.0


def usage(roots: dict[str, int]) -> Usage:
    """Return what each process and its descendants have used, ended ones included.

    Args:
        roots: process numbers by name; a tree under another is not counted twice.
    """
    return Usage(
        {name: sum(_seconds(pid) for pid in tree(pid)) for name, pid in roots.items()},
        _machine_seconds(),
    )


def tree(root: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def resident_mb(pid: int) -> float:
    """Return the memory of one process that is in RAM, in MB."""
    return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE / 1e6


def proportional_mb(pids: Iterable[int]) -> float:
    """Return the memory of processes, a shared page divided among those that share it, in MB."""
    total = 0
    for pid in pids:
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total * 1024 / 1e6


def _seconds(pid: int) -> float:
    """Return what a process and those of its children that have ended used."""
    fields = _stat(pid)
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS if fields else 0.0


def _machine_seconds() -> float:
    user, nice, system, _idle, _iowait, irq, softirq = (
        int(ticks) for ticks in (_PROC / "stat").read_text().splitlines()[0].split()[1:8]
    )
    return (user + nice + system + irq + softirq) / _TICKS


def _stat(pid: int) -> list[str]:
    """Return the fields of a process from its state on; empty if it has ended."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
