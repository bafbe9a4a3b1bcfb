"""Commands of population's own: define the district, load persons."""

import json
import sys
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from lianfang_common.clock import civil_date
from lianfang_edge.service import Runtime
from population.domain.places import Area, District, Office
from population.loading import PersonFile
from population.storage.unit_of_work import PopulationUnit
from population.storage.vault import Vault
from population.use_cases.define_district import DefineDistrict, define_district
from population.use_cases.load_persons import load_persons

CHUNK_ROWS = 5_000  # one transaction of half a second; a crash repeats at most that much


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

    What cannot be right is left out and named by its line, field and reason; the rest is loaded,
    chunk by chunk, so that the same file again goes on where it was broken off. How far it is
    stands on standard error after each chunk: `progress LINES OF-LINES`. Exit status 1 if a line
    was left out.
    """
    if len(arguments) != 1:
        raise SystemExit("usage: population load-persons FILE")
    today = civil_date(runtime.clock.now())
    file = PersonFile(Path(arguments[0]), today, Vault(runtime.settings.secrets_dir), CHUNK_ROWS)
    total, new, left_out = file.lines(), 0, 0
    async for chunk in file.chunks():
        async with runtime.unit() as uow:
            loaded = await load_persons(chunk.prepared, uow)
        refused = sorted([*chunk.refused, *loaded.refused], key=lambda each: each.line)
        for each in refused:
            print(each)
        new, left_out = new + loaded.new, left_out + len(refused)
        print(f"progress {chunk.lines} {total}", file=sys.stderr, flush=True)
    print(f"{new} persons are new" + (f"; {left_out} lines were left out" if left_out else ""))
    if left_out:
        raise SystemExit(1)


def _read(file: str) -> DistrictFile:
    return DistrictFile.model_validate(json.loads(Path(file).read_bytes()))


def _below(code: str, grids: list[str]) -> list[str]:
    return [grid for grid in grids if grid.startswith(code)]
