"""The broker's jars: fetched once into the shared cache and compared with the committed digests."""

import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT

_HERE = ROOT / "deploy/local"
DIGESTS = _HERE / "kafka-jars.sha256"
_POM = _HERE / "kafka-pom.xml"
_SETTING = "LIANFANG_MAVEN_REPOSITORY"


def read_digests(text: str) -> dict[str, str]:
    """Return the digest of every jar by its path in a Maven repository."""
    rows = (line.split() for line in text.splitlines() if line.strip())
    return {path: digest for digest, path in rows}


def cached(cache: Path) -> bool:
    """Say whether the jars are there already."""
    return _folder(cache).is_dir()


def _folder(cache: Path) -> Path:
    return cache / "kafka" / hashlib.sha256(DIGESTS.read_bytes()).hexdigest()[:16]


def jars(cache: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Return a folder with the broker's jars, fetching them at the first call.

    Raises:
        Fault: neither mvn nor a repository is there, or a jar is not the one that was listed.
    """
    wanted = read_digests(DIGESTS.read_text())
    folder = _folder(cache)
    if folder.is_dir():
        return folder
    work = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    if environ.get(_SETTING):
        _fetch(environ[_SETTING], wanted, work)
    elif shutil.which("mvn"):
        _copy_with_maven(wanted, work)
    else:
        raise Fault(
            "the jars of Apache Kafka are not here and mvn is not installed",
            f"install Maven, or name a Maven repository with {_SETTING}",
        )
    work.rename(folder)
    return folder


def _copy_with_maven(wanted: Mapping[str, str], work: Path) -> None:
    downloaded, repository = work / "layout", work / "repository"
    done = subprocess.run(
        [
            *("mvn", "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies"),
            *("-DincludeScope=runtime", "-Dmdep.useRepositoryLayout=true"),
            *(f"-DoutputDirectory={downloaded}", f"-Dmaven.repo.local={repository}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reasons = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
        raise Fault(
            f"mvn could not fetch the jars of Apache Kafka ({' '.join(reasons[:1])[:300]})",
            f"look at its settings.xml, or name a Maven repository with {_SETTING}",
        )
    for path, digest in wanted.items():
        source = downloaded / path
        if not source.is_file():
            raise Fault(f"mvn did not bring {path}", "run make lock after a change of the pom")
        _check(path, source.read_bytes(), digest)
        source.rename(work / source.name)
    shutil.rmtree(downloaded)
    shutil.rmtree(repository)


def _fetch(repository: str, wanted: Mapping[str, str], work: Path) -> None:
    if not repository.startswith(("https://", "http://", "file://")):
        raise Fault(f"{_SETTING} is no address", "set it to the URL of a Maven repository")

    def fetch(path: str) -> None:
        url = f"{repository.rstrip('/')}/{path}"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  # checked above
                content = answer.read()
        except (urllib.error.URLError, TimeoutError) as error:
            raise Fault(
                f"{path} could not be fetched from the repository that {_SETTING} names",
                "check that address",
            ) from error
        _check(path, content, wanted[path])
        (work / Path(path).name).write_bytes(content)

    with ThreadPoolExecutor(max_workers=6) as pool:
        for _ in pool.map(fetch, wanted):
            pass


def _check(path: str, content: bytes, digest: str) -> None:
    if hashlib.sha256(content).hexdigest() != digest:
        raise Fault(
            f"{path} is not the file that {DIGESTS.name} lists",
            "the repository may be damaged or tampered with: use another",
        )


def class_path(folder: Path) -> str:
    """Return the jars of a folder as a Java class path."""
    return _join(sorted(folder.glob("*.jar")))


def _join(paths: Iterable[Path]) -> str:
    return os.pathsep.join(str(path) for path in paths)
