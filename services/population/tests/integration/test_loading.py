"""Loading persons from a file: what is wrong is left out by its line, the rest is loaded once."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from population_builders import COMMITTEE_A, GRID_A, GRID_B, JUSTICE_A, ROOM_A, a_number

from lianfang_common.testing.eventually import eventually
from population import cli
from population.cli import load_persons_command

TABLES = ("persons", "identity_claims", "residences", "match_queue")


def a_line(number: str, **changed: object) -> str:
    return json.dumps(
        {
            "name": "赵安彬",
            "document_number": number,
            "phone": "19900000001",
            "grid": GRID_A,
            "first_day": "2026-01-01",
            **changed,
        }
    )


def an_entry(today, **changed: object) -> dict[str, object]:
    return {
        "category": "resettlement_help",
        "statute": "prison-law-37",
        "deciding_organ": "示范区司法局",
        "document_number": "示范〔2026〕1号",
        "starts_on": str(today - timedelta(days=100)),
        "ends_on": str(today + timedelta(days=900)),
        "review_due_on": str(today + timedelta(days=90)),
        "responsible_office": str(ROOM_A),
        "justice_office": str(JUSTICE_A),
        "assisting_committee": str(COMMITTEE_A),
        **changed,
    }


async def test_a_wrong_line_is_named_by_number_field_and_reason_and_the_others_are_loaded(
    rig, tmp_path, capsys
):
    good, other = a_number(), a_number()
    wrong = other[:17] + ("1" if other[17] != "1" else "2")
    misplaced = json.dumps({**json.loads(a_line(a_number())), "王小明": 1})
    file = tmp_path / "persons.jsonl"
    file.write_text(
        "\n".join(
            [
                a_line(good),
                "",
                a_line(wrong),
                a_line(a_number(), grid="990199999999999"),
                a_line(a_number(), last_day="2025-01-01"),
                a_line(a_number(), name="第7人"),
                "{}",
                a_line(other),
                a_line(good, grid=GRID_B),
                misplaced,
                a_line(a_number(), supervision=an_entry(rig.today, justice_office=str(ROOM_A))),
                a_line(a_number(), supervision=an_entry(rig.today, statute="none")),
                "{",
            ]
        )
    )
    with pytest.raises(SystemExit) as ended:
        await load_persons_command(rig.runtime, [str(file)])
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "line 3: document_number: check-digit-wrong",
        "line 4: grid: grid-unknown",
        "line 5: last_day: end-before-start",
        "line 6: name: name-unreadable",
        "line 7: name: unreadable",
        "line 10: unreadable",
        "line 11: supervision.justice_office: office-unknown",
        "line 12: supervision.statute: statute-does-not-carry-category",
        "line 13: unreadable",
        "2 persons are new; 9 lines were left out",
    ]
    assert told.err.splitlines() == ["progress 13 13"]
    assert len(await rig.as_admin_rows("select person_id from persons")) == 2
    homes = await rig.as_admin_rows("select grid from residences")
    assert [row["grid"] for row in homes] == [GRID_A, GRID_A]


async def test_a_loaded_person_is_sealed_found_and_placed_as_one_who_was_resolved(rig, tmp_path):
    number = a_number()
    file = tmp_path / "persons.jsonl"
    file.write_text(a_line(number, last_day="2027-01-01", supervision=an_entry(rig.today)))
    await load_persons_command(rig.runtime, [str(file)])
    (row,) = await rig.as_system("select * from persons")
    person, fields = row["person_id"], rig.vault.fields
    assert (row["name"], row["pinyin"], row["version"]) == ("赵安彬", "zhaoanbin", 1)
    assert fields.open(row["document_sealed"], f"persons.document.{person}") == number
    assert fields.open(row["phone_sealed"], f"persons.phone.{person}") == "19900000001"
    assert row["document_index"] == rig.vault.documents.of(f"resident_id:{number}")
    (home,) = await rig.as_system("select * from residences")
    (fact,) = await rig.published("residence.recorded")
    assert fact["residence_id"] == str(home["residence_id"]) and fact["person_id"] == str(person)
    assert (fact["grid"], fact["first_day"], fact["last_day"]) == (
        GRID_A,
        "2026-01-01",
        "2027-01-01",
    )
    (claim,) = await rig.as_system("select name, state from identity_claims")
    assert (claim["name"], claim["state"]) == ("赵安彬", "agrees")
    (entry,) = await rig.as_system("select entry_id from supervision_entries")
    assert await rig.responsible(entry["entry_id"]) == [ROOM_A]
    assert len(await rig.published("supervision.listed")) == 1


async def counts(rig) -> set[int]:
    """Return how many rows each table of a loaded person has, and how many facts were written."""
    facts = len(await rig.published("residence.recorded"))
    rows = [len(await rig.as_admin_rows(f"select 1 from {table}")) for table in TABLES]
    return {facts, *rows}


async def test_the_same_file_again_goes_on_where_it_was_broken_off(rig, tmp_path, capsys):
    lines = [a_line(a_number()) for _ in range(6)]
    for name, part in (("half", lines[:3]), ("whole", lines), ("again", lines)):
        (tmp_path / name).write_text("\n".join(part))
        await load_persons_command(rig.runtime, [str(tmp_path / name)])
    assert capsys.readouterr().out.splitlines() == ["3 persons are new"] * 2 + ["0 persons are new"]
    assert await counts(rig) == {6}


async def test_a_chunk_that_fails_leaves_nothing_and_the_next_run_loads_it(
    rig, tmp_path, monkeypatch
):
    monkeypatch.setattr(cli, "CHUNK_ROWS", 2)
    file = tmp_path / "persons.jsonl"
    file.write_text("\n".join(a_line(a_number()) for _ in range(5)))
    whole, calls = cli.load_persons, []

    async def failing(chunk, uow):
        calls.append(chunk)
        loaded = await whole(chunk, uow)
        if len(calls) == 2:
            raise RuntimeError
        return loaded

    monkeypatch.setattr(cli, "load_persons", failing)
    with pytest.raises(RuntimeError):
        await load_persons_command(rig.runtime, [str(file)])
    assert await counts(rig) == {2}
    assert not await rig.as_admin_rows("select 1 from staged_persons")
    await load_persons_command(rig.runtime, [str(file)])
    assert await counts(rig) == {5}


_LOADING = """
import sys
from population import cli, main
cli.CHUNK_ROWS = 50
sys.argv = ["population", "load-persons", sys.argv[1]]
main.cli()
"""


async def test_a_load_that_is_killed_is_finished_by_the_next_one_with_each_row_once(
    rig, place, secrets_dir, tmp_path
):
    file = tmp_path / "persons.jsonl"
    file.write_text("\n".join(a_line(a_number()) for _ in range(3_000)))
    settings = {
        "POSTGRES__APP_URL": place.app_url,
        "POSTGRES__SYSTEM_URL": place.system_url,
        "KAFKA__BOOTSTRAP": "127.0.0.1:1",
        "SECRETS_DIR": str(secrets_dir),
        "JWKS_FILE": str(secrets_dir / "jwks.json"),
        "MATCHER_URL": place.urls["matcher"],
    }
    given = {f"POPULATION_{name}": value for name, value in settings.items()}
    loading = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _LOADING, str(file)),
        env={"PATH": os.environ["PATH"], **given},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        told = [await loading.stderr.readline() for _ in range(3)]
    finally:
        loading.kill()
        await loading.wait()
    assert told == [b"progress 50 3000\n", b"progress 100 3000\n", b"progress 150 3000\n"]
    # What it asked for last may be committed when it is already dead, between two of our looks.
    (before,) = await eventually(lambda: counts(rig), until=lambda had: len(had) == 1)
    assert 150 <= before < 3_000 and before % 50 == 0
    await load_persons_command(rig.runtime, [str(file)])
    assert await counts(rig) == {3_000}
    assert (
        len(
            await rig.as_admin_rows(
                "select distinct key from outbox where topic = 'population.residence'"
            )
        )
        == 3_000
    )


async def test_no_role_but_the_systems_reaches_the_staging_table(rig):
    rows = await rig.as_admin_rows(
        "select distinct grantee from information_schema.role_table_grants"
        " where table_name = 'staged_persons' and grantee not like '%owner'"
    )
    assert [row["grantee"] for row in rows] == ["population_system"]
