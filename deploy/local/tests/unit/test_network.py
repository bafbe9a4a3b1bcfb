"""A second call repeats nothing, and a fault is one sentence."""

import errno
from pathlib import Path

import pytest

from lianfang_local import cli
from lianfang_local.faults import Fault
from lianfang_local.members import Members
from lianfang_local.network import Network
from lianfang_local.processes import Processes
from lianfang_local.profiles import Profile
from lianfang_local.progress import Progress
from lianfang_local.servers import Addresses, addresses, external

_ADDRESSES = Addresses(
    postgres_url="postgresql://postgres:pw@127.0.0.1:1/postgres",
    valkey_url="redis://admin:pw@127.0.0.1:2/0",
    kafka_bootstrap="127.0.0.1:3",
    kafka_username="admin",
    kafka_password="pw",
)


@pytest.fixture
def network(profile: Profile) -> Network:
    """A network of which nothing runs."""
    return Network(profile, Processes(profile.state), Progress(quiet=True))


def test_a_step_is_done_once_for_the_same_input(network: Network):
    done: list[str] = []
    for digest in ("one", "one", "two", "two"):
        network.once("step", digest, lambda: done.append("x"))
    assert len(done) == 2


def test_a_step_that_failed_is_done_again(network: Network):
    def fail() -> None:
        raise Fault("it failed", "try again")

    with pytest.raises(Fault):
        network.once("step", "one", fail)
    done: list[str] = []
    network.once("step", "one", lambda: done.append("x"))
    assert done


def test_nothing_runs_in_an_empty_state(network: Network):
    rows = network.status()
    assert len(rows) == 8
    assert not any(row["ready"] or row["pid"] for row in rows)


def test_no_password_stands_among_the_addresses(network: Network):
    network.write_stack()
    text = (network.profile.state / "stack.json").read_text()
    assert "@" not in text


def test_reset_keeps_the_environment_and_the_jars(network: Network):
    state = network.profile.state
    for name in ("venv", "cache", "kafka", "stamps"):
        (state / name).mkdir()
    network.reset()
    assert {path.name for path in state.iterdir()} == {"venv", "cache"}


def test_reset_touches_no_server_that_stands_outside(
    network: Network, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LIANFANG_POSTGRES_URL", "postgresql://a:b@db.example/postgres")
    with pytest.raises(Fault, match="postgres stand outside"):
        network.reset()


def test_a_setting_places_a_server_outside(profile: Profile):
    environ = {"LIANFANG_KAFKA_BOOTSTRAP": "broker.example:9093"}
    assert external(environ) == {"kafka"}
    assert addresses(profile, environ).kafka_bootstrap == "broker.example:9093"
    assert external({}) == set()


def _members(profile: Profile, overrides: dict[str, str]) -> Members:
    return Members(profile, Processes(profile.state), _ADDRESSES, overrides)


def test_a_serving_process_cannot_migrate(profile: Profile):
    members = _members(profile, {})
    assert "RENTALS_POSTGRES__OWNER_URL" not in members.environment("rentals")
    assert "RENTALS_POSTGRES__OWNER_URL" in members.environment("rentals", owner=True)


def test_a_service_is_told_no_other_services_secrets(profile: Profile):
    text = repr(_members(profile, {}).environment("rentals", owner=True))
    assert "postgresql://population" not in text
    assert "secrets/gateway" not in text
    assert "postgresql://postgres" not in text


def test_a_setting_given_at_up_stands_over_the_others(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("RENTALS_LOG_LEVEL", "debug")
    members = _members(profile, {"RENTALS_HTTP_PORT": "1"})
    assert members.environment("rentals")["RENTALS_HTTP_PORT"] == "1"
    assert members.environment("rentals")["RENTALS_LOG_LEVEL"] == "debug"
    assert "RENTALS_LOG_LEVEL" not in members.environment("population")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder for commands."""
    monkeypatch.setenv("LIANFANG_STATE_DIR", str(tmp_path))
    return tmp_path


def test_a_fault_is_one_line_and_an_exit_code(state: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["logs"]) == 1
    assert capsys.readouterr().err == "lianfang: there is no log yet; run make up first.\n"


def test_a_foreign_setting_is_refused(state: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["up", "--env", "PATH=/tmp"]) == 1
    assert "PATH is no service's setting" in capsys.readouterr().err


def test_a_full_disk_is_told(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cli, "start_servers", full)
    assert cli.main(["servers"]) == 1
    assert "the disk is full" in capsys.readouterr().err


def test_a_state_of_another_user_is_told(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def foreign(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/somewhere/secrets")

    monkeypatch.setattr(cli, "start_servers", foreign)
    assert cli.main(["servers"]) == 1
    assert "/somewhere/secrets belongs to another user" in capsys.readouterr().err
