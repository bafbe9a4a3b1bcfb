"""Tells the person at the terminal which step runs and how long it took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Prints one line when a step is done, and one before a step that takes long."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()
        self._began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Time a step; its line is printed when it has worked."""
        began = time.monotonic()
        yield
        self.say(f"{title:<58}{time.monotonic() - began:6.1f} s")

    def say(self, text: str) -> None:
        """Print one line unless this run is to be quiet."""
        if not self._quiet:
            with self._lock:
                print(f"  {text}", flush=True)

    def warn(self, text: str) -> None:
        """Print one line on standard error."""
        with self._lock:
            print(text, file=sys.stderr, flush=True)

    @property
    def seconds(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self._began
