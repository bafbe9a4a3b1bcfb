"""Loading persons from a file: what is wrong is left out by its line, the rest is loaded once."""

import json

import pytest
from population_builders import GRID_A, a_number

from population.cli import load_persons_command


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


async def test_a_wrong_line_is_named_by_number_and_reason_and_the_others_are_loaded(
    rig, tmp_path, capsys
):
    good, other = a_number(), a_number()
    wrong = other[:17] + ("1" if other[17] != "1" else "2")
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
                a_line(good),
            ]
        )
    )
    with pytest.raises(SystemExit) as ended:
        await load_persons_command(rig.runtime, [str(file)])
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "line 3: check-digit-wrong",
        "line 4: grid-unknown",
        "line 5: end-before-start",
        "line 6: name-unreadable",
        "line 7: unreadable",
        "2 persons are new; 5 lines were left out",
    ]
    assert len(await rig.as_admin_rows("select person_id from persons")) == 2
    assert len(await rig.as_admin_rows("select residence_id from residences")) == 2


async def test_the_same_file_again_goes_on_where_it_was_broken_off(rig, tmp_path, capsys):
    lines = [a_line(a_number()) for _ in range(6)]
    for name, part in (("half", lines[:3]), ("whole", lines), ("again", lines)):
        (tmp_path / name).write_text("\n".join(part))
        await load_persons_command(rig.runtime, [str(tmp_path / name)])
    assert capsys.readouterr().out.splitlines() == ["3 persons are new"] * 2 + ["0 persons are new"]
    assert len(await rig.as_admin_rows("select residence_id from residences")) == 6
