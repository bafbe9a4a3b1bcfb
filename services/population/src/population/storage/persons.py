"""Persons, read within the caller's areas, or through an entry of the caller's office."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound
from lianfang_common.unit import Unit
from population.domain.person import Identity, Wanted
from population.storage.scope import known_in_areas
from population.storage.tables import persons
from population.storage.vault import Vault

_HIGHEST = "\U0010ffff"

_OF_ENTRIES = "select * from persons_of_entries($1, $2, $3)"


class Persons:
    """Reads of persons."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    async def require_known(self, person_id: UUID, field: str) -> None:
        """Pass if such a person lives, or lived, in the caller's areas.

        Raises:
            NotFound: there is none, or it lives elsewhere: the answer is the same.
        """
        query = select(persons.c.person_id).where(
            persons.c.person_id == person_id, known_in_areas(self._unit.principal)
        )
        if (await self._unit.connection.execute(query)).one_or_none() is None:
            raise NotFound(field=field)

    async def get(self, person_id: UUID) -> Identity:
        """Return a person of the caller's areas.

        Raises:
            NotFound: there is none, or it lives elsewhere: the answer is the same.
        """
        query = select(persons).where(
            persons.c.person_id == person_id, known_in_areas(self._unit.principal)
        )
        row = (await self._unit.connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound
        return self._identity(row._mapping)

    async def search(self, wanted: Wanted, after: UUID | None, limit: int) -> list[Identity]:
        """Return persons of the caller's areas, by name and id.

        A beginning is a range and never a pattern: under row security a pattern loses its index.
        """
        query = select(persons).where(known_in_areas(self._unit.principal))
        if wanted.name is not None:
            query = query.where(
                persons.c.name >= wanted.name, persons.c.name < wanted.name + _HIGHEST
            )
        elif wanted.pinyin is not None:
            query = query.where(
                persons.c.pinyin >= wanted.pinyin, persons.c.pinyin < wanted.pinyin + _HIGHEST
            )
        elif wanted.document is not None:
            index = self._vault.documents.of(wanted.document.lookup)
            query = query.where(persons.c.document_index == index)
        else:
            return []
        if after is not None:
            last = persons.alias()
            seen = select(last.c.name, last.c.person_id).where(last.c.person_id == after)
            query = query.where(
                tuple_(persons.c.name, persons.c.person_id) > seen.scalar_subquery()
            )
        query = query.order_by(persons.c.name, persons.c.person_id).limit(limit)
        return [self._identity(row._mapping) for row in await self._unit.connection.execute(query)]

    async def of_entries(self, wanted: Sequence[tuple[UUID, UUID]]) -> dict[UUID, Identity]:
        """Return the persons of entries that the caller's office may know of.

        Args:
            wanted: entry and the person that its sealed link names.
        """
        if not wanted:
            return {}
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(
            _OF_ENTRIES,
            [entry_id for entry_id, _ in wanted],
            [person_id for _, person_id in wanted],
            [self._vault.register_index.of(str(person_id)) for _, person_id in wanted],
        )
        return {row["entry_id"]: self._identity(row) for row in rows}

    def _identity(self, row: Any) -> Identity:
        person_id, phone = row["person_id"], row["phone_sealed"]
        cipher = self._vault.fields
        return Identity(
            person_id,
            row["name"],
            row["document_kind"],
            cipher.open(row["document_sealed"], f"persons.document.{person_id}"),
            cipher.open(phone, f"persons.phone.{person_id}") if phone else None,
        )
