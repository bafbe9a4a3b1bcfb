"""Identity resolution: typed identity in, sealed receipt out, and nothing else."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from lianfang_edge.http import Caller, Changing
from population.api.parts import PartsOf
from population.domain.documents import masked
from population.domain.names import masked_name, masked_phone
from population.domain.person import Typed
from population.domain.receipts import receipt_claims
from population.storage.unit_of_work import PopulationUnit
from population.use_cases.resolve_identity import ResolveIdentity, read_back, resolve_identity

router = APIRouter()


class ResolveBody(BaseModel):
    """A typed identity, and for which premises or incident it is meant."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(max_length=200)]
    document_kind: Literal["resident_id", "passport", "other"]
    document_number: Annotated[str, Field(max_length=60)]
    phone: Annotated[str | None, Field(max_length=40)] = None
    audience: Literal["rentals", "incidents"]
    object_id: UUID


class Receipt(BaseModel):
    """Sealed for the audience; the same in form and length whoever was named."""

    receipt: str
    receipt_id: UUID
    expires_at: datetime


class TypedView(BaseModel):
    """What the caller typed, masked."""

    name: str
    document_kind: str
    document_number: str
    phone: str | None
    audience: str
    object_id: UUID


@router.post("/identity-resolutions")
async def post_resolution(
    body: ResolveBody, parts: PartsOf, call: Changing, response: Response
) -> Receipt:
    """Resolve a typed identity to a receipt; a repeat of the key gives the same receipt id."""
    command = ResolveIdentity(**dict(body))
    answer = await parts.executor.run(call, resolve_identity, command)
    expires_at = datetime.fromisoformat(answer.facts["expires_at"])
    claims = receipt_claims(
        body.audience,
        answer.id,
        UUID(answer.facts["person_id"]),
        call.principal.account,
        body.object_id,
        expires_at,
    )
    response.headers["cache-control"] = "no-store"
    return Receipt(
        receipt=parts.vault.receipts(body.audience).seal(claims),
        receipt_id=answer.id,
        expires_at=expires_at,
    )


@router.get("/identity-resolutions/{receipt_id}")
async def get_resolution(
    receipt_id: UUID, parts: PartsOf, caller: Caller, response: Response
) -> TypedView:
    """Read back what the own account typed, masked; the reading is audited."""

    async def query(uow: PopulationUnit) -> Typed:
        return await read_back(receipt_id, uow)

    typed = await parts.executor.read(caller, query)
    response.headers["cache-control"] = "no-store"
    return TypedView(
        name=masked_name(typed.name),
        document_kind=typed.document_kind,
        document_number=masked(typed.document_number),
        phone=masked_phone(typed.phone) if typed.phone else None,
        audience=typed.audience,
        object_id=typed.object_id,
    )
