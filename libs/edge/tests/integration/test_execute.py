"""One request, one change, one answer: whatever is repeated, refused, broken off or in the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from running import CALLER, Example

from lianfang_common.clock import SystemClock
from lianfang_common.database import Database, driver_of
from lianfang_common.errors import Invalid, RuleBroken, Transient
from lianfang_common.ids import new_id
from lianfang_common.unit import OutboxMessage, Unit
from lianfang_edge.execute import ATTEMPTS, Executor
from lianfang_edge.http import answer_response
from lianfang_edge.idempotency import Answer, Call, KeyInFlight, digest_of

pytestmark = pytest.mark.servers


class _World:
    """An executor on a real database, and a way to look past every guard."""

    def __init__(self, database: Database, admin: Any) -> None:
        self.admin = admin
        self.database = database
        self.woken = 0
        self.runs = 0
        self.executor = Executor(database, lambda unit: unit, SystemClock(), self.wake, b"k" * 32)

    def wake(self, _role: str) -> None:
        self.woken += 1

    async def count(self, table: str) -> int:
        return int(await self.admin.fetchval(f"select count(*) from {table}"))

    async def fill(self, command: Any, unit: Unit) -> Answer:
        """Insert a row and publish a fact."""
        self.runs += 1
        kettle_id = new_id()
        driver = await driver_of(unit.connection)
        await driver.execute("insert into kettle values ($1, 1, 'red', 0)", kettle_id)
        unit.messages.append(_fact(kettle_id, unit))
        if callable(command):
            await command(unit)
        return Answer(201, kettle_id, 1, {"b": 2, "a": [str(kettle_id)]})


def _fact(key: UUID, unit: Unit) -> OutboxMessage:
    return OutboxMessage(new_id(), "t", key, "t.x.v1", 1, None, unit.now, None, b"{}")


@pytest_asyncio.fixture(loop_scope="session")
async def world(example: Example) -> AsyncIterator[_World]:
    admin = await asyncpg.connect(example.database.admin_url)
    await admin.execute("truncate kettle, outbox, idempotency")
    database = Database(example.database.app_url, pool_size=6)
    yield _World(database, admin)
    await database.dispose()
    await admin.close()


def _call(key: str | None = "k1", body: bytes = b"{}", route: str = "POST /kettles") -> Call:
    return Call(CALLER, route, key, body, None, None)


async def test_a_repeated_key_gets_the_same_answer_to_the_byte_and_changes_nothing(
    world: _World,
) -> None:
    answers = [await world.executor.run(_call(), world.fill, None) for _ in range(5)]
    bodies = {bytes(answer_response(answer).body) for answer in answers}
    assert len(bodies) == 1
    assert json.loads(bodies.pop())["id"] == str(answers[0].id)
    assert {answer.status for answer in answers} == {201}
    assert (world.runs, await world.count("kettle"), await world.count("outbox")) == (1, 1, 1)
    assert world.woken == 1


async def test_a_key_with_another_body_is_refused(world: _World) -> None:
    await world.executor.run(_call(), world.fill, None)
    with pytest.raises(Invalid, match="idempotency-key-reused"):
        await world.executor.run(_call(body=b"{ }"), world.fill, None)
    assert await world.count("kettle") == 1


async def test_a_key_counts_for_one_account_and_one_route(world: _World) -> None:
    stranger = replace(CALLER, account=uuid4())
    calls = [_call(), _call(route="POST /pots"), replace(_call(), principal=stranger)]
    answers = [await world.executor.run(call, world.fill, None) for call in calls]
    assert len({answer.id for answer in answers}) == 3


async def test_a_second_request_is_refused_while_the_first_is_under_way(world: _World) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def linger(_unit: Unit) -> None:
        entered.set()
        await leave.wait()

    first = asyncio.create_task(world.executor.run(_call(), world.fill, linger))
    await entered.wait()
    with pytest.raises(KeyInFlight):
        await world.executor.run(_call(), world.fill, None)
    leave.set()
    answer = await first
    assert (await world.executor.run(_call(), world.fill, None)).id == answer.id
    assert await world.count("kettle") == 1


async def test_many_requests_of_one_key_at_once_make_one_change(world: _World) -> None:
    runs = [world.executor.run(_call(), world.fill, None) for _ in range(30)]
    outcomes = await asyncio.gather(*runs, return_exceptions=True)
    ids = {outcome.id for outcome in outcomes if isinstance(outcome, Answer)}
    others = [each for each in outcomes if not isinstance(each, Answer)]
    assert len(ids) == 1
    assert all(isinstance(each, KeyInFlight) for each in others)
    assert (await world.count("kettle"), await world.count("idempotency")) == (1, 1)


async def test_an_answer_that_was_committed_unseen_meanwhile_is_the_answer(
    world: _World,
) -> None:
    rival, call = new_id(), _call()
    digest = digest_of(call, b"k" * 32)

    async def answer_first(_unit: Unit) -> None:
        await world.admin.execute(
            "insert into idempotency values ($1, $2, $3, $4, 201, $5, 1, '{}', now())",
            *(CALLER.account, call.route, call.key, digest, rival),
        )

    assert (await world.executor.run(call, world.fill, answer_first)).id == rival
    assert await world.count("kettle") == 0


async def test_a_rule_that_the_first_of_one_key_made_break_is_not_asked_for_the_others(
    world: _World,
) -> None:
    async def refuse_a_second(unit: Unit) -> None:
        driver = await driver_of(unit.connection)
        if await driver.fetchval("select count(*) from kettle") > 1:
            raise RuleBroken("one-is-enough")

    for key in map(str, range(20)):
        runs = [world.executor.run(_call(key), world.fill, refuse_a_second) for _ in range(6)]
        outcomes = await asyncio.gather(*runs, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {Answer, KeyInFlight}
        await world.admin.execute("truncate kettle")


@pytest.mark.parametrize(
    "route", ["POST /it's/\\'; drop table kettle; --", "POST /釜/\u00e9 %s {}"]
)
async def test_a_route_is_kept_and_found_whatever_it_holds(world: _World, route: str) -> None:
    first = await world.executor.run(_call(route=route), world.fill, None)
    assert (await world.executor.run(_call(route=route), world.fill, None)).id == first.id
    assert await world.count("kettle") == 1


@pytest.mark.parametrize("route", ["POST /a\x00b", "POST /\ud800"])
async def test_a_route_that_no_column_can_hold_is_refused(world: _World, route: str) -> None:
    with pytest.raises(Invalid, match="unreadable-text"):
        await world.executor.run(_call(route=route), world.fill, None)
    assert world.runs == 0


async def test_a_begin_that_fails_leaves_no_transaction_in_the_pool(world: _World) -> None:
    for _ in range(8):
        with pytest.raises(Exception, match="division"):
            async with world.database.transaction(CALLER, asking=";select 1 / 0"):
                pass
    await world.executor.run(_call(), world.fill, None)
    assert await world.count("kettle") == 1


async def test_a_broken_rule_leaves_nothing_and_the_key_may_be_used_again(world: _World) -> None:
    async def refuse(_unit: Unit) -> None:
        raise RuleBroken("no")

    with pytest.raises(RuleBroken):
        await world.executor.run(_call(), world.fill, refuse)
    for table in ("kettle", "outbox", "idempotency"):
        assert await world.count(table) == 0
    assert world.woken == 0
    await world.executor.run(_call(), world.fill, None)
    assert await world.count("kettle") == 1


async def test_the_change_is_committed_before_the_answer_is_there(world: _World) -> None:
    seen: list[int] = []

    async def run() -> None:
        await world.executor.run(_call(), world.fill, None)
        seen.append(await world.count("kettle"))

    await run()
    assert seen == [1]


async def test_a_commit_that_fails_gives_no_answer(world: _World) -> None:
    await world.admin.execute(
        "create function refuse() returns trigger language plpgsql as"
        " $$ begin raise exception 'no' using errcode = '23514'; end $$"
    )
    await world.admin.execute(
        "create constraint trigger late after insert on kettle"
        " deferrable initially deferred for each row execute function refuse()"
    )
    try:
        with pytest.raises(Exception, match="no"):
            await world.executor.run(_call(), world.fill, None)
    finally:
        await world.admin.execute("drop trigger late on kettle")
        await world.admin.execute("drop function refuse")
    assert await world.count("idempotency") == 0


async def test_a_deadlock_is_run_again(world: _World) -> None:
    pair = [new_id(), new_id()]
    for kettle_id in pair:
        await world.admin.execute("insert into kettle values ($1, 1, 'red', 0)", kettle_id)
    met = asyncio.Barrier(2)
    attempts = 0

    async def update(order: list[UUID], unit: Unit) -> Answer:
        nonlocal attempts
        attempts += 1
        driver = await driver_of(unit.connection)
        statement = "update kettle set version = version + 1 where kettle_id = $1"
        await driver.execute(statement, order[0])
        if attempts <= 2:
            await met.wait()
        await driver.execute(statement, order[1])
        return Answer(200, order[0], 2)

    await asyncio.gather(
        world.executor.run(_call("a"), update, pair),
        world.executor.run(_call("b"), update, pair[::-1]),
    )
    assert attempts == 3
    versions = await world.admin.fetch("select version from kettle")
    assert [row[0] for row in versions] == [3, 3]


async def _cut(world: _World, unit: Unit) -> None:
    pid = await (await driver_of(unit.connection)).fetchval("select pg_backend_pid()")
    await world.admin.execute("select pg_terminate_backend($1)", pid)


async def test_a_lost_connection_is_run_again(world: _World) -> None:
    async def cut_once(unit: Unit) -> None:
        if world.runs == 1:
            await _cut(world, unit)

    await world.executor.run(_call(), world.fill, cut_once)
    assert (world.runs, await world.count("kettle")) == (2, 1)


async def test_a_database_that_stays_away_is_said_to_be_away(world: _World) -> None:
    async def cut(unit: Unit) -> None:
        await _cut(world, unit)

    with pytest.raises(Transient):
        await world.executor.run(_call(), world.fill, cut)
    assert (world.runs, await world.count("kettle")) == (ATTEMPTS, 0)


async def test_without_a_key_a_lost_connection_is_not_run_again(world: _World) -> None:
    async def cut(unit: Unit) -> None:
        await _cut(world, unit)

    with pytest.raises(Transient):
        await world.executor.run(_call(None), world.fill, cut)
    assert world.runs == 1


async def test_a_pool_whose_every_connection_died_serves_on(world: _World) -> None:
    keys = [str(n) for n in range(12)]
    await asyncio.gather(*(world.executor.run(_call(key), world.fill, None) for key in keys[:6]))
    await world.admin.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    await asyncio.gather(*(world.executor.run(_call(key), world.fill, None) for key in keys))
    assert await world.count("kettle") == 12


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
async def test_text_that_cannot_be_kept_is_refused(world: _World, text: str) -> None:
    async def keep(unit: Unit) -> None:
        driver = await driver_of(unit.connection)
        await driver.execute("update kettle set colour = $1", text)

    with pytest.raises(Invalid, match="unreadable-text"):
        await world.executor.run(_call(), world.fill, keep)
    assert await world.count("kettle") == 0


async def test_a_cancelled_request_leaves_nothing_and_no_scope_behind(world: _World) -> None:
    entered = asyncio.Event()

    async def linger(_unit: Unit) -> None:
        entered.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(world.executor.run(_call(), world.fill, linger))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await world.count("kettle") == 0
    await world.executor.run(_call(), world.fill, None)


async def test_the_scope_of_the_caller_holds_for_his_transaction_alone(world: _World) -> None:
    async def account(unit: Unit) -> str:
        driver = await driver_of(unit.connection)
        return str(await driver.fetchval("select current_setting('app.account', true)"))

    for principal in (CALLER, replace(CALLER, account=uuid4())):
        assert await world.executor.read(principal, account) == str(principal.account)


async def test_what_a_read_records_is_committed(world: _World) -> None:
    async def read(unit: Unit) -> str:
        unit.messages.append(_fact(new_id(), unit))
        return "seen"

    assert await world.executor.read(CALLER, read) == "seen"
    assert (await world.count("outbox"), world.woken) == (1, 1)
