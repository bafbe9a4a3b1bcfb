"""The console is built once for its sources, by a Node.js that is new enough."""

import pytest

from lianfang_local import console
from lianfang_local.console import Node, build_console, built, digest_of, find_node
from lianfang_local.faults import Fault
from lianfang_local.progress import Progress

QUIET = Progress(quiet=True)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A console of one file, and the npm calls that were made for it."""
    source = tmp_path / "services/gateway/console"
    (source / "node_modules").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "page.tsx"):
        (source / name).write_text(name)
    (source / "node_modules/big.js").write_text("of somebody else")
    calls = []

    class Npm(Node):
        def run(self, arguments, folder=source, environ=None):
            calls.append(arguments[0])
            if arguments[0] == "run":
                (tmp_path / arguments[-1]).mkdir(parents=True)

    monkeypatch.setattr(console, "ROOT", tmp_path)
    monkeypatch.setattr(console, "SOURCE", source)
    monkeypatch.setattr(console, "find_node", lambda *_: Npm(["npm"], tmp_path))
    return tmp_path, source, calls


def test_what_was_built_once_is_not_built_again(project):
    root, source, calls = project
    build_console(root / "cache", QUIET)
    build_console(root / "cache", QUIET)
    assert calls == ["ci", "run"]
    first = built(root / "cache").resolve()
    (source / "page.tsx").write_text("another page")
    build_console(root / "cache", QUIET)
    assert calls == ["ci", "run", "run"]
    assert built(root / "cache").resolve() != first


def test_going_back_to_earlier_sources_leads_to_what_was_built_of_them(project):
    root, source, calls = project
    build_console(root / "cache", QUIET)
    first = built(root / "cache").resolve()
    (source / "page.tsx").write_text("another page")
    build_console(root / "cache", QUIET)
    (source / "page.tsx").write_text("page.tsx")
    build_console(root / "cache", QUIET)
    assert built(root / "cache").resolve() == first
    assert calls.count("run") == 2


def test_installed_packages_are_no_source(project):
    _, source, _ = project
    before = digest_of(console.sources())
    (source / "node_modules/more.js").write_text("more")
    assert digest_of(console.sources()) == before


def test_a_failure_of_npm_is_told_with_its_last_words(tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'ERESOLVE could not resolve' >&2\nexit 1\n")
    npm.chmod(0o755)
    with pytest.raises(Fault, match="npm ci failed:\nERESOLVE"):
        Node([str(npm)], tmp_path).run(["ci"], tmp_path)


@pytest.mark.parametrize(
    ("told", "fits"), [("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True)]
)
def test_a_node_on_the_path_is_taken_where_it_is_new_enough(tmp_path, monkeypatch, told, fits):
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {told}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(console, "_from_wheel", lambda *_: tmp_path / "wheel")
    found = find_node(tmp_path, QUIET)
    assert (found.folder == tmp_path) is fits
