"""Programs out of Debian's packages: unpacked into the cache, never installed.

Installing the package of a server would start it, on every interface of the machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

_PLACES = ("usr/bin", "usr/sbin")


def at_hand(program: str, folder: Path) -> str | None:
    """Return a program that need not be fetched first: the path's, else what was unpacked.

    Args:
        program: its name.
        folder: to which its package was unpacked.
    """
    if found := shutil.which(program):
        return found
    unpacked = (folder / place / program for place in _PLACES)
    return next((str(path) for path in unpacked if path.is_file()), None)


def find(program: str, package: str, folder: Path) -> str | None:
    """Return a program: one at hand, else out of its package, which is fetched for it.

    Args:
        program: its name.
        package: Debian's package that holds it.
        folder: of this package alone; it is emptied before the package is unpacked to it.

    Returns:
        None where there is no Debian, or the package cannot be had.
    """
    if found := at_hand(program, folder):
        return found
    return at_hand(program, folder) if _fetch(package, folder) else None


def _fetch(package: str, folder: Path) -> bool:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if not _downloaded(package, folder):
        if os.geteuid() != 0 or not _quietly(["apt-get", "update", "-q"], folder):
            return False
        if not _downloaded(package, folder):
            return False
    (archive,) = folder.glob("*.deb")
    done = _quietly(["dpkg-deb", "-x", str(archive), str(folder)], folder)
    archive.unlink()
    return done


def _downloaded(package: str, folder: Path) -> bool:
    return _quietly(["apt-get", "download", "-q", package], folder)


def _quietly(arguments: list[str], folder: Path) -> bool:
    done = subprocess.run(arguments, cwd=folder, capture_output=True, check=False, timeout=300)
    return done.returncode == 0
