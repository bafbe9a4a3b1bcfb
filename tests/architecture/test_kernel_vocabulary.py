"""What all services share would serve any business and has no word of this one."""

import ast
import re

from source import AUDIT, EDGE, KERNEL, OPERATIONS, WATCH, name_of, tree_of

DOMAIN_WORDS = {
    "bulletin", "burglary", "citizen", "committee", "community", "criminal", "desk", "district",
    "dispute", "floating", "grade", "household", "incident", "incidents", "inspection", "justice",
    "landlord", "landlords", "lease", "matcher", "neighborhood", "notice", "notices", "officer",
    "patrol", "person", "persons", "police", "population", "premises", "rent", "rental",
    "rentals", "residence", "residences", "resident", "station", "supervision", "tenancies",
    "tenancy", "tenant", "tenants", "victim", "visit",
}  # fmt: skip


def _words(identifier: str) -> set[str]:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", identifier)
    return set(re.split(r"[^a-z]+", spaced.lower()))


def identifiers(tree: ast.Module) -> set[str]:
    """Collect every name that the code gives or uses."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return found


def test_no_shared_library_has_a_word_of_the_domain():
    spoken = {
        (name_of(path), name)
        for library in (KERNEL, EDGE, AUDIT, WATCH, OPERATIONS)
        for path in library.rglob("*.py")
        for name in identifiers(tree_of(path))
        if _words(name) & DOMAIN_WORDS
    }
    assert not spoken


def test_whole_words_count_and_parts_of_words_do_not():
    assert _words("TenancyRegistered") & DOMAIN_WORDS
    assert not _words("current_version") & DOMAIN_WORDS
