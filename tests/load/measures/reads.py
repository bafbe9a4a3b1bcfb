"""Searching persons at the size of a district, as an officer of one room; a city has two million.

The population API alone, on a database of its own, at a stated load, row-level security on. Beside
each search, the same query by asyncpg as the owner, without the policies; both take turns.
"""

from functools import partial
from itertools import cycle
from typing import Any

import asyncpg
from bed import Bed
from beside import beside_query
from figures import Figure
from filling import People
from own import own_service

from lianfang_demo.district import accounts, district
from lianfang_demo.layout import WHOLE
from population.domain.names import pinyin_of
from population.storage.vault import Vault

DISTRICT, CITY = 220_000, 2_000_000
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
    for size in (bed.many(each) for each in (DISTRICT, CITY)[: 1 + bed.city]):
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

            async def search(kind: str = kind, terms: Any = terms) -> None:
                body = {kind.replace(" ", "_"): next(terms)[0]}
                url = f"{own.url}/api/v1/population/persons/searches"
                async with http.post(url, json=body, headers=headers) as answer:
                    page = await answer.json()
                    if answer.status != 200 or not page["items"]:
                        raise RuntimeError(f"search by {kind}: {answer.status}")

            bare = partial(_bare, connection, _BARE[kind], terms, grids)
            found += await beside_query(bed, f"search by {kind} among {size:,}", search, bare)
    return found


async def _bare(connection: asyncpg.Connection, query: str, terms: Any, grids: list[str]) -> None:
    _, term = next(terms)
    await connection.fetch(query, term, grids)
