"""Commands of population's own: define the district, load persons."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from lianfang_common.clock import civil_date
from lianfang_common.errors import RuleBroken
from lianfang_edge.service import Runtime
from population.domain.documents import Document
from population.domain.names import read_name, read_phone
from population.domain.places import Area, District, Office
from population.domain.supervision import Ground
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.define_district import DefineDistrict, define_district
from population.use_cases.load_persons import ListedPerson, LoadedPerson, load_persons

_BATCH = 2_000  # one transaction of half a second; a crash repeats at most that much


class AreaEntry(BaseModel):
    """One area of the district's file."""

    model_config = ConfigDict(extra="ignore")

    code: str
    name_zh: str
    name_en: str


class OfficeEntry(BaseModel):
    """One office of the district's file; `grids` may name areas, which stand for their grids."""

    model_config = ConfigDict(extra="ignore")

    office_id: UUID
    kind: Literal["bureau", "station", "room", "committee", "justice"]
    name_zh: str
    name_en: str
    lead_parent: UUID | None = None
    guide_parent: UUID | None = None
    grids: list[str]


class DistrictFile(BaseModel):
    """The file of `population define-district`."""

    areas: list[AreaEntry]
    offices: list[OfficeEntry]

    def district(self) -> District:
        """Return the district that the file defines."""
        grids = [area.code for area in self.areas if len(area.code) == 15]
        return District(
            areas=tuple(Area(a.code, a.name_zh, a.name_en) for a in self.areas),
            offices=tuple(
                Office(
                    office.office_id,
                    office.kind,
                    office.name_zh,
                    office.name_en,
                    office.lead_parent,
                    office.guide_parent,
                    frozenset(
                        grid
                        for named in office.grids
                        for grid in ([named] if len(named) == 15 else _below(named, grids))
                    ),
                )
                for office in self.offices
            ),
        )


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

    def listed(self) -> ListedPerson:
        """Return the entry."""
        ground = Ground(
            category=self.category,
            statute=self.statute,
            deciding_organ=self.deciding_organ,
            document_number=self.document_number,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            review_due_on=self.review_due_on,
        )
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

    def person(self, today: date) -> LoadedPerson:
        """Return the person, read by the rules of the API."""
        if self.supervision:
            self.supervision.listed().ground.check(today)
        if self.last_day is not None and self.last_day < self.first_day:
            raise RuleBroken("end-before-start", "last_day")
        document = Document.read(self.document_kind, self.document_number, today, "document_number")
        return LoadedPerson(
            name=read_name(self.name),
            document=document,
            phone=read_phone(self.phone) if self.phone else None,
            grid=self.grid,
            first_day=self.first_day,
            last_day=self.last_day,
            entry=self.supervision.listed() if self.supervision else None,
        )


async def define_district_command(runtime: Runtime[PopulationUnit], arguments: list[str]) -> None:
    """`population define-district FILE`: the same file a second time changes nothing."""
    if len(arguments) != 1:
        raise SystemExit("usage: population define-district FILE")
    stated = _read(arguments[0])
    async with runtime.unit() as uow:
        areas, offices = await define_district(DefineDistrict(stated.district()), uow)
    print(f"{areas} areas and {offices} offices are new or changed")


async def load_persons_command(runtime: Runtime[PopulationUnit], arguments: list[str]) -> None:
    """`population load-persons FILE`: JSON lines; documents that are known are left as they are.

    What cannot be right is left out and named by its line and reason; the rest is loaded, batch by
    batch, so that the same file again goes on where it was broken off. Exit status 1 if a line was
    left out.
    """
    if len(arguments) != 1:
        raise SystemExit("usage: population load-persons FILE")
    today, new, rejected = civil_date(runtime.clock.now()), 0, 0
    for lines in _batches(arguments[0], _BATCH):
        batch: dict[int, LoadedPerson] = {}
        refused: dict[int, str] = {}
        for number, line in lines:
            try:
                batch[number] = PersonLine.model_validate_json(line).person(today)
            except (RuleBroken, ValidationError) as failure:
                # Neither the values nor the texts of the file: they are personal.
                slug = failure.slug if isinstance(failure, RuleBroken) else "unreadable"
                refused[number] = slug
        async with runtime.unit() as uow:
            loaded = await load_persons(list(batch.values()), uow)
        numbers = list(batch)
        refused |= {numbers[place]: "grid-unknown" for place in loaded.unplaced}
        for number, slug in sorted(refused.items()):
            print(f"line {number}: {slug}")
        new, rejected = new + loaded.new, rejected + len(refused)
    print(f"{new} persons are new" + (f"; {rejected} lines were left out" if rejected else ""))
    if rejected:
        raise SystemExit(1)


def _batches(file: str, size: int) -> Iterator[list[tuple[int, str]]]:
    """Yield lines with their numbers, empty ones left out."""
    with Path(file).open(encoding="utf-8") as opened:
        lines = ((number, line) for number, line in enumerate(opened, 1) if line.strip())
        while batch := list(islice(lines, size)):
            yield batch


def _read(file: str) -> DistrictFile:
    return DistrictFile.model_validate(json.loads(Path(file).read_bytes()))


def _below(code: str, grids: list[str]) -> list[str]:
    return [grid for grid in grids if grid.startswith(code)]
