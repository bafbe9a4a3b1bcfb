"""Persons over HTTP: each reading of one has a purpose, is masked unless asked, and is recorded."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, LIMIT_MAX
from population.api.parts import PartsOf
from population.domain.documents import Document, masked
from population.domain.names import masked_name, masked_phone, read_name, read_pinyin
from population.domain.person import Identity, Wanted
from population.domain.purposes import Purpose, PurposeKind
from population.domain.rights import REVIEWING_GLASS, require
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.disclose_person import (
    BreakGlass,
    DisclosePerson,
    ReviewGlass,
    break_glass,
    disclose_person,
    read_person,
    review_glass,
)
from population.use_cases.search_persons import search_persons

router = APIRouter()
_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PersonView(BaseModel):
    """A person, masked: enough to compare with a card, too little to copy."""

    person_id: UUID
    name: str
    document_kind: str
    document_number: str
    phone: str | None


class PersonPage(BaseModel):
    """Some persons, and the cursor of the next ones."""

    items: list[PersonView]
    next: str | None


class SearchBody(BaseModel):
    """One of: the beginning of a name, of its pinyin, or a whole document number."""

    model_config = _STRICT

    name: Annotated[str | None, Field(max_length=200)] = None
    pinyin: Annotated[str | None, Field(max_length=200)] = None
    document_number: Annotated[str | None, Field(max_length=60)] = None
    document_kind: Literal["resident_id", "passport", "other"] = "resident_id"
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT
    cursor: str | None = None


class PurposeBody(BaseModel):
    """An item that is open to the caller; or broken glass, with the reason."""

    model_config = _STRICT

    kind: Literal[
        "residence", "tenancy", "residence_change_case", "supervision_entry", "break_glass"
    ]
    id: UUID | None = None
    reason: Annotated[str | None, Field(max_length=500)] = None


class GlassBody(BaseModel):
    """Who is read without an open item, and why."""

    model_config = _STRICT

    person_id: UUID
    reason: Annotated[str, Field(max_length=500)]


class DisclosureBody(BaseModel):
    """Why the person is read unmasked."""

    model_config = _STRICT

    purpose: PurposeBody


class Disclosure(BaseModel):
    """A person in the clear; it is in this answer and nowhere else."""

    person_id: UUID
    name: str
    document_kind: str
    document_number: str
    phone: str | None


class ResidenceView(BaseModel):
    """One residence within the caller's areas."""

    residence_id: UUID
    grid: str
    tenancy_id: UUID | None
    first_day: date
    last_day: date | None
    version: int


class ResidenceList(BaseModel):
    """A person's residences, the earliest first."""

    items: list[ResidenceView]


class GlassView(BaseModel):
    """One breaking of the glass that waits for a superior."""

    glass_id: UUID
    version: int
    account: UUID
    person_id: UUID
    reason: str
    broken_at: datetime
    review_due_at: datetime


class GlassList(BaseModel):
    """What waits for a review, the oldest first."""

    items: list[GlassView]


async def stated_purpose(
    purpose: PurposeKind | None = None, purpose_id: UUID | None = None
) -> Purpose | None:
    """Return what a masked reading is for: kind and item; a reason never stands in a URL."""
    return None if purpose is None else Purpose(purpose, purpose_id, None)


StatedPurpose = Annotated[Purpose | None, Depends(stated_purpose)]


@router.post("/persons/searches")
async def post_search(body: SearchBody, parts: PartsOf, caller: Caller) -> PersonPage:
    """Search persons of the caller's areas; no search tells more than these areas hold."""
    after = parts.cursors.read(body.cursor, UUID)

    async def query(uow: PopulationUnit) -> Sequence[Identity]:
        last = after[0] if after else None
        return await search_persons(_wanted(body, uow.today), last, body.limit, uow)

    found = parts.cursors.page(
        await parts.executor.read(caller, query),
        body.limit,
        # A cursor can be read by who holds it, so it carries the id and not the name.
        lambda person: [str(person.person_id)],
    )
    return PersonPage(items=[masked_view(person) for person in found.items], next=found.next)


