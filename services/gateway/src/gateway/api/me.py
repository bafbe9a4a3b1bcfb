"""Who the caller is, as the services are told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from gateway.parts import session_of
from gateway.sessions import Session

router = APIRouter(prefix="/api/v1/gateway", tags=["account"])
SessionOf = Annotated[Session, Depends(session_of)]


class OfficeBody(BaseModel):
    """The office of an account; null fields until the office was defined."""

    id: UUID
    kind: str | None
    name_zh: str | None
    name_en: str | None


class DeskBody(BaseModel):
    """An office and a role."""

    office_id: UUID
    role: str


class AreaBody(BaseModel):
    """Place codes from `first` up to, not including, `end`."""

    first: str
    end: str


class MeBody(BaseModel):
    """The caller's account, rights and session."""

    account_id: UUID
    login: str
    name_zh: str
    name_en: str
    role: str
    office: OfficeBody | None
    desks: list[DeskBody]
    areas: list[AreaBody]
    session_ends_at: datetime


@router.get("/me", summary="Who am I")
async def me(session: SessionOf, response: Response) -> MeBody:
    """Return the caller's account with the rights of this moment."""
    response.headers["cache-control"] = "no-store"
    row = session.row
    office = None
    if row.office is not None:
        office = OfficeBody(
            id=row.office,
            kind=row.office_kind,
            name_zh=row.office_name_zh,
            name_en=row.office_name_en,
        )
    return MeBody(
        account_id=row.account,
        login=row.login,
        name_zh=row.name_zh,
        name_en=row.name_en,
        role=row.role,
        office=office,
        desks=[DeskBody(office_id=desk.office, role=desk.role) for desk in session.desks],
        areas=[AreaBody(first=area.first, end=area.end) for area in session.principal.areas],
        session_ends_at=row.ends_at,
    )
