"""Figures as a table, as Markdown and as a file."""

import json

from figures import Figure, failed, markdown, plain, read, rows, table, void, write

MET = Figure(
    "command, p50", 1.234, "ms", 1.5, "bare", 1.6, True, (1.4, 1.7), 300, note="idle machine"
)
VOID = Figure("relay", 123_456.0, "rows/s", 0.4, "producer", 0.5, None, (0.1, 0.9), valid=False,
              at_least=True)  # fmt: skip


def test_a_row_tells_value_target_ratio_spread_and_verdict():
    assert rows([MET, VOID]) == [
        ("command, p50", "1.23 ms", "≤ 1.60", "1.50", "1.40 to 1.70", "met", "", "bare",
         "idle machine"),
        ("relay", "123,456 rows/s", "≥ 0.50", "0.40", "0.10 to 0.90", "", "void", "producer", ""),
    ]  # fmt: skip


def test_a_missed_target_is_told():
    assert rows([Figure("x", 1.0, "ms", 3.0, "bare", 2.0, False)])[0][5] == "missed"


def test_a_measure_that_failed_is_void_and_tells_why():
    (row,) = rows([failed("relay", "not at its end after 240 s\nand what it logged")])
    assert (row[0], row[6], row[8]) == ("relay", "void", "not at its end after 240 s")


def test_a_figure_among_foreign_work_is_void_whatever_it_says():
    (row,) = rows([void(MET, "others used 40% of the processor")])
    assert row[5:] == ("", "void", "bare", "idle machine; others used 40% of the processor")


def test_a_table_has_one_line_for_each_figure():
    assert len(table([MET, VOID]).splitlines()) == 3


def test_a_plain_figure_is_the_median_with_its_spread():
    found = plain("start", [3.0, 1.0, 2.0], "s")
    assert (found.value, found.spread, found.samples) == (2.0, (1.0, 3.0), 3)
    assert (found.ratio, found.met, found.valid) == (None, None, True)


def test_the_file_holds_the_command_and_makes_the_whole_table(tmp_path):
    path = tmp_path / "build/bench.json"
    machine = {"cores": 2, "processor": "one", "memory_gb": 8, "load_at_start": 0.1,
               "load_at_end": 0.2}  # fmt: skip
    write(
        path,
        [MET, VOID],
        command="make bench size=city",
        day="2026-11-25",
        versions={"python": "3.13"},
        machine=machine,
    )
    assert json.loads(path.read_text())["versions"] == {"python": "3.13"}
    kept = read(path)
    assert kept["figures"] == [MET, VOID]
    facts, _, *lines = markdown(kept).splitlines()
    assert "`make bench size=city`, 2026-11-25; 2 cores" in facts
    assert len(lines) == 4 and all(line.count("|") == 10 for line in lines)
