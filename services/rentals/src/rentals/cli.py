"""Rentals' own commands: take over files of premises, and state all premises anew."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from lianfang_common.errors import Invalid
from lianfang_edge.service import Runtime
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.premises import Premises, PremisesKind
from rentals.storage.unit_of_work import RentalsUnit
from rentals.use_cases.load_premises import LoadPremises, load_premises

BATCH_ROWS = 500  # one transaction of 0.1 s; a crash repeats at most that much


async def load_premises_file(runtime: Runtime[RentalsUnit], arguments: list[str]) -> None:
    """Load premises from a file of JSON lines; what is filed already stays as it is.

    A line holds `premises_id`, `grid`, `kind`, `rooms`, `label`, and may hold `organisation`
    (`name`, `credit_code`) and `accounts`: those that may see and let these premises.

    Raises:
        SystemExit: a line cannot be right; the message names it and nothing is loaded.
        Invalid: a grid is not known here.
    """
    if len(arguments) != 1:
        raise SystemExit("usage: rentals load-premises FILE")
    added = seen = 0
    for batch in list(_batches(Path(arguments[0]))):
        async with runtime.unit() as uow:
            added += await load_premises(batch, uow)
        seen += len(batch.filed)
    print(f"premises: {seen} read, {added} new")


async def republish_premises(runtime: Runtime[RentalsUnit]) -> int:
    """State every premises anew through the outbox, in batches; return how many."""
    stated, last = 0, UUID(int=0)
    while True:
        async with runtime.unit() as uow:
            batch = await uow.premises.state_after(last, BATCH_ROWS)
        if not batch:
            return stated
        stated += len(batch)
        last = batch[-1]


def _batches(path: Path) -> Iterator[LoadPremises]:
    filed: list[Premises] = []
    grants: list[tuple[UUID, UUID]] = []
    with path.open() as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                filed.append(_premises(row))
                grants += [(filed[-1].id, UUID(one)) for one in row.get("accounts", ())]
            except (KeyError, TypeError, ValueError) as error:
                raise SystemExit(
                    f"{path.name}, line {number}: a field is missing or malformed"
                ) from error
            except Invalid as error:
                raise SystemExit(
                    f"{path.name}, line {number}: {error.field}: {error.slug}"
                ) from error
            if len(filed) == BATCH_ROWS:
                yield LoadPremises(filed, grants)
                filed, grants = [], []
    if filed:
        yield LoadPremises(filed, grants)


def _premises(row: dict[str, Any]) -> Premises:
    organisation = row.get("organisation")
    return Premises.file(
        UUID(row["premises_id"]),
        row["grid"],
        PremisesKind(row["kind"]),
        row["rooms"],
        row["label"],
        LettingOrganisation.named(organisation["name"], organisation["credit_code"], "organisation")
        if organisation
        else None,
    )
