"""The register of supervision and help: entries, who answers for them, and the sealed link."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, false, func, insert, or_, select, true, update

from lianfang_common.clock import civil_date
from lianfang_common.errors import NotFound, StaleVersion
from lianfang_common.events import PublishedEvent
from lianfang_common.ids import new_id
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from population.domain.limits import day_after
from population.domain.supervision import (
    Delisted,
    Entry,
    Fact,
    Ground,
    Listed,
    Moved,
    Reviewed,
    ReviewMissed,
)
from population.published import (
    EntryDelistedV1,
    EntryListedV1,
    EntryMovedV1,
    EntryReviewedV1,
    EntryReviewOverdueV1,
)
from population.storage.tables import (
    residence_change_cases,
    responsibilities,
    supervision_entries,
)
from population.storage.vault import Vault

END, REVIEW = "supervision-end", "supervision-review"
"""Timers: the day after the last day, and the day after the review's last day."""

_OPEN = responsibilities.c.until.is_(None)
_JOINED = supervision_entries.join(
    responsibilities, (responsibilities.c.entry_id == supervision_entries.c.entry_id) & _OPEN
)


class Register:
    """Stores entries and announces what happened to them."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    async def get(self, entry_id: UUID) -> Entry:
        """Return an active entry, locked.

        Raises:
            NotFound: there is none, it is delisted, or the caller's office may not know of it.
        """
        row = await self._row(entry_id, lock=True)
        return Entry(
            id=row.entry_id,
            category=row.category,
            ends_on=row.ends_on,
            review_due_on=row.review_due_on,
            responsible_office=row.office_id,
            justice_office=row.justice_office,
            assisting_committee=row.assisting_committee,
            review_missed=row.review_missed,
            version=row.version,
        )

    async def view(self, entry_id: UUID) -> Row[Any]:
        """Return an active entry with its ground, as it is stored."""
        return await self._row(entry_id, lock=False)

    async def person(self, entry_id: UUID) -> UUID:
        """Return whom an entry is about."""
        return self.person_of(await self.view(entry_id))

    async def page(self, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
        """Return active entries that the caller's office may know of, in the order of listing."""
        query = self._query(civil_date(self._unit.now)).order_by(supervision_entries.c.entry_id)
        if after is not None:
            query = query.where(supervision_entries.c.entry_id > after)
        return (await self._unit.connection.execute(query.limit(limit))).all()

    async def add(self, entry: Entry, ground: Ground, person_id: UUID) -> None:
        """Store a new entry; the responsibility first, since it opens the entry to its office."""
        connection = self._unit.connection
        await self._make_responsible(entry)
        await connection.execute(
            insert(supervision_entries).values(
                entry_id=entry.id,
                category=ground.category,
                statute=ground.statute,
                deciding_organ=ground.deciding_organ,
                document_sealed=self._vault.fields.seal(
                    ground.document_number, _document_place(entry.id)
                ),
                starts_on=ground.starts_on,
                ends_on=ground.ends_on,
                review_due_on=ground.review_due_on,
                review_missed=False,
                justice_office=entry.justice_office,
                assisting_committee=entry.assisting_committee,
                person_key=self._vault.register_index.of(str(person_id)),
                person_sealed=self._vault.register.seal(str(person_id), _person_place(entry.id)),
                state="active",
                version=entry.version,
            )
        )
        self._unit.schedule(END, entry.id, day_after(entry.ends_on))
        self._unit.schedule(REVIEW, entry.id, day_after(entry.review_due_on))
        self._announce(entry)

    async def save(self, entry: Entry) -> None:
        """Store a changed entry; a move closes one responsibility and opens the other with it.

        Raises:
            StaleVersion: somebody else changed it.
        """
        if not entry.facts:
            return
        if any(isinstance(fact, Moved) for fact in entry.facts):
            await self._close_responsibility(entry.id)
            await self._make_responsible(entry)
        delisted = entry.state == "delisted"
        values: dict[str, object] = {
            "review_due_on": entry.review_due_on,
            "review_missed": entry.review_missed,
            "justice_office": entry.justice_office,
            "state": entry.state,
            "version": entry.version,
        }
        if delisted:
            values |= {"person_key": None, "sealed_at": func.transaction_timestamp()}
        changed = await self._unit.connection.execute(
            update(supervision_entries)
            .where(supervision_entries.c.entry_id == entry.id)
            .where(supervision_entries.c.version == entry.version - len(entry.facts))
            .values(**values)
        )
        if changed.rowcount != 1:
            raise StaleVersion
        if delisted:
            # After the entry: row security shows an office only what it answers for.
            await self._close_responsibility(entry.id)
            self._unit.cancel(END, entry.id)
            self._unit.cancel(REVIEW, entry.id)
        elif any(isinstance(fact, Reviewed) for fact in entry.facts):
            self._unit.schedule(REVIEW, entry.id, day_after(entry.review_due_on))
        self._announce(entry)

    def person_of(self, row: Row[Any]) -> UUID:
        """Open whom an entry is about."""
        return UUID(self._vault.register.open(row.person_sealed, _person_place(row.entry_id)))

    def document_of(self, row: Row[Any]) -> str:
        """Open the number of the document that an entry rests on."""
        return self._vault.fields.open(row.document_sealed, _document_place(row.entry_id))

    async def _row(self, entry_id: UUID, *, lock: bool) -> Row[Any]:
        # A timer ends an entry after its last day; everybody else has not seen it since then.
        day = civil_date(self._unit.now) if self._unit.principal else None
        query = self._query(day).where(supervision_entries.c.entry_id == entry_id)
        if lock:
            query = query.with_for_update(of=supervision_entries)
        row = (await self._unit.connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound
        return row

    def _query(self, today: date | None) -> Any:
        query = (
            select(supervision_entries, responsibilities.c.office_id, responsibilities.c.since)
            .select_from(_JOINED)
            .where(supervision_entries.c.state == "active")
            .where(_known_to(self._unit.principal))
        )
        return query if today is None else query.where(supervision_entries.c.ends_on >= today)

    async def _make_responsible(self, entry: Entry) -> None:
        await self._unit.connection.execute(
            insert(responsibilities).values(
                responsibility_id=new_id(),
                entry_id=entry.id,
                office_id=entry.responsible_office,
                since=self._unit.now,
            )
        )

    async def _close_responsibility(self, entry_id: UUID) -> None:
        closed = await self._unit.connection.execute(
            update(responsibilities)
            .where(responsibilities.c.entry_id == entry_id, _OPEN)
            .values(until=func.greatest(self._unit.now, responsibilities.c.since))
        )
        if closed.rowcount != 1:
            raise StaleVersion

    def _announce(self, entry: Entry) -> None:
        first = entry.version - len(entry.facts) + 1
        for version, fact in enumerate(entry.facts, first):
            self._unit.publish(to_wire(entry, fact), version)


def _known_to(principal: Principal | None) -> ColumnElement[bool]:
    """Return the condition that an office may know of an entry; it repeats the row policy."""
    if principal is None:
        return true()
    office = principal.office
    if office is None:
        return false()
    cases = residence_change_cases.c
    asked = (
        select(cases.entry_id)
        .where(cases.state == "confirmed")
        .where(or_(cases.receiving_office == office, cases.justice_office == office))
    )
    return or_(
        responsibilities.c.office_id == office,
        supervision_entries.c.justice_office == office,
        supervision_entries.c.assisting_committee == office,
        supervision_entries.c.entry_id.in_(asked),
    )


def _person_place(entry_id: UUID) -> str:
    return f"supervision_entries.person.{entry_id}"


def _document_place(entry_id: UUID) -> str:
    return f"supervision_entries.document.{entry_id}"


def to_wire(entry: Entry, fact: Fact) -> PublishedEvent:
    """Return a fact of an entry as it is published: ids of offices and days."""
    facts: dict[str, object] = {
        "entry_id": entry.id,
        "responsible_office": entry.responsible_office,
    }
    offices = {
        "justice_office": entry.justice_office,
        "assisting_committee": entry.assisting_committee,
    }
    due = {"review_due_on": entry.review_due_on}
    match fact:
        case Listed():
            return EntryListedV1.model_validate(facts | offices | due)
        case Reviewed():
            return EntryReviewedV1.model_validate(facts | due)
        case ReviewMissed():
            return EntryReviewOverdueV1.model_validate(facts)
        case Delisted():
            return EntryDelistedV1.model_validate(facts | offices)
        case Moved(previous_office):
            moved = {"previous_office": previous_office}
            return EntryMovedV1.model_validate(facts | offices | moved)
