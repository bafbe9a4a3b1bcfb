"""Deadlines fire once, together with their effect, and hold up no other."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from facts import NOON, fact
from worlds import SERVICE, CountingUnit, migrate

from lianfang_common import metrics, timers
from lianfang_common.clock import SystemClock
from lianfang_common.database import Database
from lianfang_common.testing.clock import MockClock
from lianfang_common.testing.eventually import eventually
from lianfang_common.timers import TimerRunner
from lianfang_common.unit import TimerRow
from lianfang_common.units import Units
from lianfang_common.wakeup import Wakeup

pytestmark = pytest.mark.servers


class Rest(Wakeup):
    """Tells how often the runner went to sleep."""

    times = 0

    async def wait(self, longest: timedelta) -> None:
        self.times += 1
        await super().wait(longest)


class Desk:
    """A service with deadlines."""

    def __init__(self, database: Database, urls) -> None:
        self.urls = urls
        self.clock = MockClock(NOON)
        self.database = database
        self.wakeup = Rest()
        self.units = self.by(self.clock)
        self.broken: set[UUID] = set()

    def by(self, clock) -> Units:
        return Units(self.database, CountingUnit, clock, self.wake)

    def wake(self, role: str) -> None:
        if role == "timers":
            self.wakeup.set()

    def runner(self, **options) -> TimerRunner:
        return TimerRunner(self.units, {"overdue": self.on_overdue}, self.wakeup, **options)

    async def on_overdue(self, timer: TimerRow, uow: CountingUnit) -> None:
        await uow.apply(timer.subject, timer.version)
        uow.unit.messages.append(fact("kernel.thing", timer.subject, timer.version))
        if timer.subject in self.broken:
            raise LookupError("the handler has a defect")

    async def schedule(self, subject: UUID, minutes: int, version: int = 1, kind="overdue") -> None:
        async with self.units.open() as (unit, _):
            unit.schedule(kind, subject, NOON + timedelta(minutes=minutes), version)

    async def fired(self) -> list[tuple[UUID, int]]:
        return [
            (row[0], row[1]) for row in await self.sql("select key, n from effect order by nth")
        ]

    async def sql(self, statement: str):
        async with self.database.transaction() as connection:
            return (await connection.exec_driver_sql(statement)).fetchall()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def urls(make_database):
    urls = await make_database(SERVICE)
    await migrate(urls)
    return urls


@pytest_asyncio.fixture(loop_scope="session")
async def desk(urls):
    database = Database(urls.system_url, pool_size=4)
    async with database.transaction() as connection:
        await connection.exec_driver_sql("delete from timer")
    yield Desk(database, urls)
    await database.dispose()


async def mine(desk, *subjects):
    return [each for each in await desk.fired() if each[0] in subjects]


async def test_a_deadline_fires_when_it_is_due_and_once(desk):
    subject = uuid4()
    await desk.schedule(subject, minutes=5)
    assert await desk.runner().run_once(NOON + timedelta(minutes=4)) == 0
    assert await desk.runner().run_once(NOON + timedelta(minutes=5)) == 1
    assert await desk.runner().run_once(NOON + timedelta(minutes=6)) == 0
    assert await mine(desk, subject) == [(subject, 1)]


async def test_scheduling_again_replaces_the_deadline(desk):
    subject = uuid4()
    await desk.schedule(subject, minutes=1, version=1)
    await desk.schedule(subject, minutes=9, version=2)
    assert await desk.runner().run_once(NOON + timedelta(minutes=8)) == 0
    assert await desk.runner().run_once(NOON + timedelta(minutes=9)) == 1
    assert await mine(desk, subject) == [(subject, 2)]


async def test_a_cancelled_deadline_never_fires(desk):
    subject = uuid4()
    await desk.schedule(subject, minutes=1)
    async with desk.units.open() as (unit, _):
        unit.cancel("overdue", subject)
    assert await desk.runner().run_once(NOON + timedelta(hours=1)) == 0


async def test_a_failing_deadline_comes_later_without_its_effect_and_holds_up_no_other(desk):
    broken, sound = uuid4(), uuid4()
    desk.broken.add(broken)
    await desk.schedule(broken, minutes=1)
    await desk.schedule(sound, minutes=2)
    assert await desk.runner().run_once(NOON + timedelta(minutes=3)) == 1
    assert await mine(desk, broken, sound) == [(sound, 1)]
    desk.broken.clear()
    assert await desk.runner().run_once(NOON + timedelta(minutes=3)) == 0
    assert await desk.runner().run_once(NOON + timedelta(minutes=4)) == 1
    assert await mine(desk, broken) == [(broken, 1)]


async def test_a_deadline_that_was_replaced_after_its_failure_keeps_its_new_moment(
    desk, monkeypatch
):
    subject, runner = uuid4(), desk.runner()
    put_off = runner._put_off

    async def put_off_late(*of_what):
        await desk.schedule(subject, minutes=60, version=2)
        await put_off(*of_what)

    monkeypatch.setattr(runner, "_put_off", put_off_late)
    desk.broken.add(subject)
    await desk.schedule(subject, minutes=1)
    assert await runner.run_once(NOON + timedelta(minutes=3)) == 0
    desk.broken.clear()
    assert await desk.runner().run_once(NOON + timedelta(minutes=59)) == 0
    assert await desk.runner().run_once(NOON + timedelta(minutes=60)) == 1
    assert await mine(desk, subject) == [(subject, 2)]


async def test_runners_side_by_side_fire_each_deadline_once(desk):
    subjects = [uuid4() for _ in range(30)]
    for subject in subjects:
        await desk.schedule(subject, minutes=1)
    counts = await asyncio.gather(
        *(desk.runner().run_once(NOON + timedelta(minutes=2)) for _ in range(3))
    )
    assert sum(counts) == 30
    assert sorted(await mine(desk, *subjects)) == sorted((subject, 1) for subject in subjects)


async def test_a_kind_without_a_handler_is_left_alone(desk):
    await desk.schedule(uuid4(), minutes=1, kind="of another role")
    assert await desk.runner().run_once(NOON + timedelta(hours=1)) == 0
    assert len(await desk.sql("select 1 from timer")) == 1


async def test_a_deadline_that_is_due_soon_wakes_the_runner_out_of_any_sleep(desk, monkeypatch):
    monkeypatch.setattr(timers, "LONGEST_SLEEP", timedelta(hours=1))
    desk.units = desk.by(SystemClock())
    runner = desk.runner()
    task = asyncio.create_task(runner.run())
    await eventually(lambda: desk.wakeup.times == 1, what="the runner sleeps")
    subject = uuid4()
    async with desk.units.open() as (unit, _):
        unit.schedule("overdue", subject, unit.now + timedelta(milliseconds=50), 1)
    await eventually(lambda: mine(desk, subject), what="the deadline fires")
    runner.stop()
    await task


async def test_a_runner_sleeps_until_it_is_woken(desk, monkeypatch):
    monkeypatch.setattr(timers, "LONGEST_SLEEP", timedelta(hours=1))
    runner = desk.runner()
    task = asyncio.create_task(runner.run())
    await eventually(lambda: desk.wakeup.times == 1, what="the runner sleeps")
    subject = uuid4()
    await desk.schedule(subject, minutes=0)
    await eventually(lambda: mine(desk, subject), what="the deadline fires")
    runner.stop()
    await task


async def test_a_deadline_that_another_runner_holds_holds_up_no_other(desk):
    held, free = uuid4(), uuid4()
    await desk.schedule(held, minutes=1)
    await desk.schedule(free, minutes=2)
    async with desk.database.transaction() as connection:
        await connection.exec_driver_sql(f"select 1 from timer where subject = '{held}' for update")
        assert await desk.runner().run_once(NOON + timedelta(minutes=3)) == 1
    assert await mine(desk, held, free) == [(free, 1)]


@pytest.mark.parametrize(("restricted", "counted"), [((), 1), (("overdue",), 0)])
async def test_a_restricted_deadline_fires_and_is_not_counted(desk, restricted, counted):
    def shown():
        return metrics.TIMERS_FIRED.labels(kind="overdue")._value.get()

    before = shown()
    await desk.schedule(uuid4(), minutes=1)
    runner = desk.runner(restricted=restricted)
    assert await runner.run_once(NOON + timedelta(minutes=2)) == 1
    assert shown() - before == counted


async def test_a_clock_that_jumps_fires_no_deadline_twice_and_forgets_none(desk):
    early, late = uuid4(), uuid4()
    await desk.schedule(early, minutes=5)
    runner = desk.runner()
    assert await runner.run_once(NOON + timedelta(hours=1)) == 1, "the clock is an hour ahead"
    assert await runner.run_once(NOON) == 0, "and is put right"
    await desk.schedule(late, minutes=10)
    assert await runner.run_once(NOON + timedelta(minutes=9)) == 0
    assert await runner.run_once(NOON - timedelta(hours=1)) == 0
    assert await runner.run_once(NOON + timedelta(minutes=10)) == 1
    assert await mine(desk, early, late) == [(early, 1), (late, 1)]


class Crash(BaseException):
    """The process dies here."""


async def test_a_runner_that_dies_after_its_handler_leaves_the_deadline_and_no_effect(desk):
    subject = uuid4()
    await desk.schedule(subject, minutes=1)

    async def dying(timer: TimerRow, uow: CountingUnit) -> None:
        await desk.on_overdue(timer, uow)
        raise Crash

    runner = TimerRunner(desk.units, {"overdue": dying}, desk.wakeup)
    with pytest.raises(Crash):
        await runner.run_once(NOON + timedelta(minutes=2))
    assert await mine(desk, subject) == []
    assert await desk.runner().run_once(NOON + timedelta(minutes=2)) == 1
    assert await mine(desk, subject) == [(subject, 1)]
