"""Secrets are random, stay the same, and are readable by their owner alone."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lianfang_local.keys import ensure_keys, new_signing_key
from lianfang_local.profiles import SERVICES
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.statefiles import read_json, write_private


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_password_is_made_once_and_kept(tmp_path: Path):
    secrets = SecretFiles(tmp_path / "secrets")
    first = secrets.password("rentals/kafka")
    assert secrets.password("rentals/kafka") == first
    assert len(first) == 48
    assert secrets.password("incidents/kafka") != first


def test_every_secret_is_readable_by_its_owner_alone(tmp_path: Path):
    vault = SecretFiles(tmp_path / "secrets")
    vault.password("postgres")
    vault.password("rentals/kafka")
    ensure_keys(vault)
    for path in vault.folder.rglob("*"):
        assert _mode(path) == (0o700 if path.is_dir() else 0o600), path
    assert _mode(vault.folder) == 0o700


def test_a_state_file_with_passwords_is_private_even_when_it_replaces_an_open_one(tmp_path: Path):
    path = tmp_path / "servers.json"
    path.write_text("{}")
    path.chmod(0o644)
    write_private(path, {"password": "x"})
    assert _mode(path) == 0o600
    assert read_json(path) == {"password": "x"}
    assert read_json(tmp_path / "none.json") == {}


def test_key_rings_hold_32_bytes_under_an_id(tmp_path: Path):
    ensure_keys(SecretFiles(tmp_path))
    for path in tmp_path.rglob("*.key"):
        kid, _, encoded = path.read_text().strip().partition(":")
        assert kid
        assert len(base64.b64decode(encoded)) == 32


def test_a_receipt_key_is_shared_by_population_and_one_audience_only(tmp_path: Path):
    ensure_keys(SecretFiles(tmp_path))
    holders = {
        audience: {path.parent.name for path in tmp_path.glob(f"*/receipt-{audience}.key")}
        for audience in ("rentals", "incidents")
    }
    assert holders == {
        "rentals": {"population", "rentals"},
        "incidents": {"population", "incidents"},
    }
    contents = {path.read_text() for path in tmp_path.glob("*/receipt-*.key")}
    assert len(contents) == 2


def test_no_other_service_holds_the_keys_of_the_register(tmp_path: Path):
    ensure_keys(SecretFiles(tmp_path))
    assert {path.parent.name for path in tmp_path.glob("*/register*.key")} == {"population"}


def test_only_the_gateway_can_sign_and_everybody_can_verify(tmp_path: Path):
    ensure_keys(SecretFiles(tmp_path))
    assert {path.parent.name for path in tmp_path.rglob("signing.jwk")} == {"gateway"}
    signing = json.loads((tmp_path / "gateway" / "signing.jwk").read_text())
    for service in SERVICES:
        (public,) = json.loads((tmp_path / service / "jwks.json").read_text())["keys"]
        assert "d" not in public
        assert public["kid"] == signing["kid"]


def test_a_second_run_changes_no_key(tmp_path: Path):
    vault = SecretFiles(tmp_path)
    ensure_keys(vault)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    ensure_keys(vault)
    assert before == {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}


def test_signing_keys_differ():
    assert new_signing_key()["d"] != new_signing_key()["d"]


def test_threads_that_ask_at_once_get_one_password(tmp_path: Path):
    secrets = SecretFiles(tmp_path / "secrets")
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = set(pool.map(secrets.password, ["rentals/kafka"] * 64))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "secrets/rentals").iterdir()] == ["kafka.password"]
