"""docs/features.yaml is true: what it calls done names its tests and what turned one red."""

import ast

import yaml
from source import ROOT

FEATURES = yaml.safe_load((ROOT / "docs/features.yaml").read_text())
STATES = {"done", "partly", "not yet"}


def _missing(test: str) -> bool:
    name, _, function = test.partition("::")
    path = ROOT / name
    if path.is_dir():
        return function != "" or not any(path.rglob("test_*.py"))
    if not path.is_file():
        return True
    if not function:
        return False
    defined = {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    return function.split("[")[0] not in defined


def test_every_row_has_a_known_state():
    assert {row["state"] for row in FEATURES.values()} <= STATES


def test_a_done_row_names_its_place_its_tests_and_its_mutation():
    bare = [
        key
        for key, row in FEATURES.items()
        if row["state"] == "done"
        and not (row.get("where") and row.get("tests") and row.get("mutation"))
    ]
    assert not bare


def test_a_partly_row_says_what_is_missing():
    silent = [
        key
        for key, row in FEATURES.items()
        if row["state"] == "partly" and not (row.get("where") and row.get("missing"))
    ]
    assert not silent


def test_every_named_test_and_place_exists():
    gone = [
        (key, name)
        for key, row in FEATURES.items()
        for name in row.get("tests", [])
        if _missing(name)
    ] + [
        (key, place)
        for key, row in FEATURES.items()
        for place in row.get("where", [])
        if not (ROOT / place).exists()
    ]
    assert not gone
