"""Rentals' own commands: take over files of premises, and state all premises anew."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from lianfang_edge.service import Runtime
from rentals.loading import PremisesFile
from rentals.storage.unit_of_work import RentalsUnit
from rentals.use_cases.load_premises import load_premises

CHUNK_ROWS = 2_500  # one transaction of 0.2 s; a crash repeats at most that much
BATCH_ROWS = 500  # stated anew in one transaction of 0.1 s


async def load_premises_file(runtime: Runtime[RentalsUnit], arguments: list[str]) -> None:
    """Load premises from a file of JSON lines; what is filed already stays as it is.

    A line holds `premises_id`, `grid`, `kind`, `rooms`, `label`, and may hold `organisation`
    (`name`, `credit_code`) and `accounts`: those that may see and let new premises. What cannot
    be right is left out and named by its line, field and reason; the rest is loaded, chunk by
    chunk, so that the same file again goes on where it was broken off. How far it is stands on
    standard error after each chunk: `progress LINES OF-LINES`. Exit status 1 if a line was left
    out.
    """
    if len(arguments) != 1:
        raise SystemExit("usage: rentals load-premises FILE")
    file = PremisesFile(Path(arguments[0]), CHUNK_ROWS)
    total, new, left_out = file.lines(), 0, 0
    async for chunk in file.chunks():
        async with runtime.unit() as uow:
            loaded = await load_premises(chunk.loaded, uow)
        refused = sorted([*chunk.refused, *loaded.refused], key=lambda each: each.line)
        for each in refused:
            print(each)
        new, left_out = new + loaded.new, left_out + len(refused)
        print(f"progress {chunk.lines} {total}", file=sys.stderr, flush=True)
    print(f"{new} premises are new" + (f"; {left_out} lines were left out" if left_out else ""))
    if left_out:
        raise SystemExit(1)


async def republish_premises(runtime: Runtime[RentalsUnit]) -> int:
    """State every premises anew through the outbox, in batches; return how many."""
    return await _in_batches(runtime, lambda uow, last: uow.premises.state_after(last, BATCH_ROWS))


async def republish_landlord_accounts(runtime: Runtime[RentalsUnit]) -> int:
    """State anew which accounts let which premises, as `republish_premises` does."""
    return await _in_batches(
        runtime, lambda uow, last: uow.premises.state_accounts_after(last, BATCH_ROWS)
    )


async def _in_batches(
    runtime: Runtime[RentalsUnit], state: Callable[[RentalsUnit, UUID], Awaitable[list[UUID]]]
) -> int:
    """Go on after the last id of each batch until there is none; return how many there were."""
    stated, last = 0, UUID(int=0)
    while True:
        async with runtime.unit() as uow:
            batch = await state(uow, last)
        if not batch:
            return stated
        stated += len(batch)
        last = batch[-1]
