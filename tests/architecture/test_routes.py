"""Routes and what they depend on run on the loop.

FastAPI gives each function that is not async to a thread, and the request waits for it: a tenth of
a millisecond for looking into an attribute.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from source import ROOT, name_of, source_files, tree_of

_VERBS = {"get", "post", "put", "patch", "delete"}


def package_of(path: Path) -> str:
    """Return the service or library of a file; none depends on a function of another's routes."""
    return path.relative_to(ROOT).parts[1]


def _is_route(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Attribute)
        and mark.func.attr in _VERBS
        for mark in function.decorator_list
    )


def _depended_on(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if named and node.func.id == "Depends" and node.args and isinstance(node.args[0], ast.Name):
            yield node.args[0].id


def test_no_route_and_nothing_that_one_depends_on_waits_for_a_thread():
    trees = {path: tree_of(path) for path in source_files()}
    wanted = {
        (package_of(path), name) for path, tree in trees.items() for name in _depended_on(tree)
    }
    assert {("edge", "principal_of"), ("gateway", "session_of")} <= wanted
    in_threads = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (_is_route(node) or (package_of(path), node.name) in wanted)
    ]
    assert not in_threads
