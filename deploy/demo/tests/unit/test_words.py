"""What the demo says: in both languages, from the notice's own words, without anybody's data."""

import string
from datetime import date

import pytest

from lianfang_demo.desks import Desk, Heard
from lianfang_demo.live import LiveEvent
from lianfang_demo.morning import Morning
from lianfang_demo.rooms import free_from
from lianfang_demo.script import SCRIPT
from lianfang_demo.stack import NotRunning, Stack
from lianfang_demo.telling import Speaker
from lianfang_demo.watch import line_of

TODAY = date(2026, 11, 22)


def a_desk(login: str = "beihe-officer1") -> Desk:
    return Desk(login, {"name_zh": "北河第1警务室民警", "name_en": "Beihe officer 1"}, None)


def raised(**more):
    facts = {
        "notice_id": "n1",
        "raised_at": "2026-11-22T01:02:03+00:00",
        "urgency": "normal",
        "title": "新租住登记",
        "body": "社区：槐荫\n日期：11-22",
    }
    return facts | more


def test_every_sentence_is_said_in_both_languages_with_the_same_facts():
    def facts(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for zh, en in SCRIPT.values():
        assert not zh.isascii() and en.isascii()
        assert facts(zh) == facts(en)


def test_every_scene_has_a_title():
    scenes = ("tenancy", "landlord", "burglary", "violence", "move")
    assert all(scene in SCRIPT and hasattr(Morning, scene) for scene in scenes)


def test_a_notice_is_told_with_its_delay_and_what_was_kept_back():
    said: list[str] = []
    heard = Heard(10.0234, "notice-raised", raised())
    manifest = {"fields_withheld": ["tenants", "premises_id", "a-new-field"]}
    Speaker("zh-CN", said.append).notice(a_desk(), heard, 10.0, manifest)
    assert said == [
        "  ● 北河第1警务室民警（23 毫秒）：新租住登记。社区：槐荫；日期：11-22",
        "      没有告诉：租住人、房屋、a-new-field",
    ]


def test_those_who_heard_nothing_are_named():
    said: list[str] = []
    Speaker("en", said.append).silence([a_desk(), a_desk("beihe-head1")])
    Speaker("en", said.append).silence([])
    assert said == ["  - heard nothing: Beihe officer 1, Beihe officer 1"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh-CN", "09:02:03 [紧急] 新租住登记 | 社区：槐荫 日期：11-22  (d:4)"),
        ("en", "09:02:03 [high] 新租住登记 | 社区：槐荫 日期：11-22  (d:4)"),
    ],
)
def test_the_watch_shows_time_urgency_words_and_where_to_resume(language, shown):
    event = LiveEvent("d:4", "notice-raised", raised(urgency="high"))
    assert line_of(event, language) == shown


def test_the_watch_says_what_became_of_a_notice():
    event = LiveEvent("d:5", "notice-acknowledged", {"notice_id": "n1"})
    assert line_of(event, "zh-CN") == "-- 已签收 n1"
    assert line_of(LiveEvent("d:5", "notice-invented", {}), "en") == "-- notice-invented"


def test_a_room_is_free_from_the_day_after_the_last_tenancy_that_touches_it():
    lets = [
        {"room": 1, "last_day": "2026-12-31"},
        {"room": None, "last_day": "2026-11-30"},
        {"room": 3, "last_day": None},
    ]
    assert free_from(1, lets, TODAY) == date(2027, 1, 1)
    assert free_from(2, lets, TODAY) == date(2026, 12, 1)
    assert free_from(3, lets, TODAY) is None
    assert free_from(2, [], TODAY) == TODAY


def test_a_missing_network_is_said_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("LIANFANG_STATE_DIR", str(tmp_path))
    with pytest.raises(NotRunning, match="run make up"):
        Stack.open()
    (tmp_path / "stack.json").write_text('[{"name": "gateway", "url": "x", "ready": false}]')
    with pytest.raises(NotRunning, match="not ready"):
        Stack.open()
