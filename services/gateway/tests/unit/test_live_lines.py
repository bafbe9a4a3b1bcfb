"""Ids and lines of the live view."""

from uuid import UUID

import orjson
import pytest
from gateway_builders import DESK_A, DESK_B, ROOM_A, ROOM_B, a_notice
from hypothesis import given
from hypothesis import strategies as st

from gateway.live_lines import Line, facts_of, read_id, write_id
from gateway.storage.feed import Desk, FeedRow, FeedState

DESKS = st.builds(Desk, st.uuids(), st.sampled_from(["officer", "room_head", "committee"]))


@given(st.dictionaries(DESKS, st.integers(0, 10**17), min_size=1, max_size=5))
def test_an_id_says_what_was_written(positions: dict[Desk, int]):
    assert read_id(write_id(positions)) == positions


@given(st.text(max_size=80))
def test_any_other_text_is_no_id_and_no_error(text: str):
    read = read_id(text)
    assert read is None or write_id(read).count(":") == text.count(":")


@pytest.mark.parametrize(
    "text",
    ["", ",", f"{ROOM_A}/officer", f"{ROOM_A}/officer:-1", f"{ROOM_A}/OFFICER:1", "a" * 9_999],
)
def test_what_is_not_written_here_is_refused(text: str):
    assert read_id(text) is None


def row(number: int = 3) -> FeedRow:
    notice = a_notice()
    body = notice.model_dump_json(exclude={"office_id", "role"})
    return FeedRow(number, "raised", body)


def test_a_line_is_one_piece_of_bytes_for_all_who_sit_at_its_desk_alone():
    line, here = Line(DESK_A, row(3)), {DESK_A: 3}
    assert line.event(here, "en") is line.event(dict(here), "en")
    assert line.event(here, "en") != line.event(here, "zh-CN")
    assert line.event(here, "en").startswith(f"id: {ROOM_A}/officer:3\nevent: ".encode())


def test_the_id_of_a_line_says_where_its_reader_stands_at_every_desk():
    line = Line(DESK_A, row(3))
    line.event({DESK_A: 3}, None)
    event = line.event({DESK_A: 3, DESK_B: 9}, None)
    assert event.startswith(f"id: {ROOM_A}/officer:3,{ROOM_B}/officer:9\n".encode())


def test_an_event_cannot_be_broken_by_what_a_text_holds():
    told = FeedRow(1, "raised", orjson.dumps({"title_en": "a\n\nid: 7\ndata: x"}).decode())
    event = Line(DESK_A, told).event({DESK_A: 1, DESK_B: 2}, None)
    assert event.endswith(b"\n\n")
    assert event.count(b"\n\n") == 1
    assert event.count(b"\nid:") == 0
    assert event.startswith(f"id: {ROOM_A}/officer:1,{ROOM_B}/officer:2\n".encode())


def test_one_language_leaves_nothing_of_the_other():
    facts = facts_of(DESK_A, row(), "en")
    assert facts["title"] == "A tenancy was registered"
    assert not [name for name in facts if name.endswith(("_zh", "_en"))]
    assert facts["office_id"] == str(ROOM_A)


@pytest.mark.parametrize(
    ("number", "lost"), [(10, False), (4, False), (3, True), (0, True), (11, True)]
)
def test_lines_are_lost_before_the_kept_ones_and_after_the_newest(number: int, lost: bool):
    assert FeedState(newest=10, first_kept=5).lost_after(number) is lost


def test_of_an_empty_feed_nothing_is_lost():
    assert not FeedState(newest=0, first_kept=1).lost_after(0)
    assert FeedState(newest=50, first_kept=51).lost_after(40)
    assert isinstance(DESK_A.office, UUID)
