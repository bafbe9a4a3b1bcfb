"""The desk of an office with 10⁴, 10⁵ and 10⁶ notices stored: nothing may grow with the history.

The notifications API alone, on a database of its own that is filled in the stored shape. Listing a
desk's newest notices, its open ones, and acknowledging one are each held against the same act at
the first size, whose median was taken minutes before: the ratio tells how they grow.
"""

from collections.abc import Awaitable, Callable
from statistics import median
from uuid import uuid4

from bed import Bed
from figures import Figure
from filling import NOTICES
from own import own_service
from parts import timed
from rounds import percentile

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
    }
    stored, first, found = 0, dict[str, float](), []
    for size in (bed.many(each, each // 3) for each in SIZES):
        await connection.execute(NOTICES, size - stored, offices, grid)
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
