"""Writes the demo data of one profile: district, accounts, persons, premises, and the truth."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from lianfang_demo.district import accounts, district
from lianfang_demo.people import persons, premises
from lianfang_demo.profiles import PROFILES
from lianfang_demo.truth import truth


def generate(profile_name: str, seed: int, folder: Path, today: date) -> None:
    """Write the files of a profile.

    `profile.json` says what was asked for and in which figures; `district.json`, `persons.jsonl`,
    `premises.jsonl` and `accounts.json` are loaded; `truth.jsonl` no command loads. The accounts
    are written last: where they are, all of it is.

    Args:
        profile_name: one of `PROFILES`.
        seed: the same seed makes the same files on the same day.
        folder: made if missing, readable by its owner alone.
        today: entries, residences and the truth are dated from it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    profile = PROFILES[profile_name]
    asked = {"profile": profile_name, "seed": seed, "today": str(today)}
    _write(folder / "profile.json", [{**asked, "figures": profile.figures()}])
    _write(folder / "district.json", [district(seed, profile.layout)])
    _write(folder / "persons.jsonl", persons(profile, seed, today))
    _write(folder / "premises.jsonl", premises(profile, seed))
    _write(folder / "truth.jsonl", truth(profile, seed, today))
    _write(folder / "accounts.json", [accounts(seed, profile.layout)])


def _write(path: Path, rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_line(row) for row in rows)


def _line(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
