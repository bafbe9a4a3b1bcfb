"""A jar is what the committed list says, wherever it came from."""

import hashlib
from pathlib import Path

import pytest

from lianfang_local.faults import Fault
from lianfang_local.jars import KAFKA, KEYCLOAK, Artifacts, read_digests

_PATH = "org/example/thing/1/thing-1.jar"
_CONTENT = b"a jar"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one jar."""
    place = tmp_path / "repository" / _PATH
    place.parent.mkdir(parents=True)
    place.write_bytes(_CONTENT)
    return tmp_path / "repository"


@pytest.fixture
def jars(tmp_path: Path) -> Artifacts:
    """A list that names that jar."""
    listed = tmp_path / "jars.sha256"
    listed.write_text(f"{hashlib.sha256(_CONTENT).hexdigest()}  {_PATH}\n")
    return Artifacts("the jars", "jars", listed, tmp_path / "pom.xml")


def test_jars_come_from_the_named_repository_and_stay_cached(
    tmp_path: Path, repository: Path, jars: Artifacts
):
    environ = {"LIANFANG_MAVEN_REPOSITORY": repository.as_uri()}
    folder = jars.fetch(tmp_path / "cache", environ)
    assert (folder / "thing-1.jar").read_bytes() == _CONTENT
    (repository / _PATH).unlink()
    assert jars.fetch(tmp_path / "cache", environ) == folder


def test_another_jar_than_the_listed_one_is_refused(
    tmp_path: Path, repository: Path, jars: Artifacts
):
    (repository / _PATH).write_bytes(b"another jar")
    environ = {"LIANFANG_MAVEN_REPOSITORY": repository.as_uri()}
    with pytest.raises(Fault, match="is not the file"):
        jars.fetch(tmp_path / "cache", environ)
    with pytest.raises(Fault, match="is not the file"):
        jars.fetch(tmp_path / "cache", environ)


def test_a_repository_without_the_jar_is_told(tmp_path: Path, repository: Path, jars: Artifacts):
    (repository / _PATH).unlink()
    with pytest.raises(Fault, match="LIANFANG_MAVEN_REPOSITORY"):
        jars.fetch(tmp_path / "cache", {"LIANFANG_MAVEN_REPOSITORY": repository.as_uri()})


def test_neither_maven_nor_a_repository_is_told_with_both_remedies(
    tmp_path: Path, jars: Artifacts, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Fault, match=r"install Maven, .* LIANFANG_MAVEN_REPOSITORY"):
        jars.fetch(tmp_path / "cache", {})


def test_the_committed_list_names_the_broker_and_its_log():
    names = {Path(path).name for path in read_digests(KAFKA.digests.read_text())}
    assert "kafka_2.13-4.3.1.jar" in names
    assert any(name.startswith("log4j-slf4j-impl-") for name in names)


def test_the_committed_list_names_keycloak_in_the_version_that_its_pom_names():
    (path,) = read_digests(KEYCLOAK.digests.read_text())
    version = path.split("/")[-2]
    assert Path(path).name == f"keycloak-quarkus-dist-{version}.tar.gz"
    assert f"<version>{version}</version>" in KEYCLOAK.pom.read_text()
