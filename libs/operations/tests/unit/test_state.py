"""What is said of delivery: what this process counts, and null where it counts nothing."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest

from lianfang_common import metrics
from lianfang_operations.state import State, state_of
from lianfang_watch.watching import BREACHES, CHECKED

ALL = dict.fromkeys(("database", "relay", "consumer main", "timers", "watcher"), "ok")


@pytest.fixture
def name() -> str:
    """A service that no other test counts for."""
    return f"s{uuid4().hex[:8]}"


def seen(name: str, **checks: str) -> State:
    """Return the state of a service with the groups `main` and `live`."""
    subscriptions = [SimpleNamespace(group=group) for group in ("main", "live", "main")]
    told = {part.replace("_", " "): said for part, said in checks.items()}
    return state_of(SimpleNamespace(name=name, subscriptions=subscriptions), told or ALL)


def test_parts_that_run_elsewhere_are_null_and_not_zero(name: str):
    state = seen(name, web="ok", database="failing")
    assert [(role.name, role.healthy) for role in state.roles] == [
        ("web", True),
        ("database", False),
    ]
    assert (state.relay, state.timers_overdue_seconds, state.invariants) == (None, None, None)
    assert state.groups == []


@pytest.mark.parametrize(("leads", "oldest"), [(1, 42.5), (0, None)])
def test_only_the_relay_that_leads_knows_how_long_facts_wait(name: str, leads: int, oldest):
    metrics.RELAY_LEADING.set(leads)
    metrics.OUTBOX_OLDEST_SECONDS.set(42.5)
    relay = seen(name).relay
    assert relay is not None
    assert (relay.leading, relay.oldest_seconds) == (bool(leads), oldest)


def test_groups_of_this_process_are_told_with_what_is_counted_of_them(name: str):
    main, live = f"{name}.main", f"{name}.live"
    for group in (main, live):
        metrics.CONSUMER_BRAKED.labels(group=group).set(group == live)
    metrics.CONSUMER_LAG.labels(group=main, topic="b.thing").set(7)
    metrics.CONSUMER_LAG.labels(group="another.main", topic="b.thing").set(9)
    metrics.DEAD_LETTERS_OPEN.labels(group=main).set(2)
    metrics.CONSUMER_LATE.labels(group=live).set(0)
    (first,) = seen(name).groups
    assert (first.name, first.braked, first.late) == (main, False, None)
    assert [(lag.topic, lag.events) for lag in first.lag] == [("b.thing", 7)]
    assert first.dead_letters_open == 2
    second, _ = seen(name, consumer_main="ok", consumer_live="failing").groups
    assert (second.name, second.braked, second.late) == (live, True, False)


def test_a_broken_rule_is_named_and_a_kept_one_is_not(name: str):
    BREACHES.labels(f"{name}-broken").set(1)
    BREACHES.labels(f"{name}-kept").set(0)
    CHECKED.set(0)
    before = seen(name).invariants
    CHECKED.set(1_764_400_000)
    after = seen(name).invariants
    assert before is not None and after is not None
    assert before.asked_at is None
    assert after.asked_at == datetime.fromtimestamp(1_764_400_000, UTC)
    assert f"{name}-broken" in after.broken
    assert f"{name}-kept" not in after.broken


def test_timers_tell_how_long_the_oldest_is_overdue(name: str):
    metrics.TIMERS_OLDEST_SECONDS.set(3.5)
    assert seen(name).timers_overdue_seconds == 3.5
