"""Tells the person at the terminal which step runs, how far it is, and how long it took."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Far = Callable[[int, int], None]
"""Says how much of a step is done, and of how much."""

_BAR_CELLS = 20
_MOVED_EVERY_SECONDS = 0.1
_TOLD_EVERY_SECONDS = 5.0


class Progress:
    """Prints one line when a step is done, and how far one is that takes long.

    On a terminal the last line moves; elsewhere a line is printed every five seconds.

    Args:
        quiet: say nothing but warnings.
        out: where to; None takes standard output.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        quiet: bool = False,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._quiet = quiet
        self._out = out or sys.stdout
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._running: dict[str, tuple[int, int]] = {}
        self._told_at = self._began
        self._moves = self._out.isatty()
        self._drawn = False

    @contextmanager
    def step(self, title: str) -> Iterator[Far]:
        """Time a step; its line is printed when it has worked.

        Yields:
            what the step may call to say how far it is.
        """
        began = self._told_at = self._clock()

        def far(done: int, total: int) -> None:
            with self._lock:
                self._running[title] = (done, total)
                self._show()

        try:
            yield far
        finally:
            with self._lock:
                self._running.pop(title, None)
                self._wipe()
        self.say(f"{title:<58}{self._clock() - began:6.1f} s")

    def say(self, text: str) -> None:
        """Print one line unless this run is to be quiet."""
        if not self._quiet:
            with self._lock:
                self._wipe()
                print(f"  {text}", file=self._out, flush=True)

    def warn(self, text: str) -> None:
        """Print one line on standard error."""
        with self._lock:
            self._wipe()
            print(text, file=sys.stderr, flush=True)

    @property
    def seconds(self) -> float:
        """Seconds since this run began."""
        return self._clock() - self._began

    def _show(self) -> None:
        every = _MOVED_EVERY_SECONDS if self._moves else _TOLD_EVERY_SECONDS
        if self._quiet or self._clock() - self._told_at < every:
            return
        self._told_at = self._clock()
        if self._moves:
            self._wipe()
            lines = (_in_cells(title, *far) for title, far in self._running.items())
            self._out.write("  " + "   ".join(lines))
            self._drawn = True
        else:
            for title, far in self._running.items():
                self._out.write(f"  {title:<40} {_in_words(*far)}\n")
        self._out.flush()

    def _wipe(self) -> None:
        if self._drawn:
            self._out.write("\r\x1b[2K")
            self._drawn = False


def _in_cells(title: str, done: int, total: int) -> str:
    cells = _BAR_CELLS * done // total if total else 0
    return f"{title} [{'#' * cells:<{_BAR_CELLS}}] {_share(done, total)}"


def _in_words(done: int, total: int) -> str:
    return f"{_share(done, total)}, {done:,} of {total:,}"


def _share(done: int, total: int) -> str:
    return f"{100 * done // total if total else 0:3} %"
