"""The desk of an office with 10⁴ and 10⁵ notices stored: nothing may grow with the history.

The notifications API alone, on a database of its own that is filled in the stored shape; with 10⁶
too for a city. Listing a desk's newest notices, its open ones, acknowledging one, and storing the
notices of a new fact are each held against the same act at the first size, whose median was taken
minutes before: the ratio tells how they grow.
"""

import os
from collections.abc import Awaitable, Callable
from statistics import median
from unittest.mock import patch
from uuid import uuid4

from bed import Bed
from figures import Figure
from filling import NOTICES
from own import OwnService, own_service
from parts import timed
from peers.facts import some_facts
from peers.programs import say_district
from rounds import percentile

from lianfang_common.subscriptions import Received
from lianfang_edge.service import Runtime
from notifications.handlers import SUBSCRIPTIONS
from notifications.main import build
from notifications.settings import Settings

OFFICER = "beihe-officer1"
SIZES = (10_000, 100_000, 1_000_000)
REPEAT = 60
GROWS = 1.5  # as far as the noise of minutes goes


async def measure(bed: Bed) -> list[Figure]:
    """Return p50 of each act at each size, beside the first size."""
    own = await bed.stack.enter_async_context(own_service(bed, "notifications"))
    await bed.stack.enter_async_context(own.serve("api"))
    connection = await own.connect()
    bed.stack.push_async_callback(connection.close)
    http, headers = await bed.http(), bed.bearer(OFFICER, "notifications")
    offices = [o["office_id"] for o in bed.network.district["offices"] if o["kind"] == "room"]
    grid = bed.network.grids_of(OFFICER)[0]
    base = f"{own.url}/api/v1/notifications/notices"
    waiting: list[str] = []

    async def newest() -> None:
        async with http.get(base, headers=headers) as answer:
            if answer.status != 200 or not (await answer.json())["items"]:
                raise RuntimeError(f"the desk: {answer.status}")

    async def still_open() -> None:
        async with http.get(base, params={"state": "raised"}, headers=headers) as answer:
            if answer.status != 200 or not (await answer.json())["items"]:
                raise RuntimeError(f"the open notices: {answer.status}")

    async def acknowledge() -> None:
        with_key = {**headers, "Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
        url = f"{base}/{waiting.pop()}/acknowledgements"
        async with http.post(url, json={}, headers=with_key) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"acknowledging: {answer.status} {await answer.text()}")

    acts: dict[str, Callable[[], Awaitable[None]]] = {
        "list of the desk": newest,
        "list of what is open": still_open,
        "acknowledgement": acknowledge,
        "storing the notices of a new fact": await _raising(bed, own),
    }
    stored, first, found = 0, dict[str, float](), []
    for size in (bed.many(each, each // 3) for each in SIZES[: 2 + bed.city]):
        await connection.execute(NOTICES, size - stored, offices, grid, "officer")
        await connection.execute("vacuum analyze notices")
        stored = size
        rows = await connection.fetch(
            "select id from notices where office_id = $1 and state = 'raised' limit 1000",
            bed.network.office(OFFICER),
        )
        waiting[:] = [str(row["id"]) for row in rows]
        for name, act in acts.items():
            await timed(act, 5)
            taken = await timed(act, bed.many(REPEAT, 20))
            p50 = median(taken)
            ratio = p50 / first.setdefault(name, p50)
            found.append(
                Figure(
                    f"{name} with {size:,} notices stored, p50",
                    p50,
                    "ms",
                    ratio,
                    f"the same with {bed.many(SIZES[0], SIZES[0] // 3):,}, {first[name]:.1f} ms",
                    GROWS,
                    ratio <= GROWS,
                    (percentile(taken, 0.1) / first[name], percentile(taken, 0.9) / first[name]),
                    len(taken),
                )
            )
    return found


async def _raising(bed: Bed, own: OwnService) -> Callable[[], Awaitable[None]]:
    """Return what handles one more fact as the consumer does, from its body to the commit."""
    await say_district(own.environment["NOTIFICATIONS_POSTGRES__SYSTEM_URL"])
    with patch.dict(os.environ, own.environment):
        service = build(Settings())  # type: ignore[call-arg]  # read from the environment
    runtime = Runtime(service)
    bed.stack.push_async_callback(runtime.close)
    handlers = {each.type: each for each in SUBSCRIPTIONS if each.group == "main"}
    facts = iter(some_facts(len(SIZES) * (REPEAT + 5), seed=5))

    async def once() -> None:
        fact = next(facts)
        subscription = handlers[fact.type]
        received = Received(
            subscription.model.model_validate_json(fact.body), fact.message_id, fact.type,
            fact.topic, fact.key, fact.aggregate_version, fact.occurred_at, None, None,
        )  # fmt: skip
        async with runtime.unit() as uow:
            await subscription.handler([received], uow)

    return once
