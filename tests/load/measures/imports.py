"""Bulk import of persons and premises from files, beside COPY into a bare table.

The bare table has the same columns and indexes as `persons` or `premises` and gets the rows that
the import has made, sealed and checked: what an import costs without reading, checking, sealing,
residences and events. The district profile must load within two minutes.
"""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from bed import Bed
from figures import Figure
from own import OwnService, own_service
from rounds import judged

from lianfang_common.clock import SystemClock, civil_date
from lianfang_demo.generate import generate

SEED = 7
AT_LEAST = 0.6  # T6
DISTRICT_SECONDS = 120.0
ROWS = {"persons": 10_000, "premises": 10_000}


async def measure(bed: Bed) -> list[Figure]:
    """Return rows a second of both imports, and the seconds of the whole district."""
    folder = Path(bed.stack.enter_context(TemporaryDirectory()))
    generate("district", SEED, folder, civil_date(SystemClock().now()))
    population = await bed.stack.enter_async_context(own_service(bed, "population"))
    rentals = await bed.stack.enter_async_context(own_service(bed, "rentals"))
    await population.command("define-district", str(folder / "district.json"))
    found = [
        await _beside_copy(bed, population, "persons", folder),
        await _beside_copy(bed, rentals, "premises", folder),
    ]
    if bed.scale < 1:
        return found
    began = time.perf_counter()
    await population.command("load-persons", str(folder / "persons.jsonl"))
    await rentals.command("load-premises", str(folder / "premises.jsonl"))
    seconds = time.perf_counter() - began
    title = "import of the district profile, persons and premises"
    against = f"{DISTRICT_SECONDS:.0f} s"
    ratio = seconds / DISTRICT_SECONDS
    return [*found, Figure(title, seconds, "s", ratio, against, 1.0, ratio <= 1, samples=1)]


async def _beside_copy(bed: Bed, own: OwnService, kind: str, folder: Path) -> Figure:
    count = bed.many(ROWS[kind])
    lines = (folder / f"{kind}.jsonl").read_text().splitlines(keepends=True)
    part = folder / f"some-{kind}.jsonl"
    part.write_text("".join(lines[-count:]))  # the first persons carry register entries
    connection = await own.connect()
    bed.stack.push_async_callback(connection.close)
    await connection.execute(f"create table bare (like {kind} including all)")
    await own.command(f"load-{kind}", str(part))
    kept = [tuple(row) for row in await connection.fetch(f"select * from {kind}")]
    taken = await bed.alternate(
        {
            "COPY": partial(_copy, connection, kept),
            "import": partial(_import, own, connection, kind, part, count),
        },
        warm_up=False,
    )
    return judged(
        f"import of {kind}",
        "rows/s",
        taken["import"],
        taken["COPY"],
        against="COPY of the sealed rows into a bare table with the same indexes",
        samples=count * bed.rounds,
        target=AT_LEAST,
        at_least=True,
        note="with reading, sealing, events, and the start of the command",
    )


async def _copy(connection: asyncpg.Connection, rows: list[tuple[object, ...]]) -> float:
    await connection.execute("truncate bare")
    began = time.perf_counter()
    await connection.copy_records_to_table("bare", records=rows)
    return len(rows) / (time.perf_counter() - began)


async def _import(
    own: OwnService, connection: asyncpg.Connection, kind: str, part: Path, count: int
) -> float:
    await connection.execute(f"truncate {kind}, outbox cascade")
    began = time.perf_counter()
    await own.command(f"load-{kind}", str(part))
    return count / (time.perf_counter() - began)
