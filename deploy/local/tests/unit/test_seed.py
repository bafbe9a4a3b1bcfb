"""An empty network is filled once, with the district that was asked for; one with data keeps it."""

import json
import sys
from pathlib import Path

import pytest

from lianfang_local import members as members_module
from lianfang_local import seed
from lianfang_local.faults import Fault
from lianfang_local.members import Members
from lianfang_local.processes import Processes
from lianfang_local.profiles import Profile
from lianfang_local.progress import Progress
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.servers import Addresses


class Loading:
    """Services of which each command only says how far it is."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, str]] = []

    def command(self, service, command, path, *, far):
        self.commands.append((service, command))
        far(1, 2)


def once(name, digest, work) -> None:
    work()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The districts that were generated, each with one account."""
    districts: list[str] = []

    def generate(district: str, folder: Path) -> None:
        districts.append(district)
        folder.mkdir(parents=True)
        for name in ("district.json", "persons.jsonl", "premises.jsonl"):
            (folder / name).write_text("{}\n")
        (folder / "profile.json").write_text(json.dumps({"profile": district}))
        (folder / "accounts.json").write_text(json.dumps([{"login": "a", "role": "officer"}]))

    monkeypatch.setattr(seed, "_generate", generate)
    return districts


def sow(profile: Profile, said: list[str] | None = None, district: str | None = None) -> Loading:
    loading, progress = Loading(), Progress(quiet=True)
    if said is not None:
        progress.say = said.append  # type: ignore[method-assign]
    seed.sow(profile, loading, once, progress, district)
    return loading


def test_the_demo_gets_a_station_and_tests_the_smallest_district(profile, asked, tmp_path):
    sow(profile)
    sow(Profile("test", tmp_path / "test", tmp_path, 1))
    assert asked == ["station", "ci"]


def test_the_district_that_was_asked_for_is_loaded_by_every_service(profile, asked):
    loading = sow(profile, district="district")
    assert asked == ["district"]
    assert sorted(loading.commands) == [
        ("gateway", "define-accounts"),
        ("population", "define-district"),
        ("population", "load-persons"),
        ("rentals", "load-premises"),
    ]


def test_a_network_that_has_data_keeps_them_and_says_so(profile, asked):
    sow(profile, district="ci")
    said: list[str] = []
    sow(profile, said, district="station")
    sow(profile, said)
    assert asked == ["ci"]
    assert [text for text in said if "keeps it" in text] == [
        "this network has the district ci and keeps it; make reset, then choose"
    ]


def test_data_of_before_there_was_a_choice_are_of_the_smallest_district(profile, asked):
    sow(profile, district="ci")
    (profile.state / "demo/profile.json").unlink()
    assert seed.district_of(profile.state / "demo") == "ci"


def test_the_list_of_accounts_names_one_of_each_role():
    accounts = [{"login": f"{role}{n}", "role": role} for n in (1, 2) for role in ("a", "b")]
    assert [one["login"] for one in seed.one_of_each_role(accounts)] == ["a1", "b1"]


_PROGRAM = """#!{python}
import sys
print("line 3: name: name-unreadable")
print("progress 5 20", file=sys.stderr, flush=True)
print("progress 20 20", file=sys.stderr, flush=True)
sys.exit({status})
"""


@pytest.mark.parametrize("status", [0, 1])
def test_a_command_tells_how_far_it_is_and_its_other_words_only_when_it_fails(
    profile, tmp_path, monkeypatch, status
):
    program = tmp_path / "population"
    program.write_text(_PROGRAM.format(python=sys.executable, status=status))
    program.chmod(0o755)
    monkeypatch.setattr(members_module, "_program", lambda service: str(program))
    found = Addresses("postgresql://a:b@127.0.0.1:1/x", "redis://a:b@127.0.0.1:2/0", "", "", "")
    SecretFiles(profile.secrets)
    members = Members(profile, Processes(profile.state), found, {})
    told: list[tuple[int, int]] = []

    def load() -> None:
        members.command("population", "load-persons", far=lambda *far: told.append(far))

    if status:
        with pytest.raises(Fault, match="line 3: name: name-unreadable"):
            load()
    else:
        load()
    assert told == [(5, 20), (20, 20)]
