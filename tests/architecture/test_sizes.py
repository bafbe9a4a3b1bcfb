"""A reader can hold one file in mind; the kernel stays a kernel, and the edge an edge."""

import ast
import io
import tokenize
from pathlib import Path

import pytest
from source import (
    AUDIT,
    BROKER_CLIENT,
    EDGE,
    KERNEL,
    OPERATIONS,
    WATCH,
    is_test,
    name_of,
    python_files,
    tree_of,
)

SOURCE_LINES_MAX = 400
TEST_LINES_MAX = 600
# Lines of code: blank lines, comments and docstrings are not counted (docs/adr/0008).
CODE_LINES_MAX = {
    KERNEL: 2_000,
    EDGE: 1_600,
    AUDIT: 200,
    WATCH: 100,
    BROKER_CLIENT: 150,
    OPERATIONS: 300,
}
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _code_lines(path: Path) -> int:
    documented = {
        line
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    written = {
        line
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type not in _NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(written - documented)


def test_no_file_is_longer_than_a_reader_can_hold():
    too_long = {
        name_of(path): _lines(path)
        for path in python_files()
        if _lines(path) > (TEST_LINES_MAX if is_test(path) else SOURCE_LINES_MAX)
    }
    assert not too_long


@pytest.mark.parametrize("library", CODE_LINES_MAX)
def test_a_library_that_all_services_share_stays_within_its_budget(library):
    lines = sum(_code_lines(path) for path in library.rglob("*.py") if "testing" not in path.parts)
    assert lines <= CODE_LINES_MAX[library]


def test_only_code_is_counted(tmp_path):
    path = tmp_path / "counted.py"
    path.write_text('"""Said."""\n\n# why\ndef f(\n    a,\n):\n    """Said."""\n    return a\n')
    assert _code_lines(path) == 4
