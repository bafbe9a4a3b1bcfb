"""The gateway's own routes for operators: those of every service, for a session's caller."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request

from gateway.origins import is_foreign
from gateway.parts import PartsOf, session_of
from gateway.sessions import Session
from gateway.storage.unit_of_work import GatewayUnit
from lianfang_common.errors import Forbidden
from lianfang_common.principal import Principal
from lianfang_edge.http import call_of
from lianfang_edge.idempotency import Call
from lianfang_edge.service import Runtime
from lianfang_operations.api import operations_routes

SessionOf = Annotated[Session, Depends(session_of)]


async def caller_of(session: SessionOf) -> Principal:
    """Return the caller that the session states."""
    return session.principal


async def change_of(
    request: Request,
    session: SessionOf,
    parts: PartsOf,
    idempotency_key: Annotated[str | None, Header(description="Required on POST")] = None,
) -> Call:
    """Return what the executor must know of a request that changes something.

    Raises:
        Forbidden: a browser sent it from another site.
        Invalid: Idempotency-Key is missing or malformed.
    """
    if is_foreign(dict(request.scope["headers"]), parts.settings.public_url):
        raise Forbidden("foreign-origin")
    return await call_of(request, session.principal, idempotency_key)


def own_operations(runtime: Runtime[GatewayUnit]) -> APIRouter:
    """Return the gateway's routes for operators."""
    return operations_routes(runtime, caller_of, change_of)
