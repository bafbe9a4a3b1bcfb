"""Figures as a table, as Markdown and as a file."""

import json

from figures import Figure, markdown, plain, read, rows, table, write

MET = Figure(
    "command, p50", 1.234, "ms", 1.5, "bare", 1.6, True, (1.4, 1.7), 300, note="idle machine"
)
VOID = Figure("relay", 123_456.0, "rows/s", 0.4, "producer", 0.5, None, (0.1, 0.9), valid=False,
              at_least=True)  # fmt: skip


def test_a_row_tells_value_ratio_target_and_verdict():
    assert rows([MET, VOID]) == [
        ("command, p50", "1.23 ms", "1.50", "1.40 to 1.70", "bare", "≤ 1.60", "met; idle machine"),
        ("relay", "123,456 rows/s", "0.40", "0.10 to 0.90", "producer", "≥ 0.50", "void"),
    ]


def test_a_missed_target_is_told():
    assert rows([Figure("x", 1.0, "ms", 3.0, "bare", 2.0, False)])[0][-1] == "missed"


def test_a_table_has_one_line_for_each_figure():
    assert len(table([MET, VOID]).splitlines()) == 3
    assert all(line.count("|") == 8 for line in markdown([MET, VOID]).splitlines())


def test_a_plain_figure_is_the_median_with_its_spread():
    found = plain("start", [3.0, 1.0, 2.0], "s")
    assert (found.value, found.spread, found.samples) == (2.0, (1.0, 3.0), 3)
    assert (found.ratio, found.met, found.valid) == (None, None, True)


def test_the_file_holds_figures_versions_and_machine(tmp_path):
    path = tmp_path / "build/bench.json"
    write(path, [MET, VOID], {"python": "3.13"}, {"cores": 2})
    kept = json.loads(path.read_text())
    assert (kept["versions"], kept["machine"]) == ({"python": "3.13"}, {"cores": 2})
    assert {"name", "value", "unit", "ratio", "against", "target", "valid"} <= set(
        kept["figures"][0]
    )
    assert read(path) == [MET, VOID]
