"""One member takes a notice over for the desk; silence goes up the chain, each desk once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from notifications_builders import COMMITTEE, OTHER_ROOM, ROOM, STATION, a_body
from notifications_network import Notifications, a_member

from lianfang_common.outbox import flush
from lianfang_common.testing.eventually import eventually
from notifications.domain.desk import Desk
from notifications.use_cases.acknowledge_notice import AcknowledgeNotice, acknowledge_notice

OFFICER, HEAD = Desk(ROOM, "officer"), Desk(ROOM, "room_head")
STATION_HEAD = Desk(STATION, "station_head")
OPENED = "incidents.incident.opened.v1"
FIVE_MINUTES = timedelta(minutes=5)


async def a_notice(network: Notifications) -> str:
    """Open a criminal incident and return the id of the officers' notice."""
    network.say(OPENED, a_body(OPENED, incident_id=str(uuid4()), arrive_by=None))
    await network.deliver()
    newest = (await network.notices(OFFICER))[0]
    return str(newest["id"])


async def acknowledge(network: Notifications, notice: str, desk: Desk = OFFICER, **more):
    return await network.ask(
        a_member(desk), "POST", f"/notices/{notice}/acknowledgements", {}, **more
    )


async def test_one_members_acknowledgement_closes_a_notice_for_the_desk(network):
    notice = await a_notice(network)
    first, second = a_member(OFFICER), a_member(OFFICER)
    path = f"/notices/{notice}/acknowledgements"
    done = await network.ask(first, "POST", path, {"comment": "已联系住户"})
    assert (done.status, done.body["state"], done.body["version"]) == (200, "acknowledged", 2)
    again = await network.ask(second, "POST", path, {"comment": "另一条"})
    assert (again.status, again.body) == (200, done.body)
    seen = await network.ask(second, "GET", f"/notices/{notice}")
    assert (seen.body["state"], seen.body["comment"]) == ("acknowledged", "已联系住户")
    assert len(await network.facts("acknowledged.v1")) == 1


async def test_a_repeated_request_gets_the_first_answer(network):
    notice = await a_notice(network)
    member, path = a_member(OFFICER), f"/notices/{notice}/acknowledgements"
    sent = [
        await network.ask(member, "POST", path, {"comment": "好"}, Idempotency_Key="k1")
        for _ in range(3)
    ]
    assert len({answer.content for answer in sent}) == 1
    other = await network.ask(member, "POST", path, {"comment": "不"}, Idempotency_Key="k1")
    assert other.status == 422


async def test_a_comment_is_kept_sealed_and_told_to_nobody(network):
    notice = await a_notice(network)
    path = f"/notices/{notice}/acknowledgements"
    await network.ask(a_member(OFFICER), "POST", path, {"comment": "某甲说的话"})
    [row] = await network.sql("select comment_sealed from notices where comment_sealed is not null")
    assert "某甲".encode() not in row[0]
    kept = await network.sql("select convert_from(body, 'utf8') from outbox")
    kept += await network.sql("select facts::text from idempotency")
    assert "某甲" not in "".join(each[0] for each in kept)


async def test_an_acknowledged_notice_is_told_to_no_other_desk(network):
    notice = await a_notice(network)
    await acknowledge(network, notice)
    assert await network.sql("select * from timer where subject = $1", UUID(notice)) == []
    await network.fire(timedelta(hours=1))
    assert await network.notices(HEAD) == []


async def test_a_deadline_that_came_back_finds_an_acknowledged_notice_and_leaves_it(network):
    """A timer row of a restored backup outlives the acknowledgement that had dropped it."""
    notice = await a_notice(network)
    kept = await network.sql("select * from timer where subject = $1", UUID(notice))
    await acknowledge(network, notice)
    await network.sql("insert into timer values ($1, $2, $3, $4, $5, $6)", *kept[0])
    assert await network.fire(FIVE_MINUTES) == 1
    assert await network.notices(HEAD) == []
    [seen] = await network.notices(OFFICER)
    assert (seen["state"], seen["version"]) == ("acknowledged", 2)


async def test_silence_goes_to_the_room_head_then_the_station_head_and_ends_there(network):
    notice = await a_notice(network)
    assert await network.fire(FIVE_MINUTES - timedelta(seconds=1)) == 0
    assert await network.fire(timedelta(seconds=1)) == 1
    [head] = await network.notices(HEAD)
    assert head["escalated_from"] == notice
    assert head["title_zh"].startswith("（升级）")
    assert await network.notices(STATION_HEAD) == []
    await network.fire(FIVE_MINUTES)
    [station] = await network.notices(STATION_HEAD)
    assert station["escalated_from"] == head["id"]
    for _ in range(5):
        await network.fire(FIVE_MINUTES)
    every = [await network.notices(desk) for desk in (OFFICER, HEAD, STATION_HEAD)]
    assert [len(each) for each in every] == [1, 1, 1]
    assert [each[0]["state"] for each in every] == ["escalated", "escalated", "raised"]
    told = [each["aggregate_version"] for each in await network.facts("escalated.v1")]
    assert told == [2, 2]


