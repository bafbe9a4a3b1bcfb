"""Writes the demo data of one profile: district, accounts, persons, premises."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from lianfang_demo.district import accounts, district
from lianfang_demo.people import PROFILES, persons, premises


def generate(profile_name: str, seed: int, folder: Path, today: date) -> None:
    """Write `district.json`, `accounts.json`, `persons.jsonl` and `premises.jsonl`.

    Args:
        profile_name: one of `PROFILES`.
        seed: the same seed makes the same files on the same day.
        folder: made if missing, readable by its owner alone.
        today: entries and residences are dated from it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    profile = PROFILES[profile_name]
    _write(folder / "district.json", [district(seed, profile.layout)])
    (folder / "accounts.json").write_text(_line(accounts(seed, profile.layout)), encoding="utf-8")
    _write(folder / "persons.jsonl", persons(profile, seed, today))
    _write(folder / "premises.jsonl", premises(profile, seed))


def _write(path: Path, rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_line(row) for row in rows)


def _line(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
