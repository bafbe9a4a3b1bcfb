"""Makes the Python environment of a profile, before anything of the project is installed.

Run as a file with any Python of a supported version, so it imports the standard library alone:

    python3 -I environment.py sync FOLDER LOCK    install LOCK and the workspace into FOLDER
    python3 -I environment.py lock                write the lock files anew from the pyproject files
    python3 -I environment.py fresh               fail unless the lock files fit the pyproject files
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
REQUIREMENTS = ROOT / "requirements"
INPUTS = REQUIREMENTS / "inputs.sha256"
TOOLS = ROOT / ".tools"
MEMBERS = ("libs/*", "services/*", "deploy/*")
# What each lock file holds besides the members' own dependencies.
GROUPS: dict[str, tuple[str, ...]] = {
    "services": (),
    "local": ("local",),
    "dev": ("local", "dev"),
    "peers": ("peers",),
}
# What stands apart from the members: uv, the Node.js of machines that have none, and the linters of
# `make lint-images`, which are too large for everybody.
COMPILED = ("tools", "node", "images")
_SUPPORTED = ((3, 11), (3, 14))


class EnvironmentFault(Exception):
    """One sentence that says what is wrong and what to do."""


def members() -> list[Path]:
    """Return the folders of the workspace's members."""
    found = (path.parent for part in MEMBERS for path in ROOT.glob(f"{part}/pyproject.toml"))
    return sorted(found)


def inputs_digest() -> str:
    """Return a digest of everything that the lock files are resolved from."""
    parts: dict[str, object] = {
        name: (REQUIREMENTS / f"{name}.in").read_text() for name in COMPILED
    }
    for folder in [ROOT, *members()]:
        content = tomllib.loads((folder / "pyproject.toml").read_text())
        project = content.get("project", {})
        parts[str(folder.relative_to(ROOT))] = {
            "python": project.get("requires-python"),
            "dependencies": project.get("dependencies", []),
            "optional": project.get("optional-dependencies", {}),
            "groups": content.get("dependency-groups", {}),
            "build": content.get("build-system", {}),
        }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def locks_digest() -> str:
    """Return a digest of the lock files, so that one edited by hand is noticed."""
    names = [f"{name}.lock" for name in (*GROUPS, *COMPILED)]
    joined = b"".join((REQUIREMENTS / name).read_bytes() for name in sorted(names))
    return hashlib.sha256(joined).hexdigest()


def check_fresh() -> None:
    """Raise unless the lock files were made from the pyproject files as they are."""
    kept = INPUTS.read_text().split() if INPUTS.is_file() else []
    if kept != [inputs_digest(), locks_digest()]:
        raise EnvironmentFault(
            "requirements/*.lock do not fit the dependencies in the pyproject files; run make lock."
        )


def sync(folder: Path, lock: str) -> None:
    """Install a lock file and the workspace's members, if either changed since the last time."""
    check_fresh()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "environment.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        stamp, wanted = folder / "lianfang.stamp", _stamp(folder, lock)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        uv = _uv()
        began = time.monotonic()
        print("  installing what the lock names …", flush=True)
        if not (folder / "bin" / "python").exists():
            _run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)])
        python = str(folder / "bin" / "python")
        locked = REQUIREMENTS / f"{lock}.lock"
        stamp.unlink(missing_ok=True)
        _run([uv, "pip", "sync", "-q", "--python", python, "--require-hashes", str(locked)])
        own = [part for path in members() for part in ("-e", str(path))]
        constraints = ["-b", str(REQUIREMENTS / "tools.lock")]
        _run([uv, "pip", "install", "-q", "--python", python, "--no-deps", *constraints, *own])
        stamp.write_text(wanted)
        _say("Python environment", began)


def lock() -> None:
    """Resolve the dependencies anew and write every lock file, without any server's address."""
    uv = _uv()
    tools = ["--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    for name in COMPILED:
        target = ["-o", f"requirements/{name}.lock", f"requirements/{name}.in"]
        _run([uv, "pip", "compile", "-q", *tools, *target])
    _run([uv, "lock", "-q"])
    for name, groups in GROUPS.items():
        chosen = [part for group in groups for part in ("--group", group)]
        _run(
            [
                *(uv, "export", "-q", "--all-packages", "--no-default-groups", *chosen),
                *("--no-emit-workspace", "--format", "requirements-txt", "--no-header"),
                *("-o", f"requirements/{name}.lock"),
            ]
        )
    INPUTS.write_text(f"{inputs_digest()}\n{locks_digest()}\n")


def _uv() -> str:
    """Return uv, installed by pip from its hashed lock into `.tools` at the first call."""
    uv, stamp = TOOLS / "bin" / "uv", TOOLS / "lianfang.stamp"
    locked = REQUIREMENTS / "tools.lock"
    wanted = f"{TOOLS} {sys.version_info[:2]} {hashlib.sha256(locked.read_bytes()).hexdigest()}\n"
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "environment.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted and uv.exists():
            return str(uv)
        began = time.monotonic()
        print("  installing uv …", flush=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(TOOLS)], capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise EnvironmentFault(
                "python3 -m venv does not work here; install Python's venv module"
                " (Debian: apt-get install python3-venv)."
            )
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "-q", "--no-deps"]
        _run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(locked)])
        stamp.write_text(wanted)
        _say("uv", began)
        return str(uv)


def _stamp(folder: Path, lock: str) -> str:
    digest = hashlib.sha256((REQUIREMENTS / f"{lock}.lock").read_bytes())
    for path in members():
        digest.update(str(path).encode() + (path / "pyproject.toml").read_bytes())
    return f"{folder} {sys.version_info[:2]} {digest.hexdigest()}\n"


def _run(arguments: list[str]) -> None:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    told = (done.stderr or done.stdout).strip()
    if "No space left" in told:
        raise EnvironmentFault("the disk is full; make room, then run the same command again.")
    lines = "\n".join(told.splitlines()[-8:])
    raise EnvironmentFault(
        f"{Path(arguments[0]).name} could not install what the lock names; look at the reason"
        f" above, and at the index that UV_DEFAULT_INDEX or pip's settings name.\n{lines}"
    )


def _say(title: str, began: float) -> None:
    print(f"  {title:<58}{time.monotonic() - began:6.1f} s", flush=True)


def main(arguments: list[str]) -> int:
    """Run one command; return 1 after a fault, which is told in one sentence."""
    lowest, beyond = _SUPPORTED
    try:
        if not lowest <= sys.version_info[:2] < beyond:
            raise EnvironmentFault(
                "this Python is not between 3.11 and 3.13; name another with LIANFANG_PYTHON."
            )
        if arguments[:1] == ["sync"] and len(arguments) == 3 and arguments[2] in GROUPS:
            sync(Path(arguments[1]).resolve(), arguments[2])
        elif arguments == ["lock"]:
            lock()
        elif arguments == ["fresh"]:
            check_fresh()
        else:
            raise EnvironmentFault(f"expected a command of these:\n{__doc__}")
    except EnvironmentFault as fault:
        print(f"lianfang: {fault}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"lianfang: {error.filename} cannot be written by this user;"
            " run as the user who made it, or choose another folder with LIANFANG_STATE_DIR.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
