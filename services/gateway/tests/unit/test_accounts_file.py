"""The file that defines accounts."""

import json
from pathlib import Path
from typing import Any

import pytest
from gateway_builders import ROOM_A

from gateway.cli import read_accounts
from gateway.passwords import Passwords
from gateway.settings import LoginSettings

CHEAP = LoginSettings(password_memory_kib=8, password_rounds=1)


def a_line(**other: Any) -> dict[str, Any]:
    facts = {
        "login": "officer.a",
        "name_zh": "值班员",
        "name_en": "On Duty",
        "role": "officer",
        "office_id": str(ROOM_A),
        "password": "right horse",
    }
    return {**facts, **other}


async def read(folder: Path, *lines: dict[str, Any]) -> Any:
    path = folder / "accounts.json"
    path.write_text(json.dumps(lines))
    return await read_accounts(path, Passwords(CHEAP))


async def test_a_password_becomes_a_hash_that_fits_it_alone(tmp_path: Path):
    [account] = await read(tmp_path, a_line())
    assert account.password_hash.startswith("$argon2id$")
    passwords = Passwords(CHEAP)
    assert await passwords.fits("right horse", account.password_hash)
    assert not await passwords.fits("wrong", account.password_hash)
    assert not await passwords.fits("right horse", None)
    assert not await passwords.fits("nobody", None)


async def test_an_id_that_other_files_name_is_kept_and_else_one_is_made(tmp_path: Path):
    known = "0192aaaa-0000-7000-8000-0000000000aa"
    given, made = await read(tmp_path, a_line(account_id=known), a_line(login="officer.b"))
    assert str(given.id) == known
    assert made.id.version == 7


async def test_an_account_of_another_issuer_has_no_password(tmp_path: Path):
    [account] = await read(tmp_path, a_line(password=None))
    assert account.password_hash is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "king"},
        {"office_id": None},
        {"login": "Officer A"},
        {"login": ""},
        {"name_zh": ""},
        {"office_id": "x"},
    ],
)
async def test_a_line_that_is_wrong_is_named_without_its_values(
    tmp_path: Path, wrong: dict[str, Any]
):
    with pytest.raises(SystemExit) as refused:
        await read(tmp_path, a_line(), a_line(login="officer.b"), a_line(**wrong))
    assert "2" in str(refused.value)
    assert "right horse" not in str(refused.value)


async def test_a_login_stands_in_the_file_once(tmp_path: Path):
    with pytest.raises(SystemExit, match="twice"):
        await read(tmp_path, a_line(), a_line())
