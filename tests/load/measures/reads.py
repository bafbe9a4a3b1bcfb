"""Searching persons at the size of a district and at two million, as an officer of one room.

The population API alone, on a database of its own, at a stated load, row-level security on. Beside
each search, the same query by asyncpg as the owner, without the policies; both take turns.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any

import asyncpg
from bed import Bed
from figures import Figure
from filling import People
from openloop import at_rate
from own import own_service
from parts import timed
from rounds import judged, percentile

from lianfang_demo.district import accounts, district
from lianfang_demo.layout import WHOLE
from population.domain.names import pinyin_of
from population.storage.vault import Vault

SIZES = (220_000, 2_000_000)
RATE, SECONDS = 50.0, 3.0
P99 = 3.0  # T7
LOGIN, SEED = "beihe-officer1", 7
_HIGHEST = "\U0010ffff"
_SEEN = "exists (select from residences r where r.person_id = p.person_id and r.grid = any ($2))"
_BARE = {
    "name": f"select * from persons p where name >= $1 and name < $1 || '{_HIGHEST}' and {_SEEN}"
    " order by name, person_id limit 51",
    "pinyin": f"select * from persons p where pinyin >= $1 and pinyin < $1 || '{_HIGHEST}'"
    f" and {_SEEN} order by name, person_id limit 51",
    "document number": f"select * from persons p where document_index = $1 and {_SEEN}",
}


async def measure(bed: Bed) -> list[Figure]:
    """Return p50 and p99 of each search at each size."""
    account = next(each for each in accounts(SEED, WHOLE) if each["login"] == LOGIN)
    offices = district(SEED, WHOLE)["offices"]
    grids = next(o["grids"] for o in offices if o["office_id"] == account["office_id"])
    vault = Vault(bed.network.state / "secrets/population")
    own = await bed.stack.enter_async_context(own_service(bed, "population"))
    await bed.stack.enter_async_context(own.serve("api"))
    connection = await own.connect()
    bed.stack.push_async_callback(connection.close)
    http = await bed.http()
    headers = bed.bearer_of(account, grids, "population")
    people, stored = People(vault), 0
    found: list[Figure] = []
    for size in (bed.many(each) for each in SIZES):
        sample = await people.add(connection, size - stored)
        stored = size
        own_people = [(name, number) for name, number, grid in sample if grid in grids]
        asked = {
            "name": [(name, name) for name, _ in own_people],
            "pinyin": [(pinyin_of(name), pinyin_of(name)) for name, _ in own_people],
            "document number": [
                (number, vault.documents.of(f"resident_id:{number}")) for _, number in own_people
            ],
        }
        for kind, values in asked.items():
            terms = cycle(values)

            async def search(due: float, kind: str = kind, terms: Any = terms) -> float:
                body = {kind.replace(" ", "_"): next(terms)[0]}
                url = f"{own.url}/api/v1/population/persons/searches"
                async with http.post(url, json=body, headers=headers) as answer:
                    page = await answer.json()
                    if answer.status != 200 or not page["items"]:
                        raise RuntimeError(f"search by {kind}: {answer.status}")
                return (time.perf_counter() - due) * 1000

            bare = partial(_bare, connection, _BARE[kind], terms, grids)
            found += await _beside(bed, f"search by {kind} among {size:,}", search, bare)
    return found


async def _bare(connection: asyncpg.Connection, query: str, terms: Any, grids: list[str]) -> None:
    _, term = next(terms)
    await connection.fetch(query, term, grids)


async def _beside(
    bed: Bed,
    title: str,
    search: Callable[[float], Awaitable[float]],
    bare: Callable[[], Awaitable[None]],
) -> list[Figure]:
    seconds = SECONDS * bed.scale
    taken = await bed.alternate(
        {
            "bare": partial(timed, bare, bed.many(200, 20)),
            "search": partial(at_rate, RATE, seconds, search),
        }
    )
    count = sum(map(len, taken["search"]))
    return [
        judged(
            f"{title}, {RATE:.0f} a second, p{100 * share:g}",
            "ms",
            [percentile(times, share) for times in taken["search"]],
            [percentile(times, share) for times in taken["bare"]],
            against="the query as owner, without policies,"
            f" {median(percentile(times, share) for times in taken['bare']):.2f} ms",
            samples=count,
            target=target,
        )
        for share, target in ((0.5, None), (0.99, P99))
    ]
