"""Background processes with a log file, a process group of their own and a record of who they are.

A record holds the process's start time beside its number: after a restart of the machine the
number may belong to somebody else, who must be neither taken for ours nor killed.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lianfang_local.faults import Fault

_LOG_LIMIT = 20 * 1024 * 1024
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Identity:
    """A user to run as; empty means the current one."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, object]:
        """Return arguments for `subprocess` that drop to this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True, slots=True)
class Command:
    """What to start: a name for its files, arguments, environment, folder and user."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    identity: Identity = field(default_factory=Identity)


class Processes:
    """The processes of one profile.

    Args:
        state: folder of the profile; records go to `pids`, output to `logs` below it.
    """

    def __init__(self, state: Path) -> None:
        self._records = state / "pids"
        self.logs = state / "logs"

    def start(self, command: Command) -> int:
        """Start a process in a session of its own and record it; return its number."""
        self._records.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.log(command.name)
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as output:
            process = subprocess.Popen(  # type: ignore[call-overload]  # options are a mapping
                list(command.arguments),
                env=dict(command.environment),
                cwd=command.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                **command.identity.options(),
            )
        pid = int(process.pid)
        record = {"pid": pid, "started": started_at(pid)}
        self._record(command.name).write_text(json.dumps(record) + "\n")
        return pid

    def running(self, name: str) -> int | None:
        """Return the number of a process that still runs, and forget one that does not."""
        record = self._record(name)
        try:
            kept = json.loads(record.read_text())
            pid, started = int(kept["pid"]), kept["started"]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            record.unlink()
            return None
        if started is None or started_at(pid) != started:
            record.unlink(missing_ok=True)
            return None
        return pid

    def stop(
        self, name: str, *, how: signal.Signals = signal.SIGTERM, seconds: float = 20.0
    ) -> bool:
        """Ask a process to end, then end its group; return whether it ran."""
        pid = self.running(name)
        if pid is None:
            return False
        _signal(pid, how, group=how == signal.SIGKILL)
        until = time.monotonic() + seconds
        while self.running(name) is not None:
            if time.monotonic() > until:
                _signal(pid, signal.SIGKILL, group=True)
                until = time.monotonic() + 5.0
            time.sleep(0.02)
        return True

    def log(self, name: str) -> Path:
        """Return the log file of a process."""
        return self.logs / f"{name}.log"

    def last_words(self, name: str, lines: int = 12) -> str:
        """Return the end of a process's log."""
        try:
            text = self.log(name).read_text(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _record(self, name: str) -> Path:
        return self._records / f"{name}.json"


def any_runs(state: Path) -> bool:
    """Say whether any recorded process of a profile runs."""
    kept = Processes(state)
    return any(kept.running(path.stem) for path in (state / "pids").glob("*.json"))


def started_at(pid: int) -> str | None:
    """Return a text that tells this process from a later one of the same number, or None."""
    if _PROC.is_dir():
        try:
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in {"Z", "X"} else f"{boot_id()}:{fields[19]}"
    listing = shutil.which("ps")
    if listing is None:
        raise Fault("neither /proc nor ps tells about processes", "install ps")
    found = subprocess.run(
        [listing, "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or None


def boot_id() -> str:
    """Return what changes when the machine starts anew."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return "-"


def port_answers(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether somebody listens on a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether a port can be taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def demand_port(part: str, port: int, setting: str) -> None:
    """Raise unless a port can be taken for a part that does not run yet."""
    if not port_is_free(port):
        raise Fault(
            f"port {port} for {part} is taken by another program",
            f"stop that program, or choose other ports with {setting}",
        )


def _signal(pid: int, how: signal.Signals, *, group: bool) -> None:
    try:
        if group:
            os.killpg(pid, how)
        else:
            os.kill(pid, how)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise Fault(
            f"process {pid} belongs to another user", "stop it as the user who started it"
        ) from error
