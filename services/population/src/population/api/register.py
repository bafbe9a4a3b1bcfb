"""The register of supervision and help over HTTP: for the offices that an entry concerns alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from lianfang_edge.days import Day
from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, Limit
from population.api.parts import PartsOf
from population.api.persons import PersonView, masked_view
from population.domain.rights import READING_REGISTER, require
from population.domain.supervision import Ground
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.change_entry import DelistEntry, ReviewEntry, delist_entry, review_entry
from population.use_cases.list_entry import ListEntry, list_entry

router = APIRouter()

CategoryCode = Literal[
    "community_correction",
    "resettlement_help",
    "community_drug_treatment",
    "community_drug_recovery",
    "domestic_violence_order",
]


class ListBody(BaseModel):
    """A person of the caller's areas and the statutory ground, with organ, document and term."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    person_id: UUID
    category: CategoryCode
    statute: Annotated[str, Field(max_length=60)]
    deciding_organ: Annotated[str, Field(max_length=80)]
    document_number: Annotated[str, Field(max_length=60)]
    starts_on: Day
    ends_on: Day
    review_due_on: Day
    justice_office: UUID | None = None
    assisting_committee: UUID | None = None


class ReviewBody(BaseModel):
    """The entry stays; the last day for the next review."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    review_due_on: Day


class DisclosureBody(BaseModel):
    """What the reading is for."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: Literal["first_visit", "visit", "review", "end_of_term"]


class EntryHint(BaseModel):
    """What a committee hears of an entry that it assists with, until it says what for."""

    entry_id: UUID
    state: Literal["active"] = "active"


class EntryView(BaseModel):
    """One entry. A committee never sees the document."""

    entry_id: UUID
    version: int
    category: str
    statute: str
    deciding_organ: str
    document_number: str | None
    starts_on: date
    ends_on: date
    review_due_on: date
    responsible_office: UUID
    responsible_since: datetime
    justice_office: UUID
    assisting_committee: UUID | None
    person: PersonView | None


class EntryPage(BaseModel):
    """Some entries, and the cursor of the next ones."""

    items: list[EntryView | EntryHint]
    next: str | None


@router.post("/supervision-entries", status_code=201)
async def post_entry(body: ListBody, parts: PartsOf, call: Changing) -> Response:
    """Enter a person on the register; the caller's office answers for the entry."""
    ground = Ground(
        category=body.category,
        statute=body.statute,
        deciding_organ=body.deciding_organ.strip(),
        document_number=body.document_number.strip(),
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        review_due_on=body.review_due_on,
    )
    command = ListEntry(body.person_id, ground, body.justice_office, body.assisting_committee)
    answer = await parts.executor.run(call, list_entry, command)
    return answer_response(answer, f"/api/v1/population/supervision-entries/{answer.id}")


@router.get("/supervision-entries")
async def get_entries(
    parts: PartsOf, caller: Caller, limit: Limit = LIMIT_DEFAULT, cursor: str | None = None
) -> EntryPage:
    """List the active entries that the caller's office may know of; to a committee the ids."""
    require(caller.role, READING_REGISTER)
    after = parts.cursors.read(cursor, UUID)

    async def query(uow: PopulationUnit) -> Sequence[EntryView | EntryHint]:
        rows = await uow.register.page(after[0] if after else None, limit + 1)
        await uow.audit.add("read", "entry", *(row.entry_id for row in rows[:limit]))
        if caller.role == "committee":
            return [EntryHint(entry_id=row.entry_id) for row in rows]
        return await _views(rows, caller.role, uow)

    found = parts.cursors.page(
        await parts.executor.read(caller, query), limit, lambda e: [str(e.entry_id)]
    )
    return EntryPage(items=list(found.items), next=found.next)


@router.get("/supervision-entries/{entry_id}")
async def get_entry(
    entry_id: UUID, parts: PartsOf, caller: Caller, response: Response
) -> EntryView | EntryHint:
    """Read one entry, as a committee its state alone; the reading is audited."""
    require(caller.role, READING_REGISTER)

    async def query(uow: PopulationUnit) -> EntryView | EntryHint:
        row = await uow.register.view(entry_id)
        await uow.audit.add("read", "entry", entry_id)
        if caller.role == "committee":
            return EntryHint(entry_id=row.entry_id)
        return (await _views([row], caller.role, uow))[0]

    view = await parts.executor.read(caller, query)
    if isinstance(view, EntryView):
        response.headers["etag"] = f'"{view.version}"'
    response.headers["cache-control"] = "no-store"
    return view


@router.post("/supervision-entries/{entry_id}/disclosures")
async def post_disclosure(
    entry_id: UUID, body: DisclosureBody, parts: PartsOf, caller: Caller, response: Response
) -> EntryView:
    """Open an entry for a purpose, with the masked person; both are audited with the reading."""
    require(caller.role, READING_REGISTER)

    async def query(uow: PopulationUnit) -> EntryView:
        row = await uow.register.view(entry_id)
        await uow.audit.add("disclose", "entry", entry_id, purpose=(body.purpose, entry_id))
        return (await _views([row], caller.role, uow))[0]

    response.headers["cache-control"] = "no-store"
    return await parts.executor.read(caller, query)


@router.post("/supervision-entries/{entry_id}/reviews")
async def post_review(entry_id: UUID, body: ReviewBody, parts: PartsOf, call: Changing) -> Response:
    """Record that the entry was reviewed and stays."""
    command = ReviewEntry(entry_id, body.review_due_on, call.expected_version)
    return answer_response(await parts.executor.run(call, review_entry, command))


@router.post("/supervision-entries/{entry_id}/delistings")
async def post_delisting(entry_id: UUID, parts: PartsOf, call: Changing) -> Response:
    """End the entry now; it is sealed."""
    command = DelistEntry(entry_id, call.expected_version)
    return answer_response(await parts.executor.run(call, delist_entry, command))


async def _views(rows: Sequence[Row[Any]], role: str, uow: PopulationUnit) -> list[EntryView]:
    wanted = [(row.entry_id, uow.register.person_of(row)) for row in rows]
    persons = await uow.persons.of_entries(wanted)
    return [
        EntryView(
            entry_id=row.entry_id,
            version=row.version,
            category=row.category,
            statute=row.statute,
            deciding_organ=row.deciding_organ,
            document_number=None if role == "committee" else uow.register.document_of(row),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            review_due_on=row.review_due_on,
            responsible_office=row.office_id,
            responsible_since=row.since,
            justice_office=row.justice_office,
            assisting_committee=row.assisting_committee,
            person=masked_view(persons[row.entry_id]) if row.entry_id in persons else None,
        )
        for row in rows
    ]
