"""Passwords and keys: made once at random, kept in files that their owner alone can read."""

import base64
import contextlib
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

_TYPED = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike


class SecretFiles:
    """A folder of secrets, mode 0700, with files of mode 0600.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def password(self, name: str) -> str:
        """Return the password of that name, made at the first call; letters and digits only."""
        return self._once(f"{name}.password", lambda: secrets.token_hex(24))

    def typed_password(self, name: str) -> str:
        """Return a password that a person types: three groups of four letters and digits."""

        def make() -> str:
            letters = [secrets.choice(_TYPED) for _ in range(12)]
            return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))

        return self._once(f"{name}.password", make)

    def key_ring(self, name: str) -> Path:
        """Return the file of a 32-byte key ring, `kid:base64` a line, the first the current one."""
        self._once(
            f"{name}.key",
            lambda: f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        )
        return self.folder / f"{name}.key"

    def write(self, name: str, content: str) -> Path:
        """Store a secret, replacing an earlier one in one step."""
        path = self.folder / name
        folder_for_owner(path.parent)
        fresh = path.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        _write_new(fresh, content)
        fresh.replace(path)
        return path

    def _once(self, name: str, make: Callable[[], str]) -> str:
        path = self.folder / name
        if not path.is_file():
            folder_for_owner(path.parent)
            fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
            _write_new(fresh, make() + "\n")
            # Another thread may have been quicker: the first one's stays.
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        return path.read_text().strip()


def _write_new(path: Path, content: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)


def folder_for_owner(folder: Path) -> None:
    """Make a folder that its owner alone can open."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
