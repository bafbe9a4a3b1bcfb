"""Where the project's own source stands, read as text and syntax trees."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")
BROKER_CLIENT = ROOT / "libs/brokerclient/src/lianfang_brokerclient"
KERNEL = ROOT / "libs/common/src/lianfang_common"
EDGE = ROOT / "libs/edge/src/lianfang_edge"
AUDIT = ROOT / "libs/audit/src/lianfang_audit"
WATCH = ROOT / "libs/watch/src/lianfang_watch"
OPERATIONS = ROOT / "libs/operations/src/lianfang_operations"
SKIPPED = {".run", ".git", "build", ".tools", ".venv", "node_modules", "__pycache__"}


def files(suffix: str, *below: str) -> Iterator[Path]:
    """Yield the project's files of a kind below the given folders, or all of them.

    What was made or fetched is not looked into: it is large, and comes and goes meanwhile.
    """
    for folder in below or (".",):
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = sorted(set(folders) - SKIPPED)
            yield from (Path(place, name) for name in sorted(names) if name.endswith(suffix))


def python_files(*below: str) -> Iterator[Path]:
    """Yield the project's Python files below the given folders, or all of them."""
    return files(".py", *below)


def source_files() -> Iterator[Path]:
    """Yield what runs in production: everything but tests and migrations."""
    for path in python_files("libs", "services", "deploy"):
        parts = path.relative_to(ROOT).parts
        if "tests" not in parts and "versions" not in parts:
            yield path


def is_test(path: Path) -> bool:
    """Say whether a file belongs to a test suite."""
    return "tests" in path.relative_to(ROOT).parts


def tree_of(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    """Return a file's path from the root, for messages."""
    return str(path.relative_to(ROOT))
