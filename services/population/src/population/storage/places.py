"""Areas and offices, with the history of which office worked for which grid."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Table, select, update
from sqlalchemy.dialects.postgresql import insert

from lianfang_common.clock import civil_date
from lianfang_common.ids import new_id
from lianfang_common.unit import Unit
from population.domain.places import Area, GridChange, Office, OfficeKind, last_day_before
from population.published import AreaDefinedV1, AreaStatedV1, OfficeDefinedV1, OfficeStatedV1
from population.storage.tables import areas, office_grids, offices

_NOW = office_grids.c.valid_to.is_(None)


class Places:
    """Answers who works where, and takes in a district's definition."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._connection = unit.connection

    async def office_at(self, grid: str, kind: OfficeKind) -> UUID | None:
        """Return the office of a kind that works for a grid now."""
        found = await self._connection.execute(
            select(office_grids.c.office_id).where(
                office_grids.c.grid == grid, office_grids.c.kind == kind, _NOW
            )
        )
        return found.scalar_one_or_none()

    async def kind_of(self, office_id: UUID) -> str | None:
        """Return what an office is, None where there is none."""
        found = await self._connection.execute(
            select(offices.c.kind).where(offices.c.office_id == office_id)
        )
        return found.scalar_one_or_none()

    async def kinds(self) -> dict[UUID, str]:
        """Return what each office is."""
        found = await self._connection.execute(select(offices.c.office_id, offices.c.kind))
        return {row.office_id: row.kind for row in found}

    async def grids_of(self, office_id: UUID) -> frozenset[str]:
        """Return the grids that an office works for now."""
        found = await self._connection.execute(
            select(office_grids.c.grid).where(office_grids.c.office_id == office_id, _NOW)
        )
        return frozenset(found.scalars())

    async def define_areas(self, defined: Sequence[Area]) -> int:
        """Store the areas that are new or were renamed; return how many."""
        rows = await self._connection.execute(select(areas).with_for_update())
        known = {row.code: row for row in rows}
        changed = 0
        for area in defined:
            row = known.get(area.code)
            if row is not None and (row.name_zh, row.name_en) == (area.name_zh, area.name_en):
                continue
            area_id, version = (new_id(), 1) if row is None else (row.area_id, row.version + 1)
            facts: dict[str, object] = {
                "area_id": area_id,
                "code": area.code,
                "level": area.level,
                "parent_code": area.parent_code,
                "name_zh": area.name_zh,
                "name_en": area.name_en,
            }
            await self._put(areas, facts, version)
            self._unit.publish(AreaDefinedV1.model_validate(facts), version)
            changed += 1
        return changed

    async def define_offices(self, defined: Sequence[Office]) -> int:
        """Store the offices that are new or changed in name, parents or grids; return how many.

        Grids that an office loses keep their row with a last day: history stays with it.
        """
        today = civil_date(self._unit.now)
        rows = await self._connection.execute(select(offices).with_for_update())
        known = {row.office_id: row for row in rows}
        held = await self._held()
        changes = {o.id: GridChange.between(held.get(o.id, ()), o.grids) for o in defined}
        # First all that is lost: a grid has one office of a kind at a time.
        for office in defined:
            await self._end(office.id, changes[office.id].lost, today)
        changed = 0
        for office in defined:
            row, change = known.get(office.id), changes[office.id]
            facts: dict[str, object] = {
                "office_id": office.id,
                "kind": office.kind,
                "name_zh": office.name_zh,
                "name_en": office.name_en,
                "lead_parent": office.lead_parent,
                "guide_parent": office.guide_parent,
            }
            if row is not None and not change and facts.items() <= dict(row._mapping).items():
                continue
            version = 1 if row is None else row.version + 1
            facts["valid_from"] = today if row is None or change else row.valid_from
            await self._put(offices, facts, version)
            await self._gain(office, change.gained, today)
            facts["grids"] = sorted(office.grids)
            self._unit.publish(OfficeDefinedV1.model_validate(facts), version)
            changed += 1
        return changed

    async def state(self) -> int:
        """Publish every area and office as it is; return how many."""
        count = 0
        for row in (await self._connection.execute(select(areas).order_by(areas.c.code))).all():
            self._unit.publish(AreaStatedV1.model_validate(_without_version(row)), row.version)
            count += 1
        held = await self._held()
        for row in (await self._connection.execute(select(offices))).all():
            facts = {**_without_version(row), "grids": held.get(row.office_id, [])}
            self._unit.publish(OfficeStatedV1.model_validate(facts), row.version)
            count += 1
        return count

    async def _held(self) -> dict[UUID, list[str]]:
        held: dict[UUID, list[str]] = {}
        grids = select(office_grids.c.office_id, office_grids.c.grid).where(_NOW)
        for row in await self._connection.execute(grids.order_by(office_grids.c.grid)):
            held.setdefault(row.office_id, []).append(row.grid)
        return held

    async def _put(self, table: Table, facts: dict[str, object], version: int) -> None:
        stored = insert(table).values(**facts, version=version)
        key = table.primary_key.columns.values()[0].name
        await self._connection.execute(
            stored.on_conflict_do_update(
                index_elements=[key],
                set_={c.name: c for c in stored.excluded if c.name != key},
            )
        )

    async def _gain(self, office: Office, grids: frozenset[str], today: date) -> None:
        if grids:
            row = {"office_id": office.id, "valid_from": today, "kind": office.kind}
            await self._connection.execute(
                insert(office_grids).values([{**row, "grid": grid} for grid in sorted(grids)])
            )

    async def _end(self, office_id: UUID, grids: frozenset[str], today: date) -> None:
        if not grids:
            return
        lost = (office_grids.c.office_id == office_id) & office_grids.c.grid.in_(grids) & _NOW
        # What began today never was a day's truth and leaves no history.
        await self._connection.execute(
            office_grids.delete().where(lost, office_grids.c.valid_from >= today)
        )
        await self._connection.execute(
            update(office_grids).where(lost).values(valid_to=last_day_before(today))
        )


def _without_version(row: Row[tuple[object, ...]]) -> dict[str, object]:
    return {name: value for name, value in row._mapping.items() if name != "version"}
