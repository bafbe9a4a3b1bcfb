"""Rentals' own commands: take over files of premises, and state all premises anew."""

import json
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from lianfang_common.errors import Invalid
from lianfang_edge.service import Runtime
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.premises import Premises, PremisesKind
from rentals.storage.unit_of_work import RentalsUnit
from rentals.use_cases.load_premises import LoadedPremises, load_premises

BATCH_ROWS = 500  # one transaction of 0.1 s; a crash repeats at most that much


async def load_premises_file(runtime: Runtime[RentalsUnit], arguments: list[str]) -> None:
    """Load premises from a file of JSON lines; what is filed already stays as it is.

    A line holds `premises_id`, `grid`, `kind`, `rooms`, `label`, and may hold `organisation`
    (`name`, `credit_code`) and `accounts`: those that may see and let new premises. What cannot
    be right is left out and named by its line and reason; the rest is loaded, batch by batch, so
    that the same file again goes on where it was broken off. Exit status 1 if a line was left out.
    """
    if len(arguments) != 1:
        raise SystemExit("usage: rentals load-premises FILE")
    new = rejected = 0
    for lines in _batches(Path(arguments[0])):
        batch: dict[int, LoadedPremises] = {}
        refused: dict[int, str] = {}
        for number, line in lines:
            try:
                batch[number] = _premises(json.loads(line))
            except Invalid as failure:
                refused[number] = failure.slug
            except (AttributeError, KeyError, TypeError, ValueError):
                # Not the values: a label may hold a name by mistake.
                refused[number] = "unreadable"
        async with runtime.unit() as uow:
            loaded = await load_premises(list(batch.values()), uow)
        numbers = list(batch)
        refused |= {numbers[place]: "unknown-area" for place in loaded.unplaced}
        for number, slug in sorted(refused.items()):
            print(f"line {number}: {slug}")
        new, rejected = new + loaded.new, rejected + len(refused)
    print(f"{new} premises are new" + (f"; {rejected} lines were left out" if rejected else ""))
    if rejected:
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


def _batches(path: Path) -> Iterator[list[tuple[int, str]]]:
    """Yield lines with their numbers, empty ones left out."""
    with path.open(encoding="utf-8") as opened:
        lines = ((number, line) for number, line in enumerate(opened, 1) if line.strip())
        while batch := list(islice(lines, BATCH_ROWS)):
            yield batch


def _premises(row: dict[str, Any]) -> LoadedPremises:
    organisation = row.get("organisation")
    premises = Premises.file(
        UUID(row["premises_id"]),
        row["grid"],
        PremisesKind(row["kind"]),
        row["rooms"],
        row["label"],
        LettingOrganisation.named(organisation["name"], organisation["credit_code"], "organisation")
        if organisation
        else None,
    )
    return LoadedPremises(premises, tuple(UUID(one) for one in row.get("accounts", ())))
