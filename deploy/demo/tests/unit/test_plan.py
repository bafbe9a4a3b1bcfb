"""The live morning: as much happens as the profile says, in order, never before its moment."""

from collections import Counter
from datetime import timedelta

import pytest

from lianfang_demo.livemorning import DOES, Told
from lianfang_demo.livescript import LIVE
from lianfang_demo.pace import Pace
from lianfang_demo.plan import LASTS, Kind, plan
from lianfang_demo.profiles import PROFILES

MORNINGS = [("ci", 4), ("station", 12), ("district", 19)]
SPEEDS = [60.0, 600.0]


class HeldClock:
    """Time passes where somebody sleeps or works, and a hair late, as machines do."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds + 0.001

    def work(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.mark.parametrize(("name", "rooms"), MORNINGS)
def test_a_morning_is_in_order_and_everything_follows_from_what_was_before(name, rooms):
    acts = plan(PROFILES[name], rooms, seed=3)
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert timedelta() <= acts[0].at and acts[-1].at < LASTS
    seen = set()
    for act in acts:
        assert act.about is None or act.about in seen
        assert 0 <= act.room < rooms
        seen.add(act.number)


@pytest.mark.parametrize(
    ("name", "rooms", "incidents", "lettings"),
    [("ci", 4, 2, 4), ("station", 12, 4, 20), ("district", 19, 7, 44)],
)
def test_as_much_happens_as_the_profile_has_a_day(name, rooms, incidents, lettings):
    happened = Counter(act.kind for act in plan(PROFILES[name], rooms, seed=3))
    assert happened[Kind.INCIDENT] == incidents
    changes = (Kind.TENANCY, Kind.OWN_TENANCY, Kind.EXTENSION, Kind.ENDING)
    assert sum(happened[kind] for kind in changes) == lettings


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_of_act_happens_and_one_incident_is_left_alone(seed):
    acts = plan(PROFILES["station"], 12, seed)
    assert {act.kind for act in acts} | {Kind.ARRIVAL} == set(Kind)
    (alone,) = [act for act in acts if act.alone]
    assert not [act for act in acts if act.about == alone.number]
    assert Kind.ARRIVAL in {each.kind for n in range(9) for each in plan(PROFILES["ci"], 4, n)}


def test_the_same_seed_plans_the_same_and_another_another():
    one, same, other = (plan(PROFILES["station"], 12, seed) for seed in (5, 5, 6))
    assert one == same != other


@pytest.mark.parametrize("speed", SPEEDS)
async def test_nothing_is_done_before_its_moment_and_the_morning_takes_what_the_speed_says(speed):
    clock, done = HeldClock(), []
    acts = plan(PROFILES["station"], 12, seed=3)

    async def perform(act):
        done.append((act, clock.monotonic() - 1_000.0))

    await Pace(clock, speed).play(acts, perform)
    assert [act for act, _ in done] == list(acts)
    assert all(at >= act.at.total_seconds() / speed for act, at in done)
    assert all(at < act.at.total_seconds() / speed + 0.01 for act, at in done)
    assert clock.monotonic() - 1_000.0 == pytest.approx(4 * 3_600 / speed, abs=0.01)


async def test_an_act_that_takes_long_makes_the_next_ones_late_and_none_is_lost():
    clock, done = HeldClock(), []
    acts = plan(PROFILES["station"], 12, seed=3)

    async def perform(act):
        done.append(act)
        clock.work(20.0 if act is acts[3] else 0.0)

    await Pace(clock, 600.0).play(acts, perform)
    assert done == list(acts)


def test_every_kind_of_act_is_done_and_told_in_words():
    assert set(DOES) == set(Kind)
    assert {f"live-kind-{kind}" for kind in Kind} <= LIVE.keys()


class Nobody:
    """Desks of which none is open."""

    all: dict = {}


async def test_what_follows_from_a_refused_act_is_passed_over(monkeypatch):
    said = []

    async def refused(scene, act):
        raise LookupError("every room is let until further notice")

    monkeypatch.setitem(DOES, Kind.TENANCY, refused)
    scene = type("Scene", (), {"made": {}, "speaker": Saying(said)})()
    told = Told(scene, Nobody())
    acts = plan(PROFILES["station"], 12, seed=3)
    first = next(act for act in acts if act.kind is Kind.TENANCY)
    for act in [first, *(act for act in acts if act.about == first.number)]:
        await told.perform(act)
    assert (told.done, told.refused) == (0, 1)
    assert said == [("live-refused", "every room is let until further notice")]


class Saying:
    """Keeps what is said."""

    language = "en"

    def __init__(self, said):
        self._said = said

    def words(self, name):
        return name

    def at(self, moment, name, **facts):
        self._said.append((name, facts["why"]))
