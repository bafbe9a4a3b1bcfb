"""Some calls are allowed in one place only; a reader can rely on it."""

import ast

import pytest
from source import EDGE, KERNEL, ROOT, SERVICES, name_of, source_files, tree_of


def _calls(path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                found.append((f".{node.func.attr}", node.lineno))
            elif isinstance(node.func, ast.Name):
                found.append((node.func.id, node.lineno))
    return found


def _places(call: str, allowed) -> list[str]:
    return [
        f"{name_of(path)}:{line}"
        for path in source_files()
        if not allowed(path)
        for name, line in _calls(path)
        if name == call
    ]


def test_only_the_kernel_commits():
    """A commit in a use case or a dependency would split what belongs together.

    Migrations run outside any unit of work and end their own transaction.
    """
    assert not _places(
        ".commit", lambda path: KERNEL in path.parents or path == EDGE / "migrate.py"
    )


def test_only_the_clock_asks_the_machine_for_the_time():
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path in source_files()
        if path.name != "clock.py" and "deploy" not in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert not asked


def test_services_print_nothing_but_in_their_command_line():
    assert not _places(
        "print", lambda path: path.name in {"cli.py", "deadletter_cli.py"} or "deploy" in path.parts
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service):
    home = ROOT / "services" / service
    missing = [
        name
        for name in (
            "README.md",
            "alembic.ini",
            "migrations/env.py",
            f"src/{service}/main.py",
            f"src/{service}/settings.py",
            f"src/{service}/messages.py",
        )
        if not (home / name).exists()
    ]
    assert not missing
