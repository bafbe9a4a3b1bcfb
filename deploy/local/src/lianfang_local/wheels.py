"""Programs that are published as wheels and few need: fetched into the cache when asked for."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT
from lianfang_local.progress import Progress


def unpacked(name: str, title: str, remedy: str, cache: Path, progress: Progress) -> Path:
    """Return the folder of what `requirements/<name>.lock` lists, installing it at the first call.

    Args:
        name: of the lock file, and of the folder in the cache.
        title: what it is, for the one who waits.
        remedy: what to do where it cannot be installed.
        cache: the shared cache.
        progress: tells of the installation.

    Raises:
        Fault: it cannot be installed.
    """
    lock = ROOT / f"requirements/{name}.lock"
    folder = cache / name / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    uv = [str(ROOT / ".tools/bin/uv"), "pip", "install", "-q", "--python", sys.executable]
    chosen = ["--target", str(part), "--require-hashes", "--no-deps", "-r", str(lock)]
    with progress.step(title):
        done = subprocess.run([*uv, *chosen], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Fault(f"{title} could not be installed ({done.stderr.strip()[-200:]})", remedy)
    part.rename(folder)
    return folder
