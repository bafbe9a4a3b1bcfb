"""Programs of other projects come from the path or out of a package, and are never installed."""

import pytest

from lianfang_local import debian


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """An apt-get that gives one package once the lists are new, and a dpkg-deb that unpacks it."""

    def make(package="nginx", *, listed=True):
        programs, marker = tmp_path / "tools", tmp_path / "listed"
        programs.mkdir()
        if listed:
            marker.touch()
        scripts = {
            "apt-get": f'echo "$@" >> {tmp_path}/calls\n'
            f'case "$1" in update) : > {marker}; exit 0;; esac\n'
            f'[ -e {marker} ] && [ "$3" = {package} ] && : > {package}_1_all.deb\n',
            "dpkg-deb": '/bin/mkdir -p "$3/usr/sbin" && : > "$3/usr/sbin/nginx"\n',
        }
        for name, script in scripts.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}")
            (programs / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(programs))
        return tmp_path / "calls"

    return make


def test_a_program_is_unpacked_from_its_package_and_the_archive_is_not_kept(tools, tmp_path):
    calls = tools()
    folder = tmp_path / "cache/nginx"
    assert debian.find("nginx", "nginx", folder) == str(folder / "usr/sbin/nginx")
    assert calls.read_text().splitlines() == ["download -q nginx"]
    assert not list(folder.glob("*.deb"))
    assert debian.find("nginx", "nginx", folder) and len(calls.read_text().splitlines()) == 1


def test_lists_are_brought_up_to_date_by_root_alone(tools, tmp_path, monkeypatch):
    calls = tools(listed=False)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    assert debian.find("nginx", "nginx", tmp_path / "user") is None
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    assert debian.find("nginx", "nginx", tmp_path / "root")
    assert [line.split()[0] for line in calls.read_text().splitlines()] == [
        "download", "download", "update", "download",
    ]  # fmt: skip


def test_a_package_that_is_not_to_be_had_gives_nothing(tools, tmp_path):
    tools("another")
    assert debian.find("nginx", "nginx", tmp_path / "nginx") is None


def test_a_program_on_the_path_is_taken_and_nothing_is_fetched(tools, tmp_path):
    calls = tools()
    installed = tmp_path / "tools/prometheus-alertmanager"
    installed.write_text("#!/bin/sh\n")
    installed.chmod(0o755)
    found = debian.find("prometheus-alertmanager", "prometheus-alertmanager", tmp_path / "none")
    assert found == str(installed) and not calls.exists()


def test_without_debian_there_is_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert debian.find("nginx", "nginx", tmp_path / "nginx") is None