async def test_a_chain_that_nobody_answered_goes_stale_at_its_limit_and_pages_no_more(network):
    await a_notice(network)
    for _ in range(4):
        await network.fire(FIVE_MINUTES)
    assert await network.fire(timedelta(hours=12)) == 1
    [station] = await network.notices(STATION_HEAD)
    assert station["state"] == "stale"
    [stale] = await network.facts("went-stale.v1")
    assert stale["body"]["notice_id"] == station["id"]
    assert await network.sql("select * from timer where kind = 'acknowledge'") == []


async def test_a_deadline_that_fires_too_late_makes_the_notice_stale_and_tells_nobody(network):
    """Timers were down for two days: what was urgent then is for the list, not for a page."""
    notice = await a_notice(network)
    await network.fire(timedelta(days=2))
    [seen] = await network.notices(OFFICER)
    assert (seen["id"], seen["state"]) == (notice, "stale")
    assert await network.notices(HEAD) == []


async def test_a_late_acknowledgement_still_counts_and_the_next_desk_keeps_its_own(network):
    notice = await a_notice(network)
    await network.fire(FIVE_MINUTES)
    assert (await acknowledge(network, notice)).status == 200
    [head] = await network.notices(HEAD)
    assert head["state"] == "raised"


async def test_the_scale_shortens_every_wait(network):
    network.scale = 0.01
    await a_notice(network)
    assert await network.fire(timedelta(seconds=3)) == 1
    assert len(await network.notices(HEAD)) == 1


async def test_an_acknowledgement_that_holds_the_notice_keeps_the_deadline_from_it(network):
    """The member was first: the deadline waits for the commit, and then finds nothing to do."""
    notice = await a_notice(network)
    network.clock.advance(FIVE_MINUTES)
    member = a_member(OFFICER)
    async with network.app_pool.transaction(member) as connection:
        unit = network.new_unit(connection, member)
        await acknowledge_notice(AcknowledgeNotice(UUID(notice), None), network.open_unit(unit))
        firing = asyncio.create_task(network.fire())
        await eventually(lambda: waiting_locks(network), what="the deadline waits or passes by")
        await flush(unit)
    await firing
    assert await network.notices(HEAD) == []
    [seen] = await network.notices(OFFICER)
    assert seen["state"] == "acknowledged"


async def waiting_locks(network: Notifications) -> bool:
    """Say whether some session of this database waits, or the only deadline was passed over."""
    rows = await network.sql(
        "select count(*) filter (where wait_event_type = 'Lock') as waiting,"
        " count(*) filter (where state = 'active' and pid <> pg_backend_pid()) as active"
        " from pg_stat_activity where datname = current_database()"
    )
    return rows[0]["waiting"] > 0 or rows[0]["active"] == 0


@pytest.mark.slow
async def test_acknowledgement_and_deadline_at_once_never_do_both_halves_or_neither(network):
    """A hundred times: the notice ends acknowledged, and the next desk was told or was not."""
    told = 0
    for _ in range(100):
        notice = await a_notice(network)
        network.clock.advance(FIVE_MINUTES)
        answered, _ = await asyncio.gather(acknowledge(network, notice), network.fire())
        assert answered.status == 200
        row = await network.sql(
            "select state, (select count(*) from notices n where n.escalated_from = $1) as above,"
            " (select count(*) from timer where subject = $1 and kind = 'acknowledge') as waiting,"
            " (select count(*) from outbox o where o.key = $1"
            " and o.type = 'notifications.notice.escalated.v1') as said"
            " from notices where id = $1",
            UUID(notice),
        )
        assert (row[0]["state"], row[0]["waiting"]) == ("acknowledged", 0)
        assert row[0]["above"] == row[0]["said"] <= 1
        told += row[0]["above"]
        await network.sql("truncate timer")
    assert 0 <= told <= 100


@pytest.mark.parametrize(
    "desk",
    [
        Desk(OTHER_ROOM, "officer"),
        HEAD,
        Desk(COMMITTEE, "committee"),
        Desk(uuid4(), "ops"),
        Desk(uuid4(), "auditor"),
    ],
)
async def test_nobody_but_the_desk_can_take_a_notice_over_or_learn_of_it(network, desk):
    notice = await a_notice(network)
    foreign = await acknowledge(network, notice, desk)
    absent = await acknowledge(network, str(uuid4()), desk)
    assert foreign.status == absent.status == 404
    assert foreign.body["type"] == absent.body["type"]
    for path in ("", "/manifest"):
        answered = await network.ask(a_member(desk), "GET", f"/notices/{notice}{path}")
        assert answered.status == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"comment": ""}, {"comment": "out-of-range"}),
        ({"comment": "长" * 1001}, {"comment": "out-of-range"}),
        ({"comment": 7}, {"comment": "wrong-type"}),
        ({"comment": "a\u0000b"}, {"comment": "unreadable-text"}),
        ({"remark": "x"}, {"remark": "unknown-field"}),
        ([], {}),
    ],
)
async def test_bad_input_is_answered_with_the_field_and_changes_nothing(network, body, fields):
    notice = await a_notice(network)
    path = f"/notices/{notice}/acknowledgements"
    answered = await network.ask(a_member(OFFICER), "POST", path, body)
    assert answered.status == 422
    assert fields.items() <= answered.fields.items()
    [seen] = await network.notices(OFFICER)
    assert seen["state"] == "raised"
