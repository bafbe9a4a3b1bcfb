"""What the network must not know is absent: no column, field, enum or setting speaks of it."""

import ast
import re

from source import KERNEL, name_of, python_files, tree_of
from test_kernel_vocabulary import identifiers

BANNED_WORDS = {
    "activist", "arrest", "arrests", "biometric", "cult", "ethnic", "ethnicity", "face", "fee",
    "fees", "fertility", "fine", "fines", "fingerprint", "hiv", "informant", "informants",
    "journalist", "lawyer", "nationality", "opinion", "petition", "petitioner", "petitioners",
    "political", "prediction", "religion", "religious", "risk", "score", "scores", "sexual_life",
    "trajectory", "tracking", "wechat",
}  # fmt: skip
BANNED_CHINESE = ("信访", "涉稳", "民族", "宗教", "艾滋", "政治面貌", "风险评分", "人脸", "车牌")
# Deprivation of political rights is a statutory category (features, section 4.2).
ALLOWED = {"deprivation_of_political_rights"}


def _strings(tree: ast.Module) -> set[str]:
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
    }


def speaks(text: str) -> bool:
    """Say whether a text has a word of what is not built."""
    if text in ALLOWED:
        return False
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    words = set(re.split(r"[^a-z]+", spaced.lower()))
    return bool(words & BANNED_WORDS) or any(word in text for word in BANNED_CHINESE)


def test_no_name_and_no_text_of_a_service_speaks_of_what_is_not_built():
    spoken = {
        (name_of(path), text)
        for path in python_files("services", "libs")
        if "tests" not in path.parts
        for text in identifiers(tree_of(path)) | _strings(tree_of(path))
        if speaks(text)
    }
    assert not spoken


def test_a_planted_column_is_found():
    planted = ast.parse("table = Table('person', Column('risk_score'), Column('ethnicity'))")
    assert {text for text in _strings(planted) if speaks(text)} == {"risk_score", "ethnicity"}


def test_the_kernel_is_looked_at_too():
    assert any(KERNEL in path.parents for path in python_files("libs"))
