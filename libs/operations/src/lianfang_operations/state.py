"""How delivery stands in one process, from what its metrics page shows and no further.

A part that runs in another process is not told of here: `null`, and never a 0 that nobody counted.
Topics that no count may show are in none of the figures; a group that reads them is late or is not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Gauge
from pydantic import BaseModel

from lianfang_common import metrics
from lianfang_edge.service import Service
from lianfang_watch.watching import BREACHES, CHECKED


class RoleState(BaseModel):
    """One part of the process, such as `database`, `relay` or `consumer main`."""

    name: str
    healthy: bool


class RelayState(BaseModel):
    """The part that sends facts to the broker."""

    leading: bool
    """Another process leads where this one stands by."""
    oldest_seconds: float | None
    """How long the oldest fact has been waiting; known to who leads."""


class TopicLag(BaseModel):
    """Events of one topic that wait to be handled."""

    topic: str
    events: int


class GroupState(BaseModel):
    """One consumer group."""

    name: str
    braked: bool
    """It stopped by itself, since too much was bad."""
    late: bool | None
    """Whether topics that no count may show are behind; null where it reads none of them."""
    lag: list[TopicLag]
    dead_letters_open: int


class InvariantsState(BaseModel):
    """The rules about the service's own data."""

    broken: list[str]
    asked_at: datetime | None
    """When all of them were asked last; null before the first time."""


class State(BaseModel):
    """How delivery stands in one process of a service; parts of other processes are null."""

    service: str
    roles: list[RoleState]
    relay: RelayState | None
    groups: list[GroupState]
    timers_overdue_seconds: float | None
    invariants: InvariantsState | None


def state_of(service: Service[Any], checks: Mapping[str, str]) -> State:
    """Return how delivery stands in this process.

    Args:
        service: what the process runs.
        checks: `ok` or `failing` by part, as `/health/ready` reports them.
    """
    timers = _value(metrics.TIMERS_OLDEST_SECONDS) if "timers" in checks else None
    return State(
        service=service.name,
        roles=[RoleState(name=name, healthy=said == "ok") for name, said in checks.items()],
        relay=_relay() if "relay" in checks else None,
        groups=_groups(service, checks),
        timers_overdue_seconds=timers,
        invariants=_invariants() if "watcher" in checks else None,
    )


def _relay() -> RelayState:
    leading = _value(metrics.RELAY_LEADING) == 1
    oldest = _value(metrics.OUTBOX_OLDEST_SECONDS) if leading else None
    return RelayState(leading=leading, oldest_seconds=oldest)


def _groups(service: Service[Any], checks: Mapping[str, str]) -> list[GroupState]:
    braked = _by("group", metrics.CONSUMER_BRAKED)
    late = _by("group", metrics.CONSUMER_LATE)
    letters = _by("group", metrics.DEAD_LETTERS_OPEN)
    lags = _samples(metrics.CONSUMER_LAG)
    purposes = sorted({each.group for each in service.subscriptions})
    here = [f"{service.name}.{each}" for each in purposes if f"consumer {each}" in checks]
    return [
        GroupState(
            name=name,
            braked=braked.get(name) == 1,
            late=late[name] == 1 if name in late else None,
            lag=[
                TopicLag(topic=labels["topic"], events=int(events))
                for labels, events in lags
                if labels["group"] == name
            ],
            dead_letters_open=int(letters.get(name, 0)),
        )
        for name in here
    ]


def _invariants() -> InvariantsState:
    broken = [name for name, value in _by("rule", BREACHES).items() if value == 1]
    asked = _value(CHECKED)
    moment = datetime.fromtimestamp(asked, UTC) if asked else None
    return InvariantsState(broken=sorted(broken), asked_at=moment)


def _by(label: str, gauge: Gauge) -> dict[str, float]:
    return {labels[label]: value for labels, value in _samples(gauge)}


def _value(gauge: Gauge) -> float:
    return _samples(gauge)[0][1]


def _samples(gauge: Gauge) -> list[tuple[Mapping[str, str], float]]:
    return [(each.labels, each.value) for family in gauge.collect() for each in family.samples]
