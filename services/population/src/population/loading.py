"""Reads a file of persons chunk by chunk, each checked and sealed ahead of the database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from lianfang_common.errors import Invalid, RuleBroken
from population.domain.documents import Document
from population.domain.loading import ListedPerson, LoadedPerson, PreparedPerson, Refusal
from population.domain.names import read_name, read_phone
from population.domain.supervision import Ground
from population.storage.staging import prepare
from population.storage.vault import Vault


class EntryLine(BaseModel):
    """The register entry of a person of the file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    category: str
    statute: str
    deciding_organ: str
    document_number: str
    starts_on: date
    ends_on: date
    review_due_on: date
    responsible_office: UUID
    justice_office: UUID
    assisting_committee: UUID | None = None

    def listed(self, today: date) -> ListedPerson:
        """Return the entry.

        Raises:
            Invalid: its ground is not a statutory one.
        """
        ground = Ground(
            category=self.category,
            statute=self.statute,
            deciding_organ=self.deciding_organ,
            document_number=self.document_number,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            review_due_on=self.review_due_on,
        )
        try:
            ground.check(today)
        except Invalid as broken:
            raise Invalid(broken.slug, f"supervision.{broken.field}") from None
        return ListedPerson(
            ground, self.responsible_office, self.justice_office, self.assisting_committee
        )


class PersonLine(BaseModel):
    """One line of the file of `population load-persons`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str
    document_kind: Literal["resident_id", "passport", "other"] = "resident_id"
    document_number: str
    phone: str | None = None
    grid: str
    first_day: date
    last_day: date | None = None
    supervision: EntryLine | None = None

    def person(self, line: int, today: date) -> LoadedPerson:
        """Return the person, read by the rules of the API.

        Raises:
            RuleBroken: a field breaks one of them.
        """
        entry = self.supervision.listed(today) if self.supervision else None
        if self.last_day is not None and self.last_day < self.first_day:
            raise RuleBroken("end-before-start", "last_day")
        return LoadedPerson(
            line=line,
            name=read_name(self.name),
            document=Document.read(
                self.document_kind, self.document_number, today, "document_number"
            ),
            phone=read_phone(self.phone) if self.phone else None,
            grid=self.grid,
            first_day=self.first_day,
            last_day=self.last_day,
            entry=entry,
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of the file.

    Attributes:
        lines: how many lines of the file have been read up to here.
        prepared: those that can be right.
        refused: those that cannot.
    """

    lines: int
    prepared: list[PreparedPerson]
    refused: list[Refusal]


class PersonFile:
    """A file of persons, JSON lines.

    Args:
        path: of the file.
        today: nobody is born after it.
        vault: seals what may not lie open.
        chunk_rows: lines of one chunk.
    """

    def __init__(self, path: Path, today: date, vault: Vault, chunk_rows: int) -> None:
        self._path = path
        self._today = today
        self._vault = vault
        self._chunk_rows = chunk_rows

    def lines(self) -> int:
        """Return how many lines it has."""
        with self._path.open("rb") as opened:
            return sum(1 for _ in opened)

    async def chunks(self) -> AsyncIterator[Chunk]:
        """Yield chunk after chunk; the next is prepared while the caller works on one."""
        chunks = self._read()
        coming = asyncio.create_task(asyncio.to_thread(next, chunks, None))
        while (chunk := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, chunks, None))
            yield chunk

    def _read(self) -> Iterator[Chunk]:
        with self._path.open("rb") as opened:
            lines = enumerate(opened, 1)
            while part := list(islice(lines, self._chunk_rows)):
                yield self._chunk(part)

    def _chunk(self, part: list[tuple[int, bytes]]) -> Chunk:
        chunk = Chunk(part[-1][0], [], [])
        for number, line in part:
            if not line.strip():
                continue
            try:
                person = PersonLine.model_validate_json(line).person(number, self._today)
                chunk.prepared.append(prepare(person, self._vault))
            except RuleBroken as broken:
                chunk.refused.append(Refusal(number, broken.field, broken.slug))
            except ValidationError as failure:
                chunk.refused.append(Refusal(number, _field_of(failure), "unreadable"))
        return chunk


def _field_of(failure: ValidationError) -> str | None:
    """Return the path of the first field that cannot be read, if it is one of ours.

    A name that stands only in the file is not told: it may be a value in the wrong place.
    """
    known = PersonLine.model_fields.keys() | EntryLine.model_fields.keys()
    error = failure.errors(include_input=False, include_context=False, include_url=False)[0]
    path = [str(part) for part in error["loc"]]
    return ".".join(path) if path and known.issuperset(path) else None
