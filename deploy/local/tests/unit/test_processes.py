"""A process is ours only if its number and its start agree with the record."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lianfang_common.testing.eventually import eventually
from lianfang_local.faults import Fault
from lianfang_local.processes import (
    Command,
    Processes,
    demand_port,
    port_answers,
    port_is_free,
    started_at,
)

_SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Processes of a folder of their own; none is left behind."""
    kept = Processes(tmp_path)
    yield kept
    kept.stop("sleeper", how=signal.SIGKILL)


def _sleeper(tmp_path: Path) -> Command:
    return Command("sleeper", _SLEEPER, {"PATH": os.environ["PATH"]}, tmp_path)


def test_what_was_started_runs_until_it_is_stopped(tmp_path: Path, processes: Processes):
    pid = processes.start(_sleeper(tmp_path))
    assert processes.running("sleeper") == pid
    assert processes.stop("sleeper")
    assert processes.running("sleeper") is None
    assert not processes.stop("sleeper")


def test_a_started_process_has_a_group_of_its_own(tmp_path: Path, processes: Processes):
    pid = processes.start(_sleeper(tmp_path))
    assert os.getpgid(pid) == pid != os.getpgid(0)


def test_a_stale_record_is_forgotten(tmp_path: Path, processes: Processes):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    record = tmp_path / "pids" / "sleeper.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"pid": gone.pid, "started": "before"}))
    assert processes.running("sleeper") is None
    assert not record.exists()


def test_a_stranger_with_the_recorded_number_is_neither_ours_nor_killed(
    tmp_path: Path, processes: Processes
):
    stranger = subprocess.Popen(_SLEEPER, stdout=subprocess.DEVNULL)
    try:
        record = tmp_path / "pids" / "sleeper.json"
        record.parent.mkdir()
        record.write_text(json.dumps({"pid": stranger.pid, "started": "another boot"}))
        assert not processes.stop("sleeper")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_damaged_record_is_forgotten(tmp_path: Path, processes: Processes):
    record = tmp_path / "pids" / "sleeper.json"
    record.parent.mkdir()
    record.write_text("{")
    assert processes.running("sleeper") is None


def test_a_dead_child_that_nobody_collected_does_not_run():
    child = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert started_at(child.pid) is None
    child.wait()


async def test_what_a_process_said_last_can_be_told(tmp_path: Path, processes: Processes):
    script = "import sys; print('first'); print('the reason'); sys.exit(1)"
    command = [sys.executable, "-c", script]
    processes.start(Command("sleeper", command, {}, tmp_path))
    await eventually(lambda: processes.running("sleeper") is None, what="its end")
    assert processes.last_words("sleeper", lines=1) == "the reason"


def test_a_taken_port_is_told_with_the_setting_that_moves_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not port_is_free(port)
        assert port_answers(port)
        with pytest.raises(Fault, match=rf"port {port} for gateway .* LIANFANG_PORT_BASE"):
            demand_port("gateway", port, "LIANFANG_PORT_BASE")
    assert port_is_free(port)
