"""Reads a file of premises chunk by chunk, each checked ahead of the database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictInt, ValidationError

from lianfang_common.errors import Invalid
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.loading import LoadedPremises, Refusal
from rentals.domain.premises import Premises, PremisesKind


class OrganisationLine(BaseModel):
    """The organisation that lets premises of the file."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: str
    credit_code: str


class PremisesLine(BaseModel):
    """One line of the file of `rentals load-premises`."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    premises_id: UUID
    grid: str
    kind: PremisesKind
    rooms: StrictInt
    label: str
    organisation: OrganisationLine | None = None
    accounts: tuple[UUID, ...] = ()

    def premises(self, line: int) -> LoadedPremises:
        """Return the premises, read by the rules of the API.

        Raises:
            Invalid: a field breaks one of them.
        """
        named = self.organisation
        premises = Premises.file(
            self.premises_id,
            self.grid,
            self.kind,
            self.rooms,
            self.label,
            LettingOrganisation.named(named.name, named.credit_code, "organisation")
            if named
            else None,
        )
        return LoadedPremises(line, premises, self.accounts)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of the file.

    Attributes:
        lines: how many lines of the file have been read up to here.
        loaded: those that can be right.
        refused: those that cannot.
    """

    lines: int
    loaded: list[LoadedPremises]
    refused: list[Refusal]


class PremisesFile:
    """A file of premises, JSON lines.

    Args:
        path: of the file.
        chunk_rows: lines of one chunk.
    """

    def __init__(self, path: Path, chunk_rows: int) -> None:
        self._path = path
        self._chunk_rows = chunk_rows

    def lines(self) -> int:
        """Return how many lines it has."""
        with self._path.open("rb") as opened:
            return sum(1 for _ in opened)

    async def chunks(self) -> AsyncIterator[Chunk]:
        """Yield chunk after chunk; the next is read while the caller works on one."""
        chunks = self._read()
        coming = asyncio.create_task(asyncio.to_thread(next, chunks, None))
        while (chunk := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, chunks, None))
            yield chunk

    def _read(self) -> Iterator[Chunk]:
        with self._path.open("rb") as opened:
            lines = enumerate(opened, 1)
            while part := list(islice(lines, self._chunk_rows)):
                yield _chunk(part)


def _chunk(part: list[tuple[int, bytes]]) -> Chunk:
    chunk = Chunk(part[-1][0], [], [])
    for number, line in part:
        if not line.strip():
            continue
        try:
            chunk.loaded.append(PremisesLine.model_validate_json(line).premises(number))
        except Invalid as broken:
            chunk.refused.append(Refusal(number, broken.field, broken.slug))
        except ValidationError as failure:
            chunk.refused.append(Refusal(number, _field_of(failure), "unreadable"))
    return chunk


def _field_of(failure: ValidationError) -> str | None:
    """Return the path of the first field that cannot be read; the value is never told."""
    error = failure.errors(include_input=False, include_context=False, include_url=False)[0]
    return ".".join(str(part) for part in error["loc"]) or None
