"""Who waits sees how far it is: a line that moves on a terminal, one now and then elsewhere."""

import io

import pytest

from lianfang_local.progress import Progress


class Terminal(io.StringIO):
    """Somewhere a person looks."""

    def isatty(self) -> bool:
        return True


class Ticking:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_elsewhere_a_line_is_told_every_five_seconds_and_not_oftener():
    out, clock = io.StringIO(), Ticking()
    progress = Progress(out=out, clock=clock)
    with progress.step("population load-persons") as far:
        for second in range(1, 12):
            clock.seconds = float(second)
            far(second * 1_000, 20_000)
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert lines == [
        "population load-persons 25 %, 5,000 of 20,000",
        "population load-persons 50 %, 10,000 of 20,000",
        "population load-persons 11.0 s",
    ]


def test_on_a_terminal_the_line_moves_and_is_gone_before_the_next_one():
    out, clock = Terminal(), Ticking()
    progress = Progress(out=out, clock=clock)
    with progress.step("load") as far:
        clock.seconds = 1.0
        far(5, 10)
        progress.say("something else")
        clock.seconds = 2.0
        far(10, 10)
    assert out.getvalue().split("\r\x1b[2K") == [
        "  load [##########          ]  50 %",
        "  something else\n  load [####################] 100 %",
        f"  {'load':<58}   2.0 s\n",
    ]


def test_two_steps_at_once_share_the_line():
    out, clock = Terminal(), Ticking()
    progress = Progress(out=out, clock=clock)
    with progress.step("persons") as persons, progress.step("premises") as premises:
        persons(1, 2)
        clock.seconds = 1.0
        premises(3, 4)
    assert "persons [##########          ]  50 %   premises [###############     ]  75 %" in (
        out.getvalue()
    )


def test_a_step_that_fails_leaves_a_clean_line_and_is_not_called_done():
    out, clock = Terminal(), Ticking()
    with pytest.raises(OSError), Progress(out=out, clock=clock).step("load") as far:
        clock.seconds = 1.0
        far(1, 2)
        raise OSError
    assert out.getvalue().endswith("\r\x1b[2K")


def test_a_quiet_run_tells_nothing():
    out, clock = io.StringIO(), Ticking()
    with Progress(quiet=True, out=out, clock=clock).step("load") as far:
        clock.seconds = 60.0
        far(1, 2)
    assert out.getvalue() == ""
