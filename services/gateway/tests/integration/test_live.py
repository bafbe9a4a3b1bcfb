"""The live view: each line once, in order, to its own desk, across everything that breaks."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from gateway_builders import (
    DESK_A,
    DESK_B,
    ROOM_A,
    ROOM_B,
    a_notice,
    acknowledged,
    an_account,
    escalated,
    received,
)
from gateway_rig import Rig

from gateway.consumed import NoticeWentStale
from gateway.handlers import on_notices_raised
from gateway.live import LiveClient
from gateway.storage.feed import Desk, Feed
from lianfang_common.database import driver_of
from lianfang_common.errors import Transient
from lianfang_common.ids import new_id
from lianfang_common.principal import Principal
from lianfang_common.testing.eventually import eventually
from lianfang_common.unit import TimerRow

FEED = "/api/v1/gateway/feed"


async def streams_of_desk_a(rig: Rig, *queue_max: int) -> list[LiveClient]:
    """Return streams of one session that stand at their beginning.

    The session is a real one: the gateway ends, at any moment, a stream that has none.
    """
    await rig.logged_in()
    [session] = await rig.rows("select digest from session")
    caller = Principal(new_id(), "officer", ROOM_A)
    return [LiveClient(session["digest"], caller, {DESK_A: 0}, None, each) for each in queue_max]


async def test_a_notice_reaches_the_open_stream_of_its_desk_in_both_languages(rig: Rig):
    browser = await rig.logged_in()
    async with browser.live() as stream:
        ready = await stream.next()
        assert ready is not None
        assert (ready.name, ready.id) == ("ready", f"{ROOM_A}/officer:0")
        notice = a_notice()
        await rig.running.handle(notice)
        [event] = await stream.take(1)
    assert (event.name, event.id) == ("notice-raised", f"{ROOM_A}/officer:1")
    assert event.data["notice_id"] == str(notice.notice_id)
    assert event.data["title_zh"] == notice.title_zh
    assert event.data["title_en"] == notice.title_en
    assert event.data["number"] == 1


async def test_a_stream_in_one_language_has_one_title(rig: Rig):
    browser = await rig.logged_in()
    notice = a_notice()
    await rig.running.handle(notice)
    for language, title in (("en", notice.title_en), ("zh-CN", notice.title_zh)):
        start = f"{ROOM_A}/officer:0"
        async with browser.live(start, f"?language={language}") as stream:
            _, event = await stream.take(2)
        assert event.data["title"] == title
        assert "title_zh" not in event.data
        assert "title_en" not in event.data


async def test_the_whole_life_of_a_notice_is_told_in_order(rig: Rig):
    browser = await rig.logged_in()
    notice = a_notice()
    stale = NoticeWentStale(notice_id=notice.notice_id, office_id=ROOM_A, role="officer")
    async with browser.live() as stream:
        await stream.take(1)
        await rig.running.handle(notice, acknowledged(notice), escalated(notice), stale)
        events = await stream.take(4)
    assert [event.name for event in events] == [
        "notice-raised",
        "notice-acknowledged",
        "notice-escalated",
        "notice-stale",
    ]
    assert [event.data["number"] for event in events] == [1, 2, 3, 4]
    assert "next_notice_id" not in events[2].data


async def test_another_desk_hears_nothing_and_counts_for_itself(rig: Rig):
    here = await rig.logged_in("officer.a")
    there = await rig.logged_in("officer.b", office=ROOM_B)
    async with here.live() as stream_a, there.live() as stream_b:
        await stream_a.take(1)
        await stream_b.take(1)
        await rig.running.handle(*[a_notice(DESK_A) for _ in range(3)], a_notice(DESK_B))
        [event] = await stream_b.take(1)
        assert event.data["number"] == 1
        assert [e.data["number"] for e in await stream_a.take(3)] == [1, 2, 3]
        await rig.running.handle(a_notice(DESK_B))
        [event] = await stream_b.take(1)
        assert event.data["number"] == 2
    feed = (await there.get(FEED)).body
    assert len(feed["items"]) == 2
    assert str(ROOM_A) not in str(feed)


async def test_a_room_head_does_not_see_the_officers_desk(rig: Rig):
    head = await rig.logged_in("head.a", role="room_head")
    await rig.running.handle(a_notice(DESK_A), a_notice(Desk(ROOM_A, "room_head")))
    items = (await head.get(FEED)).body["items"]
    assert [item["data"]["role"] for item in items] == ["room_head"]


async def test_one_event_delivered_twice_makes_one_line(rig: Rig):
    once = received(a_notice())
    await rig.running.handle(once)
    await rig.running.handle(once)
    await rig.running.handle(a_notice())
    kept = await rig.rows("select number from feed order by number")
    assert [row["number"] for row in kept] == [1, 2]


async def test_numbers_of_a_desk_have_no_gaps_whatever_commits_or_rolls_back(rig: Rig):
    desks = [DESK_A, DESK_B, Desk(ROOM_A, "room_head")]

    async def batch(number: int) -> None:
        try:
            async with rig.running.runtime.unit() as uow:
                chosen = [desks[(number + step) % 3] for step in range(5)]
                await on_notices_raised([received(a_notice(desk)) for desk in chosen], uow)
                if number % 4 == 0:
                    raise RuntimeError
        except (RuntimeError, Transient):
            return

    await asyncio.gather(*(batch(number) for number in range(40)))
    rows = await rig.rows(
        "select office, role, array_agg(number order by number) as numbers from feed"
        " group by office, role"
    )
    assert len(rows) == 3
    for row in rows:
        assert row["numbers"] == list(range(1, len(row["numbers"]) + 1))
    counters = await rig.rows("select office, role, number from desk_counter")
    assert {(r["office"], r["role"], len(r["numbers"])) for r in rows} == {
        (r["office"], r["role"], r["number"]) for r in counters
    }


async def test_resuming_gets_exactly_what_was_missed(rig: Rig):
    browser = await rig.logged_in()
    await rig.running.handle(*[a_notice() for _ in range(3)])
    async with browser.live(f"{ROOM_A}/officer:1") as stream:
        ready, second, third = await stream.take(3)
        assert ready.name == "ready"
        assert [second.data["number"], third.data["number"]] == [2, 3]
        await rig.running.handle(a_notice())
        [fourth] = await stream.take(1)
        assert fourth.data["number"] == 4


async def test_a_reader_that_reconnects_all_the_time_gets_each_line_once(rig: Rig):
    browser = await rig.logged_in()
    total, seen, last = 120, [], f"{ROOM_A}/officer:0"

    async def raise_notices() -> None:
        for number in range(total):
            await rig.running.handle(a_notice())
            if number % 7 == 0:
                await asyncio.sleep(0)

    raising = asyncio.create_task(raise_notices())
    while len(seen) < total:
        async with browser.live(last) as stream:
            await stream.take(1)
            for event in await stream.take(min(17, total - len(seen))):
                seen.append(event.data["number"])
                last = event.id
    await raising
    assert seen == list(range(1, total + 1))


async def test_a_line_that_others_were_told_while_a_stream_joined_is_not_lost(
    rig: Rig, monkeypatch: Any
):
    hub = rig.running.parts.hub
    first, second = await streams_of_desk_a(rig, 100, 100)
    assert [chunk async for chunk in hub.follow(first)] == []
    read = hub.read
    stale = True

    async def read_too_early(*asked: Any) -> Any:
        nonlocal stale
        rows = await read(*asked)
        if stale and asked[0] is second.principal:
            stale = False
            await rig.running.handle(a_notice())
            await eventually(lambda: first.positions[DESK_A] == 1)
        return rows

    monkeypatch.setattr(hub, "read", read_too_early)
    missed = [chunk async for chunk in hub.follow(second)]
    assert len(missed) == 1
    assert second.positions[DESK_A] == 1
    hub.leave(first)
    hub.leave(second)


async def test_a_line_committed_before_the_first_stream_joined_is_not_lost(
    rig: Rig, monkeypatch: Any
):
    hub = rig.running.parts.hub
    [client] = await streams_of_desk_a(rig, 100)
    read = hub.read
    stale = True

    async def read_too_early(*asked: Any) -> Any:
        nonlocal stale
        rows = await read(*asked)
        if stale:
            stale = False
            await rig.running.handle(a_notice())
        return rows

    monkeypatch.setattr(hub, "read", read_too_early)
    assert [chunk async for chunk in hub.follow(client)] == []
    # The poll of this rig is 30 s.
    await eventually(lambda: client.positions[DESK_A] == 1, within_seconds=15)
    hub.leave(client)


async def test_a_stream_behind_what_is_kept_ends_instead_of_waiting_for_ever(rig: Rig, owner: Any):
    hub = rig.running.parts.hub
    first, second = await streams_of_desk_a(rig, 100, 100)
    assert [chunk async for chunk in hub.follow(first)] == []
    await rig.running.handle(a_notice())
    await eventually(lambda: first.positions[DESK_A] == 1)
    await owner.execute("truncate feed")
    assert [chunk async for chunk in hub.follow(second)] == []
    assert second.closed
    hub.leave(first)
    hub.leave(second)


async def test_streams_are_woken_after_the_commit_and_not_before(rig: Rig, monkeypatch: Any):
    # A hint of another gateway at the same Valkey would wake them at any moment.
    await rig.restart(valkey_url=None)
    hub, uncommitted = rig.running.parts.hub, []
    changed = hub.changed
    browser = await rig.logged_in()
    async with browser.live() as stream:
        await stream.take(1)
        async with rig.running.runtime.unit() as uow:
            driver = await driver_of(uow.connection)

            def woken(desks: Any) -> None:
                uncommitted.append(driver.is_in_transaction())
                changed(desks)

            monkeypatch.setattr(hub, "changed", woken)
            await on_notices_raised([received(a_notice())], uow)
        assert uncommitted == [False]
        [event] = await asyncio.wait_for(stream.take(1), 15)
    assert event.data["number"] == 1


async def test_of_too_many_streams_of_one_session_the_oldest_ends(rig: Rig):
    hub = rig.running.parts.hub
    clients = await streams_of_desk_a(rig, *[100] * 11)
    for client in clients:
        assert [chunk async for chunk in hub.follow(client)] == []
    assert [client.closed for client in clients] == [True, *[False] * 10]
    for client in clients:
        hub.leave(client)


async def test_nothing_is_lost_across_a_restart_of_the_gateway(rig: Rig):
    browser = await rig.logged_in()
    async with browser.live() as stream:
        await stream.take(1)
        await rig.running.handle(a_notice())
        [first] = await stream.take(1)
        took = await rig.running.stop()
        rig.gateways.remove(rig.running)
        assert await stream.next() is None
    # Uvicorn would cut off after 5 s a stream that does not end by itself.
    assert took < 4.5
    await rig.start()
    await rig.running.handle(a_notice())
    async with browser.live(first.id) as stream:
        _, second = await stream.take(2)
    assert second.data["number"] == 2


async def test_a_notice_handled_by_another_process_arrives_by_the_hint_in_valkey(rig: Rig):
    browser = await rig.logged_in()
    consumer = rig.gateway()
    async with browser.live() as stream:
        await stream.take(1)
        # The poll of this rig is 30 s: only the hint can be this quick.
        await asyncio.wait_for(_tell_until_heard(consumer, stream), 5)


async def _tell_until_heard(consumer: Any, stream: Any) -> None:
    await consumer.handle(a_notice())
    await stream.take(1)


async def test_without_any_hint_the_poll_finds_the_line(rig: Rig):
    live = rig.running.settings.live.model_copy(update={"poll_seconds": 0.2})
    await rig.restart(live=live, valkey_url=None)
    browser = await rig.logged_in()
    deaf = rig.gateway(valkey_url=None)
    async with browser.live() as stream:
        await stream.take(1)
        await deaf.handle(a_notice())
        [event] = await asyncio.wait_for(stream.take(1), 5)
    assert event.data["number"] == 1


async def test_an_id_older_than_what_is_kept_gets_reset_and_then_goes_on(rig: Rig):
    browser = await rig.logged_in()
    await rig.running.handle(*[a_notice() for _ in range(4)])
    rig.clock.advance(timedelta(days=7, minutes=1))
    await rig.running.handle(a_notice())
    [handler] = rig.running.service.timers.values()
    async with rig.running.runtime.unit() as uow:
        await handler(TimerRow("housekeeping", new_id(), rig.clock.now()), uow)
    kept = await rig.rows("select number from feed")
    assert [row["number"] for row in kept] == [5]
    await browser.login("officer.a")
    async with browser.live(f"{ROOM_A}/officer:2") as stream:
        [reset] = await stream.take(1)
        assert (reset.name, reset.id) == ("reset", f"{ROOM_A}/officer:5")
        await rig.running.handle(a_notice())
        [event] = await stream.take(1)
        assert event.data["number"] == 6
    # The last line that was deleted is the newest one that a reader may have had.
    async with browser.live(f"{ROOM_A}/officer:4") as stream:
        ready, fifth = await stream.take(2)
        assert (ready.name, fifth.data["number"]) == ("ready", 5)


@pytest.mark.parametrize(
    "last", ["garbage", f"{ROOM_A}/officer:99", f"{ROOM_B}/officer:1", "x" * 3_000, "'; drop"]
)
async def test_an_id_that_is_not_this_desks_own_gets_reset(rig: Rig, last: str):
    browser = await rig.logged_in()
    await rig.running.handle(a_notice(DESK_A), a_notice(DESK_B))
    async with browser.live(last) as stream:
        [reset] = await stream.take(1)
    assert reset.name == "reset"
    assert reset.id == f"{ROOM_A}/officer:1"


async def test_resuming_applies_the_rights_of_today(rig: Rig):
    browser = await rig.logged_in()
    await rig.running.handle(a_notice(DESK_A), a_notice(DESK_B))
    await rig.define(an_account("officer.a", office=ROOM_B))
    await browser.login("officer.a")
    async with browser.live(f"{ROOM_A}/officer:0") as stream:
        [reset] = await stream.take(1)
        assert reset.id == f"{ROOM_B}/officer:1"
        await rig.running.handle(a_notice(DESK_A), a_notice(DESK_B))
        [event] = await stream.take(1)
    assert event.data["office_id"] == str(ROOM_B)


async def test_a_stream_ends_with_its_session(rig: Rig):
    browser = await rig.logged_in()
    async with browser.live() as stream:
        await stream.take(1)
        await browser.post("/auth/logout")
        assert await asyncio.wait_for(stream.next(), 5) is None


async def test_a_stream_ends_when_its_account_is_redefined(rig: Rig):
    browser = await rig.logged_in()
    async with browser.live() as stream:
        await stream.take(1)
        await rig.define(an_account("officer.a", office=ROOM_B))
        assert await asyncio.wait_for(stream.next(), 5) is None


async def test_all_open_streams_are_asked_for_by_one_look_and_once_more_if_it_failed(
    rig: Rig, monkeypatch: Any
):
    # A hint of another gateway at the same Valkey would have the streams asked for once more.
    await rig.restart(valkey_url=None)
    sessions, looks = rig.running.parts.sessions, []
    desks_of = sessions.desks_of

    async def failing_first(digests: Any) -> Any:
        looks.append(len(digests))
        if len(looks) == 1:
            raise Transient("database-away")
        return await desks_of(digests)

    monkeypatch.setattr(sessions, "desks_of", failing_first)
    here = await rig.logged_in("officer.a")
    there = await rig.logged_in("officer.b", office=ROOM_B)
    async with here.live() as moved, there.live() as kept:
        await moved.take(1)
        await kept.take(1)
        await rig.define(an_account("officer.a", office=ROOM_B))
        assert await asyncio.wait_for(moved.next(), 5) is None
        await rig.running.handle(a_notice(DESK_B))
        [event] = await kept.take(1)
    assert event.data["number"] == 1
    assert looks[:2] == [2, 2]


async def test_a_stream_ends_after_its_time_and_beats_until_then(rig: Rig):
    quick = {"stream_seconds": 3.0, "heartbeat_seconds": 0.2}
    live = rig.running.settings.live.model_copy(update=quick)
    await rig.restart(live=live)
    browser = await rig.logged_in()
    async with browser.live() as stream:
        await stream.take(1)
        assert await asyncio.wait_for(stream.next(), 15) is None
        assert stream.heartbeats >= 3
        assert stream.answer.headers["X-Accel-Buffering"] == "no"
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")


@pytest.mark.parametrize("role", ["landlord", "ops", "auditor", "feed"])
async def test_who_sits_at_no_desk_has_no_live_view(rig: Rig, role: str):
    browser = await rig.logged_in(f"{role}.x", role=role, office=None)
    for path in (FEED, "/api/v1/gateway/live"):
        page = await browser.get(path)
        assert (page.status, page.body["type"]) == (403, "/problems/no-desk")


async def test_the_feed_without_streaming_tells_the_same(rig: Rig):
    browser = await rig.logged_in()
    await rig.running.handle(*[a_notice() for _ in range(5)])
    first = (await browser.get(f"{FEED}?limit=2")).body
    second = (await browser.get(f"{FEED}?limit=2&after={first['last']}")).body
    rest = (await browser.get(f"{FEED}?after={second['last']}&language=en")).body
    items = [*first["items"], *second["items"], *rest["items"]]
    assert [item["data"]["number"] for item in items] == [1, 2, 3, 4, 5]
    assert rest["items"][0]["data"]["title"] == "A tenancy was registered"
    async with browser.live(second["last"]) as stream:
        _, event = await stream.take(2)
    assert {"id": event.id, "event": event.name, "data": event.data} == (
        await browser.get(f"{FEED}?after={second['last']}")
    ).body["items"][0]


async def test_a_client_that_does_not_keep_up_is_dropped_and_the_others_go_on(rig: Rig):
    hub = rig.running.parts.hub
    slow, quick = await streams_of_desk_a(rig, 10, 1_000)
    for client in (slow, quick):
        assert [chunk async for chunk in hub.follow(client)] == []
    await rig.running.handle(*[a_notice() for _ in range(30)])
    await eventually(lambda: slow.closed)
    await eventually(lambda: quick.positions[DESK_A] == 30)
    assert not quick.closed
    for client in (slow, quick):
        hub.leave(client)


async def test_either_guard_alone_keeps_a_desk_from_anothers_lines(rig: Rig, owner: Any):
    await rig.running.handle(a_notice(DESK_A), a_notice(DESK_B))
    stranger = Principal(new_id(), "officer", ROOM_B)
    hub = rig.running.parts.hub
    # The policy alone: the query asks for the other desk.
    assert await hub.read(stranger, DESK_A, 0) == []
    assert (await hub.state(stranger, DESK_A)).newest == 0
    assert len(await hub.read(stranger, DESK_B, 0)) == 1
    nobody = Principal(new_id(), "officer", None)
    assert await hub.read(nobody, DESK_A, 0) == []
    # The query alone: the policy is off, and the desks of the route are the caller's.
    browser = await rig.logged_in("officer.b", office=ROOM_B)
    await owner.execute("alter table feed disable row level security")
    await owner.execute("alter table desk_counter disable row level security")
    try:
        items = (await browser.get(f"{FEED}?after={ROOM_A}/officer:0")).body["items"]
        assert {item["data"]["office_id"] for item in items} == {str(ROOM_B)}
    finally:
        await owner.execute("alter table feed enable row level security")
        await owner.execute("alter table desk_counter enable row level security")


async def test_the_application_role_cannot_write_or_rewrite_a_line(rig: Rig):
    await rig.running.handle(a_notice())
    connection = await asyncpg.connect(rig.database.app_url)
    try:
        for statement in (
            "update feed set body = '{}'",
            "delete from feed",
            "update desk_counter set number = 0",
            "update session set ends_at = now()",
            "update account set role = 'bureau'",
            "delete from account_password",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        assert await connection.fetch("select * from feed") == []
    finally:
        await connection.close()


async def test_feed_lines_are_read_in_pages_without_losing_one(rig: Rig):
    await rig.running.handle(*[a_notice() for _ in range(7)])
    caller = Principal(new_id(), "officer", ROOM_A)
    async with rig.running.runtime.database.transaction(caller) as connection:
        feed = Feed(connection)
        numbers, after = [], 0
        while rows := await feed.after(DESK_A, after, 3):
            numbers += [row.number for row in rows]
            after = numbers[-1]
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