@router.get("/persons/{person_id}")
async def get_person(
    person_id: UUID, purpose: StatedPurpose, parts: PartsOf, caller: Caller, response: Response
) -> PersonView:
    """Read a person, masked, for a purpose; the reading is audited."""

    async def query(uow: PopulationUnit) -> Identity:
        return await read_person(person_id, purpose, uow)

    response.headers["cache-control"] = "no-store"
    return masked_view(await parts.executor.read(caller, query))


@router.get("/persons/{person_id}/residences")
async def get_residences(
    person_id: UUID, purpose: StatedPurpose, parts: PartsOf, caller: Caller
) -> ResidenceList:
    """List where a person lives or lived within the caller's areas, for a purpose."""

    async def query(uow: PopulationUnit) -> ResidenceList:
        await read_person(person_id, purpose, uow)
        return ResidenceList(
            items=[
                ResidenceView(
                    residence_id=residence.id,
                    grid=residence.grid,
                    tenancy_id=residence.tenancy_id,
                    first_day=residence.first_day,
                    last_day=residence.last_day,
                    version=residence.version,
                )
                for residence in await uow.residences.on_day(person_id)
            ]
        )

    return await parts.executor.read(caller, query)


@router.post("/persons/{person_id}/disclosures")
async def post_disclosure(
    person_id: UUID, body: DisclosureBody, parts: PartsOf, caller: Caller, response: Response
) -> Disclosure:
    """Read a person unmasked for a purpose; every answer is a reading of its own."""
    purpose = Purpose(body.purpose.kind, body.purpose.id, body.purpose.reason)

    async def query(uow: PopulationUnit) -> Identity:
        return await disclose_person(DisclosePerson(person_id, purpose), uow)

    response.headers["cache-control"] = "no-store"
    person = await parts.executor.read(caller, query)
    return Disclosure.model_validate(person, from_attributes=True)


@router.post("/break-glass", status_code=201)
async def post_glass(body: GlassBody, parts: PartsOf, call: Changing) -> Response:
    """Open a person without an item; the next day a superior looks at the reason."""
    command = BreakGlass(body.person_id, body.reason)
    return answer_response(await parts.executor.run(call, break_glass, command))


@router.get("/break-glass")
async def get_glass(parts: PartsOf, caller: Caller) -> GlassList:
    """List the breakings of the caller's office, and of offices that it leads, to be reviewed."""
    require(caller.role, REVIEWING_GLASS)

    async def query(uow: PopulationUnit) -> GlassList:
        rows = await uow.glass.to_review(LIMIT_MAX)
        return GlassList(
            items=[
                GlassView.model_validate({**row._mapping, "reason": uow.glass.reason_of(row)})
                for row in rows
            ]
        )

    return await parts.executor.read(caller, query)


@router.post("/break-glass/{glass_id}/reviews")
async def post_glass_review(glass_id: UUID, parts: PartsOf, call: Changing) -> Response:
    """Record that a superior looked at a breaking."""
    command = ReviewGlass(glass_id, call.expected_version)
    return answer_response(await parts.executor.run(call, review_glass, command))


def masked_view(identity: Identity) -> PersonView:
    """Return a person as lists and searches show it."""
    return PersonView(
        person_id=identity.person_id,
        name=masked_name(identity.name),
        document_kind=identity.document_kind,
        document_number=masked(identity.document_number),
        phone=masked_phone(identity.phone) if identity.phone else None,
    )


def _wanted(body: SearchBody, today: date) -> Wanted:
    number = body.document_number
    return Wanted(
        name=None if body.name is None else read_name(body.name),
        pinyin=None if body.pinyin is None else read_pinyin(body.pinyin),
        document=(
            None
            if number is None
            else Document.read(body.document_kind, number, today, "document_number")
        ),
    )
