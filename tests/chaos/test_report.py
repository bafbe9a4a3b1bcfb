"""The table of a run: each fault with how often it was survived, and the times after it."""

from report import Happened, Report, markdown

RUN = Report(
    seed=7,
    minutes=2.0,
    happened=[
        Happened("valkey flushed", 1.0, 2.0, 0.5),
        Happened("kafka frozen", 3.0, 5.0, 2.0),
        Happened("kafka frozen", 6.0, 8.0, None),
        Happened("kafka frozen", 9.0, 11.0, 3.0),
    ],
    commands={"acknowledged": 40, "refused": 2},
    facts=90,
    notices=60,
    broken=["a rule: broken"],
)


def test_a_fault_that_was_not_survived_is_counted_and_has_no_time():
    rows = markdown(RUN).splitlines()
    assert rows[-2:] == [
        "| kafka frozen | 3 | 2 | 2.50 s | 3.00 s |",
        "| valkey flushed | 1 | 1 | 0.50 s | 0.50 s |",
    ]


def test_a_fault_that_was_never_survived_has_no_figure():
    never = Report(7, 2.0, [Happened("kafka frozen", 3.0, 5.0, None)])
    assert markdown(never).endswith("| kafka frozen | 1 | 0 | - | - |")


def test_what_was_held_after_the_first_and_the_last_round_stands_below_the_faults():
    rows = [{"rentals": {"memory": m, "descriptors": 50, "connections": 9}} for m in (90, 95, 99)]
    assert markdown(Report(7, 9.0, held=rows)).endswith("| rentals | 90, 99 | 50, 50 | 9, 9 |")
    assert "held" not in markdown(Report(7, 3.0, held=rows[:1]))


def test_the_seed_and_what_was_broken_stand_above_the_table():
    first = markdown(RUN).splitlines()[0]
    assert "Seed 7, 2 minutes: 4 faults" in first
    assert "40 acknowledged, 2 refused" in first
    assert "invariants broken: 1" in first
    assert "3 of 4 faults survived" in RUN.summary()


def test_a_report_is_read_as_it_was_written(tmp_path):
    RUN.write(tmp_path / "build/chaos.json")
    assert Report.read(tmp_path / "build/chaos.json") == RUN
