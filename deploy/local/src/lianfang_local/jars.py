"""Files of a Maven repository: fetched once into the shared cache, compared with our digests."""

import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lianfang_local.faults import Fault
from lianfang_local.profiles import ROOT

_SETTING = "LIANFANG_MAVEN_REPOSITORY"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What is fetched together.

    Attributes:
        title: for the one who waits.
        name: of its folder in the cache.
        digests: file that lists the digest of each file, and its path in a Maven repository.
        pom: names the same for mvn.
    """

    title: str
    name: str
    digests: Path
    pom: Path

    def folder(self, cache: Path) -> Path:
        """Return where the files are, once they are there."""
        return cache / self.name / hashlib.sha256(self.digests.read_bytes()).hexdigest()[:16]

    def cached(self, cache: Path) -> bool:
        """Say whether the files are there already."""
        return self.folder(cache).is_dir()

    def fetch(self, cache: Path, environ: Mapping[str, str] = os.environ) -> Path:
        """Return a folder with the files, fetching them at the first call.

        Raises:
            Fault: neither mvn nor a repository is there, or a file is not the one that was listed.
        """
        folder = self.folder(cache)
        if folder.is_dir():
            return folder
        work = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        wanted = read_digests(self.digests.read_text())
        if environ.get(_SETTING):
            self._download(environ[_SETTING], wanted, work)
        elif shutil.which("mvn"):
            self._resolve_with_maven(wanted, work)
        else:
            raise Fault(
                f"{self.title} cannot be fetched, since mvn is not installed",
                f"install Maven, or name a Maven repository with {_SETTING}",
            )
        work.rename(folder)
        return folder

    def _resolve_with_maven(self, wanted: Mapping[str, str], work: Path) -> None:
        repository = work / "repository"
        done = subprocess.run(
            [
                *("mvn", "-q", "-B", "-f", str(self.pom), "dependency:resolve"),
                *("-DincludeScope=runtime", f"-Dmaven.repo.local={repository}"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            reasons = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
            raise Fault(
                f"mvn could not fetch {self.title} ({' '.join(reasons[:1])[:300]})",
                f"look at its settings.xml, or name a Maven repository with {_SETTING}",
            )
        for path, digest in wanted.items():
            source = repository / path
            if not source.is_file():
                raise Fault(f"mvn did not bring {path}", "run make lock after a change of the pom")
            self._check(path, source.read_bytes(), digest)
            source.rename(work / source.name)
        shutil.rmtree(repository)

    def _download(self, repository: str, wanted: Mapping[str, str], work: Path) -> None:
        if not repository.startswith(("https://", "http://", "file://")):
            raise Fault(f"{_SETTING} is no address", "set it to the URL of a Maven repository")

        def fetch(path: str) -> None:
            url = f"{repository.rstrip('/')}/{path}"
            try:
                with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  # see above
                    content = answer.read()
            except (urllib.error.URLError, TimeoutError) as error:
                raise Fault(
                    f"{path} could not be fetched from the repository that {_SETTING} names",
                    "check that address",
                ) from error
            self._check(path, content, wanted[path])
            (work / Path(path).name).write_bytes(content)

        with ThreadPoolExecutor(max_workers=6) as pool:
            for _ in pool.map(fetch, wanted):
                pass

    def _check(self, path: str, content: bytes, digest: str) -> None:
        if hashlib.sha256(content).hexdigest() != digest:
            raise Fault(
                f"{path} is not the file that {self.digests.name} lists",
                "the repository may be damaged or tampered with: use another",
            )


KAFKA = Artifacts(
    "the jars of Apache Kafka, 43 MB",
    "kafka",
    ROOT / "deploy/local/kafka-jars.sha256",
    ROOT / "deploy/local/kafka-pom.xml",
)
"""The broker."""
KEYCLOAK = Artifacts(
    "Keycloak, 176 MB",
    "keycloak",
    ROOT / "deploy/keycloak/keycloak.sha256",
    ROOT / "deploy/keycloak/pom.xml",
)
"""An issuer that is not ours, for `make test-keycloak`."""


def read_digests(text: str) -> dict[str, str]:
    """Return the digest of every file by its path in a Maven repository."""
    rows = (line.split() for line in text.splitlines() if line.strip())
    return {path: digest for digest, path in rows}


def class_path(folder: Path) -> str:
    """Return the jars of a folder as a Java class path."""
    return _join(sorted(folder.glob("*.jar")))


def _join(paths: Iterable[Path]) -> str:
    return os.pathsep.join(str(path) for path in paths)
