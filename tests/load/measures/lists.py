"""The file of one premises, the list of a section, the desk of one office and of one committee.

The API of rentals and of notifications alone, each on a database of its own that is filled in the
stored shape, with row-level security on, beside the same query by asyncpg as the owner.
"""

from functools import partial
from itertools import cycle
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
from bed import Bed
from beside import beside_query
from figures import Figure
from filling import NOTICES, PREMISES, TENANCIES
from own import own_service

OFFICER, COMMITTEE = "beihe-officer1", "huaiyin-committee"
PREMISES_STORED, NOTICES_STORED = 50_000, 100_000
_FILE = (
    "select * from premises where premises_id = $1",
    "select * from tenancy where premises_id = $1 order by tenancy_id desc limit 20",
)
_LIST = "select * from premises where grid = any ($1) order by premises_id desc limit 51"
_DESK = "select * from notices where office_id = $1 and role = $2 order by id desc limit 51"


async def measure(bed: Bed) -> list[Figure]:
    """Return p50 and p99 of each list."""
    return [*await _of_rentals(bed), *await _of_notifications(bed)]


async def _of_rentals(bed: Bed) -> list[Figure]:
    own = await bed.stack.enter_async_context(own_service(bed, "rentals"))
    await bed.stack.enter_async_context(own.serve("api"))
    connection = await own.connect()
    bed.stack.push_async_callback(connection.close)
    every = sorted({grid for each in bed.network.district["offices"] for grid in each["grids"]})
    grids, stored = bed.network.grids_of(OFFICER), bed.many(PREMISES_STORED)
    await connection.execute(PREMISES, stored, every)
    await connection.execute(TENANCIES)
    await connection.execute("vacuum analyze premises, tenancy")
    rows = await connection.fetch(
        "select premises_id from premises where grid = any ($1) limit 1000", grids
    )
    ids, bare_ids = (cycle([row["premises_id"] for row in rows]) for _ in range(2))
    http = await bed.http()
    base = f"{own.url}/api/v1/rentals/premises"
    officer = bed.bearer(OFFICER, "rentals")

    async def file() -> None:
        await _get(http, f"{base}/{next(ids)}", officer)

    async def bare_file() -> None:
        premises_id = next(bare_ids)
        for query in _FILE:
            await connection.fetch(query, premises_id)

    listing = partial(_get, http, base, officer)
    bare_list = partial(_fetch, connection, _LIST, grids)
    among = f"{stored:,} premises"
    return [
        *await beside_query(bed, f"file of one premises among {among}", file, bare_file),
        *await beside_query(bed, f"list of one section among {among}", listing, bare_list),
    ]


async def _of_notifications(bed: Bed) -> list[Figure]:
    own = await bed.stack.enter_async_context(own_service(bed, "notifications"))
    await bed.stack.enter_async_context(own.serve("api"))
    connection = await own.connect()
    bed.stack.push_async_callback(connection.close)
    stored, grid = bed.many(NOTICES_STORED), bed.network.grids_of(OFFICER)[0]
    url, found = f"{own.url}/api/v1/notifications/notices", list[Figure]()
    for what, login, kind in (
        ("desk of one office", OFFICER, "room"),
        ("list of one committee", COMMITTEE, "committee"),
    ):
        offices = [o["office_id"] for o in bed.network.district["offices"] if o["kind"] == kind]
        role = bed.network.accounts[login]["role"]
        await connection.execute(NOTICES, stored, offices, grid, role)
        await connection.execute("vacuum analyze notices")
        desk = partial(_get, await bed.http(), url, bed.bearer(login, "notifications"))
        bare = partial(_fetch, connection, _DESK, UUID(bed.network.office(login)), role)
        found += await beside_query(bed, f"{what} among {stored:,} notices", desk, bare)
    return found


async def _get(http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
    async with http.get(url, headers=headers) as answer:
        body = await answer.json()
        if answer.status != 200 or body.get("items") == []:
            raise RuntimeError(f"{url}: {answer.status}, or nothing was found")


async def _fetch(connection: asyncpg.Connection, query: str, *values: Any) -> None:
    await connection.fetch(query, *values)
