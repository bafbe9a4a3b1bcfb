"""The page of operators: what waits is settled with a reason, and who is away is seen."""

import json
from base64 import b64encode

import pytest
from people import OLD_PC, PHONE
from playwright.async_api import expect

from lianfang_common.envelope import headers_of
from lianfang_common.ids import new_id
from lianfang_common.unit import OutboxMessage

pytestmark = pytest.mark.console

PAGE = "/console/operations"
WHY = "读取程序已修好"
_FACT = """select message_id, topic, key, type, aggregate_version, account, occurred_at,
    traceparent, body from outbox where type = 'population.area.defined.v1' limit 1"""
# Parked before anything that other tests look back at.
_PARK = """insert into dead_letter (id, consumer_group, topic, partition, log_offset, key, ce_id,
    type, state, reason, message, parked_at) values ($1, 'rentals.main', $2, 0, 0, $3, $4, $5,
    'failed', 'failed-KeyError', $6, now() - interval '3 days')"""


def _packed(fact: OutboxMessage) -> bytes:
    """Return a message as the inbox keeps one for its replay."""
    headers = [[name, b64encode(value).decode()] for name, value in headers_of(fact, "population")]
    key, value = (b64encode(part).decode() for part in (str(fact.key).encode(), fact.body))
    return json.dumps({"key": key, "value": value, "headers": headers}).encode()


@pytest.fixture
async def poison(network):
    """A letter of rentals over an event that it can handle by now."""
    (row,) = await network.query("population", _FACT)
    fact, letter = OutboxMessage(*row), new_id()
    told = (fact.topic, fact.key, fact.message_id, fact.type, _packed(fact))
    await network.query("rentals", _PARK, letter, *told)
    yield letter
    await network.query("rentals", "delete from dead_letter where id = $1", letter)
    await network.query("rentals", "delete from dead_letter_act where dead_letter_id = $1", letter)


async def kept(network, letter) -> tuple[str, str, str]:
    """Return how a letter ended, and who said why."""
    asked = """select d.state, a.actor, a.why from dead_letter d
        join dead_letter_act a on a.dead_letter_id = d.id where d.id = $1"""
    (row,) = await network.query("rentals", asked, letter)
    return tuple(row)


def parked(someone):
    return someone.page.get_by_role("listitem").filter(has_text="处理时程序出错")


async def press(where, name: str) -> None:
    await where.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(
    ("act", "size", "state"),
    [("重新处理", OLD_PC, "replayed"), ("放弃", PHONE, "dropped")],
    ids=["replay", "drop"],
)
async def test_a_letter_is_seen_settled_with_a_reason_and_gone(
    person, network, poison, act, size, state
):
    ops = await person("ops", path=PAGE, size=size)
    letter = parked(ops)
    await letter.get_by_text("房屋 · 区域").wait_for()
    await press(letter, act)
    await letter.get_by_text("请勿写姓名").wait_for()
    await ops.accessible()
    await ops.chinese_only()
    await ops.within_the_window()
    await press(letter, "确定")
    await letter.locator(".wrong", has_text="请填写理由").wait_for()
    await letter.get_by_label("理由").fill(WHY)
    await press(letter, "确定")
    await ops.reads("没有等待处理的死信")
    ended = await kept(network, poison)
    assert ended == (state, network.accounts["ops"]["account_id"], WHY)


async def test_a_service_that_is_away_is_seen_and_what_to_do_and_it_comes_back_by_itself(person):
    ops = await person("ops", path=PAGE, size=PHONE)
    rentals = ops.page.get_by_role("article", name="房屋")
    await rentals.get_by_text("个部分全部正常").wait_for()
    away = "**/api/v1/rentals/operations/**"
    await ops.page.route(away, lambda route: route.fulfill(status=502, body=""))
    await ops.page.reload()
    await rentals.get_by_text("没有应答").wait_for()
    await rentals.get_by_text("下一步").wait_for()
    await ops.reads("未能读取死信的服务：房屋")
    gone = ops.page.locator("tbody", has_text="服务离线").get_by_role("cell").last
    await expect(gone).to_have_class("late")
    await ops.accessible()
    await ops.chinese_only()
    await ops.within_the_window()
    await ops.page.unroute(away)
    await rentals.get_by_text("个部分全部正常").wait_for()
    await expect(gone).not_to_have_class("late")


async def test_nobody_but_operators_has_the_page(person):
    officer = await person("nanpu-officer1", path=PAGE)
    await officer.reads("没有这个页面")
    assert await officer.page.get_by_role("link", name="运行状态").count() == 0
