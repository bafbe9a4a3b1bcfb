"""Where a profile keeps its state and which ports it takes.

Two profiles exist: `demo`, which `make up` starts and whose data stay, and `test`, which the tests
start beside it. They share nothing but the downloaded jars.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lianfang_local.faults import Fault

ROOT = Path(__file__).resolve().parents[4]
SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")
PORT_OFFSETS = {
    "gateway": 0,
    "population": 1,
    "rentals": 2,
    "incidents": 3,
    "notifications": 4,
    "postgres": 10,
    "valkey": 11,
    "kafka": 12,
    "controller": 13,
}
# Both lie below the range from which Linux hands out ports by itself, and beside every default.
PORT_SETTINGS = {"demo": ("LIANFANG_PORT_BASE", 18700), "test": ("LIANFANG_TEST_PORT_BASE", 28700)}
_BLOCK = 20
_SPACE_MB = 300
_BLOCKS_TRIED = 40


@dataclass(frozen=True, slots=True)
class Profile:
    """One set of processes with its state.

    Attributes:
        name: `demo` or `test`.
        state: folder of its data, logs, secrets and process records.
        cache: folder of what was downloaded, shared by the profiles.
        port_base: first port of its block.
    """

    name: str
    state: Path
    cache: Path
    port_base: int

    def port(self, part: str) -> int:
        """Return the port of a service or server."""
        return self.port_base + PORT_OFFSETS[part]

    @property
    def secrets(self) -> Path:
        """Folder of generated passwords and keys, readable by its owner alone."""
        return self.state / "secrets"

    @property
    def logs(self) -> Path:
        """Folder of the log files, one a process."""
        return self.state / "logs"

    @property
    def venv(self) -> Path:
        """Folder of the environment that the profile's processes run in."""
        return self.state / "venv"


def state_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of all state: `LIANFANG_STATE_DIR`, else `.run` in the checkout."""
    return Path(environ.get("LIANFANG_STATE_DIR") or ROOT / ".run").resolve()


def open_profile(
    name: str,
    is_free: Callable[[int], bool],
    in_use: Callable[[Path], bool],
    environ: Mapping[str, str] = os.environ,
) -> Profile:
    """Return a profile with its ports, which it keeps until it is reset.

    Args:
        name: `demo` or `test`.
        is_free: says whether a port can be taken. The test profile looks for a free block when it
            first starts, so that two checkouts can test side by side; the demo keeps to its own,
            so that its address stays the same.
        in_use: says whether a process of the profile with this state folder runs.
        environ: where settings are read from.
    """
    if name not in PORT_SETTINGS:
        raise Fault(f"there is no profile {name!r}", "use demo or test")
    root = state_root(environ)
    state = root if name == "demo" else root / name
    prepare_folder(state)
    setting, default = PORT_SETTINGS[name]
    kept = state / "ports.json"
    before = int(json.loads(kept.read_text())["base"]) if kept.is_file() else None
    if chosen := environ.get(setting):
        base = _number(setting, chosen)
    elif before is not None:
        base = before
    else:
        base = _free_block(default, is_free, setting) if name == "test" else default
    if base != before:
        if before is not None and in_use(state):
            raise Fault(
                f"the {name} network runs on the ports from {before} on",
                f"stop it first, or unset {setting}",
            )
        kept.write_text(json.dumps({"base": base}) + "\n")
    return Profile(name=name, state=state, cache=root / "cache", port_base=base)


def prepare_folder(folder: Path, mode: int = 0o755) -> Path:
    """Make a folder, or say in one sentence why it cannot be used."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except PermissionError as error:
        raise Fault(
            f"the state folder {folder} cannot be written by this user",
            "run as the user who made it, or choose another with LIANFANG_STATE_DIR",
        ) from error
    return folder


def demand_space(folder: Path, megabytes: int = _SPACE_MB) -> None:
    """Raise unless the disk has room for the servers' data: they end badly on a full one."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise Fault(
            f"the disk of {folder} has {free} MB left where {megabytes} MB are needed",
            "make room, or choose another folder with LIANFANG_STATE_DIR",
        )


def _number(setting: str, value: str) -> int:
    if not value.isdigit() or not 1024 <= int(value) <= 65000:
        raise Fault(f"{setting} is no port number between 1024 and 65000", "set it to, say, 18700")
    return int(value)


def _blocks(first: int) -> Iterator[int]:
    return iter(range(first, first + _BLOCK * _BLOCKS_TRIED, _BLOCK))


def _free_block(first: int, is_free: Callable[[int], bool], setting: str) -> int:
    for base in _blocks(first):
        if all(is_free(base + offset) for offset in PORT_OFFSETS.values()):
            return base
    raise Fault(f"no free block of ports from {first} on", f"set {setting} to one")
