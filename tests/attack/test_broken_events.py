"""Broken events in front of every service's consumer: parked with a reason, and the next go on."""

import asyncio
from importlib import import_module

import pytest
from broken_events import NEVER, REASON, Sent, broken, drained, good, put
from contract_files import SERVICES
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from lianfang_common.consumer import Consumer
from lianfang_common.events import topic_of
from lianfang_common.subscriptions import Subscription
from lianfang_common.testing.memory import MemoryLog, MemorySource, MemoryStore

GROUP = "attack.main"
_BY_SERVICE = {name: import_module(f"{name}.handlers").SUBSCRIPTIONS for name in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_broken_event_is_read_or_parked_with_a_reason_and_the_next_is_handled(service, minutes):
    subscriptions = _BY_SERVICE[service]
    kinds = tuple(sorted(each.type for each in subscriptions))
    seen: dict[str, int] = {}

    @settings(
        max_examples=int(100 + 3_000 * minutes),
        derandomize=not minutes,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(broken(kinds), min_size=4, max_size=12))
    def attack(messages: list[Sent]) -> None:
        for sent in messages:
            note(f"{sent.topic}: {sent.broken}")
        asyncio.run(_through(subscriptions, messages, seen))

    attack()
    print(f"{service}: {sum(seen.values())} broken events: {seen}")
    assert seen["unreadable-envelope"] and seen["unreadable-body"] and seen["handled"]


async def _through(
    subscriptions: tuple[Subscription, ...], messages: list[Sent], seen: dict[str, int]
) -> None:
    handled: list[object] = []

    async def record(events, _uow) -> None:
        handled.extend(event.id for event in events)

    own = [Subscription(each.type, each.model, record) for each in subscriptions]
    kinds = {topic_of(each.type): each.type for each in own}
    log, store = MemoryLog(), MemoryStore()
    last = [good(kind) for kind in kinds.values()]
    put(log, [*messages, *last])
    source = MemorySource(log, set(kinds), GROUP, batch=5)
    await drained(Consumer(source, store, own, group=GROUP, brake=NEVER), source)
    assert {sent.id() for sent in last} <= set(handled)
    for _, _, letter in store.letters.values():
        assert REASON.fullmatch(letter.reason), letter.reason
        seen[letter.reason] = seen.get(letter.reason, 0) + 1
    seen["handled"] = seen.get("handled", 0) + len(handled) - len(last)
